//! Bytes as a request to the relay.
#![no_main]

#[path = "../src/relay.rs"]
mod relay;

#[path = "../src/relay_request.rs"]
mod relay_request;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(), |bytes: &[u8]| relay_request::run(bytes));
