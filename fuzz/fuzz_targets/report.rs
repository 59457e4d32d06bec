//! Bytes as what a target says in a report.
#![no_main]

use std::hint::black_box;

#[path = "../src/report.rs"]
mod report;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(report::run, bare), |bytes: &[u8]| report::run(bytes));

/// Renders the page alone.
fn bare(bytes: &[u8]) {
    black_box(report::page(&String::from_utf8_lossy(bytes)));
}
