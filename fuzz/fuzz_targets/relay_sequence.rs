//! Bytes as what several users ask a relay in turn.
#![no_main]

use std::hint::black_box;

#[path = "../src/relay.rs"]
mod relay;

#[path = "../src/relay_sequence.rs"]
mod relay_sequence;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(relay_sequence::run, bare), |bytes: &[u8]| relay_sequence::run(bytes));

/// A room, a join and two syncs: a sequence without steps.
fn bare(bytes: &[u8]) {
    black_box(bytes);
    relay_sequence::run(b"");
}
