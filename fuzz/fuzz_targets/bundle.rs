//! Bytes as sealed evidence, or as a changed file in it.
#![no_main]

#[path = "../src/bundle.rs"]
mod bundle;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(), |bytes: &[u8]| bundle::run(bytes));
