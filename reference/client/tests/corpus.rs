//! The inputs of the fuzz target `client_inbound`, as an ordinary test.

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/client_inbound.rs"]
mod client_inbound;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

#[test]
fn every_input_of_the_corpus_is_survived_and_every_change_of_it() {
    corpus::replay("client_inbound", client_inbound::run);
}
