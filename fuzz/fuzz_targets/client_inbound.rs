//! Bytes as the answers of a relay.
#![no_main]

#[path = "../src/client_inbound.rs"]
mod client_inbound;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| client_inbound::run(bytes));
