//! Bytes as a request to the relay.
#![no_main]

#[path = "../src/relay.rs"]
mod relay;

#[path = "../src/relay_request.rs"]
mod relay_request;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(relay_request::run, bare), |bytes: &[u8]| relay_request::run(bytes));

/// Answers the request, without a look at the answer.
fn bare(bytes: &[u8]) {
    relay_request::answer(bytes);
}
