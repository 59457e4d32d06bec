//! The inputs of the fuzz targets `relay_request` and `relay_sequence`, as ordinary tests.

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/relay.rs"]
mod relay;

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/relay_request.rs"]
mod relay_request;

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/relay_sequence.rs"]
mod relay_sequence;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

#[test]
fn every_input_of_relay_request_is_survived_and_every_change_of_it() {
    corpus::replay("relay_request", 24, relay_request::run);
}

#[test]
fn every_input_of_relay_sequence_is_survived_and_every_change_of_it() {
    corpus::replay("relay_sequence", 3, relay_sequence::run);
}
