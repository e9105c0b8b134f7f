#![no_main]

#[path = "../properties/pipeline.rs"]
mod pipeline;

libfuzzer_sys::fuzz_target!(|input: &[u8]| pipeline::holds(input));
