//! Bytes as the answers of a relay.
#![no_main]

#[path = "../src/client_inbound.rs"]
mod client_inbound;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(), |bytes: &[u8]| client_inbound::run(bytes));
