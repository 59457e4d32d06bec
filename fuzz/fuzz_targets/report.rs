//! Bytes as what a target says in a report.
#![no_main]

#[path = "../src/report.rs"]
mod report;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(), |bytes: &[u8]| report::run(bytes));
