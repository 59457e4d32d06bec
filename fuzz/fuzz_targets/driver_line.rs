//! Bytes as lines between bench and driver.
#![no_main]

#[path = "../src/driver_line.rs"]
mod driver_line;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| driver_line::run(bytes));
