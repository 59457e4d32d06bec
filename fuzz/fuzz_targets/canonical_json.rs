//! Bytes as JSON that somebody signs.
#![no_main]

#[path = "../src/canonical_json.rs"]
mod canonical_json;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(), |bytes: &[u8]| canonical_json::run(bytes));
