//! Bytes as messages and keys at the client's border.
#![no_main]

#[path = "../src/wire.rs"]
mod wire;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(), |bytes: &[u8]| wire::run(bytes));
