//! Bytes as JSON that somebody signs.
#![no_main]

use std::hint::black_box;

#[path = "../src/canonical_json.rs"]
mod canonical_json;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(canonical_json::run, bare), |bytes: &[u8]| canonical_json::run(bytes));

/// Reads and writes.
fn bare(bytes: &[u8]) {
    let read = reference_client::border::json::parse(bytes);
    black_box(read.and_then(|value| reference_client::border::json::canonical(&value))).ok();
}
