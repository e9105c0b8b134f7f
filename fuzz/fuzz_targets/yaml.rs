#![no_main]

#[path = "../properties/yaml.rs"]
mod yaml;

libfuzzer_sys::fuzz_target!(|input: &[u8]| yaml::holds(input));
