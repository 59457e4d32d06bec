//! The inputs of the fuzz targets `canonical_json` and `client_inbound` and `wire`, as ordinary tests.

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/canonical_json.rs"]
mod canonical_json;

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/client_inbound.rs"]
mod client_inbound;

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/wire.rs"]
mod wire;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

#[test]
fn every_input_of_canonical_json_is_survived_and_every_change_of_it() {
    corpus::replay("canonical_json", 24, canonical_json::run);
}

#[test]
fn every_input_of_client_inbound_is_survived_and_every_change_of_it() {
    corpus::replay("client_inbound", 24, client_inbound::run);
}

#[test]
fn every_input_of_wire_is_survived_and_every_change_of_it() {
    corpus::replay("wire", 24, wire::run);
}
