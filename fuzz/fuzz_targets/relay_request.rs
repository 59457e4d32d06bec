//! Bytes as a request to the relay.
#![no_main]

#[path = "../src/relay_request.rs"]
mod relay_request;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relay_request::run(bytes));
