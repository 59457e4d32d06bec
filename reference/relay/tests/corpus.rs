//! The inputs of the fuzz target `relay_request`, as an ordinary test.

use std::{fs, path::Path};

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/relay_request.rs"]
mod relay_request;

#[test]
fn every_input_of_the_corpus_is_survived() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/relay_request");
    let mut count = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        relay_request::run(&fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0, "the corpus is missing");
}
