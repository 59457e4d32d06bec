//! Bytes as sealed evidence, or as a changed file in it.
#![no_main]

use std::hint::black_box;

#[path = "../src/bundle.rs"]
mod bundle;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(bundle::run, bare), |bytes: &[u8]| bundle::run(bytes));

/// Opens and verifies an archive, without a forger. Other inputs are no archives.
fn bare(bytes: &[u8]) {
    let path = std::env::temp_dir().join(format!("bare-{}.zip", std::process::id()));
    std::fs::write(&path, bytes).expect("a file");
    let demands = harness_evidence::Demands::default();
    let opened = harness_evidence::Bundle::open(&path);
    black_box(opened.map(|bundle| harness_evidence::recheck(&bundle, &demands))).ok();
}
