#![no_main]

#[path = "../properties/hcl.rs"]
mod hcl;

libfuzzer_sys::fuzz_target!(|input: &[u8]| hcl::holds(input));
