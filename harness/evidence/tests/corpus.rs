//! The inputs of the fuzz target `bundle`, as an ordinary test.

#[expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/bundle.rs"]
mod bundle;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

#[test]
fn every_input_of_the_corpus_is_survived_and_every_change_of_it() {
    corpus::replay("bundle", 12, bundle::run);
}
