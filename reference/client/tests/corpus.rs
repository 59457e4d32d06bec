//! The inputs of the fuzz target `client_inbound`, as an ordinary test.

use std::{fs, path::Path};

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/client_inbound.rs"]
mod client_inbound;

#[test]
fn every_input_of_the_corpus_is_survived() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/client_inbound");
    let mut count = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        client_inbound::run(&fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0, "the corpus is missing");
}
