//! The inputs of the fuzz target `driver_line`, as an ordinary test.

#[expect(
    clippy::expect_used,
    reason = "a fuzz target ends when its bench does not stand"
)]
#[path = "../../../fuzz/src/driver_line.rs"]
mod driver_line;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

#[test]
fn every_input_of_the_corpus_is_survived_and_every_change_of_it() {
    corpus::replay("driver_line", 24, driver_line::run);
}
