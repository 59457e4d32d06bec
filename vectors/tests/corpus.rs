//! The inputs of the fuzz target `vector_file`, as an ordinary test.

#[path = "../../fuzz/src/vector_file.rs"]
mod vector_file;

#[path = "../../fuzz/src/corpus.rs"]
mod corpus;

#[test]
fn every_input_of_the_corpus_is_survived_and_every_change_of_it() {
    corpus::replay("vector_file", 24, vector_file::run);
}
