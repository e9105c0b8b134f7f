//! Rebuilds the binary when an embedded pack changes.

fn main() {
    println!("cargo:rerun-if-changed=templates");
}
