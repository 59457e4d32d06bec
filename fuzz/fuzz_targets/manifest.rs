//! Bytes as the manifest of a target.
#![no_main]

use std::hint::black_box;

#[path = "../src/manifest.rs"]
mod manifest;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(manifest::run, bare), |bytes: &[u8]| manifest::run(bytes));

/// Reads it.
fn bare(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let root = std::path::PathBuf::from("/root");
    black_box(harness_suite::Manifest::parse(
        &text,
        "target.toml".as_ref(),
        root,
    ))
    .ok();
}
