//! The inputs of the fuzz target `manifest`, as an ordinary test.

#[path = "../../../fuzz/src/manifest.rs"]
mod manifest;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

#[test]
fn every_input_of_the_corpus_is_survived_and_every_change_of_it() {
    corpus::replay("manifest", 24, manifest::run);
}
