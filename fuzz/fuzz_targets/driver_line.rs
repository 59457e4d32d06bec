//! Bytes as lines between bench and driver.
#![no_main]

use std::hint::black_box;

#[path = "../src/driver_line.rs"]
mod driver_line;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(driver_line::run, bare), |bytes: &[u8]| driver_line::run(bytes));

/// Reads the lines as calls.
fn bare(bytes: &[u8]) {
    let lines = bytes.split(|byte| *byte == b'\n');
    for line in lines {
        black_box(harness_driver::Invocation::parse(line)).ok();
    }
}
