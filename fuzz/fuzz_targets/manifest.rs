//! Bytes as the manifest of a target.
#![no_main]

#[path = "../src/manifest.rs"]
mod manifest;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(), |bytes: &[u8]| manifest::run(bytes));
