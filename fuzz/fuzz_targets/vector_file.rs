//! Bytes as a file of test vectors.
#![no_main]

#[path = "../src/vector_file.rs"]
mod vector_file;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(), |bytes: &[u8]| vector_file::run(bytes));
