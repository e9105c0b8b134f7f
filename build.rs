//! Has the binary built again when a pack that is embedded in it changes.

fn main() {
    println!("cargo:rerun-if-changed=templates");
}
