//! Bytes as what several users ask a relay in turn.
#![no_main]

#[path = "../src/relay.rs"]
mod relay;

#[path = "../src/relay_sequence.rs"]
mod relay_sequence;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(), |bytes: &[u8]| relay_sequence::run(bytes));
