#![no_main]

#[path = "../properties/seal.rs"]
mod seal;

libfuzzer_sys::fuzz_target!(|input: &[u8]| seal::holds(input));
