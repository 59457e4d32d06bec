//! Bytes as the answers of a relay.
#![no_main]

use std::hint::black_box;

#[path = "../src/client_inbound.rs"]
mod client_inbound;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(client_inbound::run, bare), |bytes: &[u8]| client_inbound::run(bytes));

/// Reads the answers as JSON.
fn bare(bytes: &[u8]) {
    let parts = bytes.split(|byte| *byte == b'\n');
    for part in parts {
        black_box(serde_json::from_slice::<serde_json::Value>(part)).ok();
    }
}
