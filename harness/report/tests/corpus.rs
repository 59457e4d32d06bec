//! The inputs of the fuzz target `report`, as an ordinary test.

#[expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/report.rs"]
mod report;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

#[test]
fn every_input_of_the_corpus_is_survived_and_every_change_of_it() {
    corpus::replay("report", 2, report::run);
}
