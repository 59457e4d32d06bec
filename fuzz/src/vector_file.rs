//! A file of test vectors: loaded, or refused with the name of the set or the vector.

use pruefstand_vectors::parse;

/// Reads `bytes` as a file of vectors.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match parse("fuzzed", text) {
        Ok(set) => {
            for vector in &set.vectors {
                assert!(!vector.id.is_empty());
            }
        }
        Err(error) => assert!(error.to_string().contains("fuzzed"), "{error}"),
    }
}
