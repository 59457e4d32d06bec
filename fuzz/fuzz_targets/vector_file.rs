//! Bytes as a file of test vectors.
#![no_main]

use std::hint::black_box;

#[path = "../src/vector_file.rs"]
mod vector_file;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(vector_file::run, bare), |bytes: &[u8]| vector_file::run(bytes));

/// Reads it.
fn bare(bytes: &[u8]) {
    black_box(pruefstand_vectors::parse(
        "bare",
        &String::from_utf8_lossy(bytes),
    ))
    .ok();
}
