//! The inputs of the fuzz target `relay_request`, as an ordinary test.

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/relay_request.rs"]
mod relay_request;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

#[test]
fn every_input_of_the_corpus_is_survived_and_every_change_of_it() {
    corpus::replay("relay_request", relay_request::run);
}
