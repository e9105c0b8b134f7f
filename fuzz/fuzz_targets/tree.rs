#![no_main]

#[path = "../properties/tree.rs"]
mod tree;

libfuzzer_sys::fuzz_target!(|input: &[u8]| tree::holds(input));
