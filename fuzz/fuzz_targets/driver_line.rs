//! Bytes as lines between bench and driver.
#![no_main]

#[path = "../src/driver_line.rs"]
mod driver_line;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(), |bytes: &[u8]| driver_line::run(bytes));
