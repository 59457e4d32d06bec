//! The inputs of a case.

use std::collections::BTreeMap;

/// Hex strings by name.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a>(pub(crate) &'a BTreeMap<String, String>);

impl Inputs<'_> {
    pub(crate) fn bytes(self, name: &str) -> Option<Vec<u8>> {
        let (pairs, odd) = self.0.get(name)?.as_bytes().as_chunks::<2>();
        if !odd.is_empty() {
            return None;
        }
        let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        pairs.iter().map(byte).collect()
    }

    pub(crate) fn array<const N: usize>(self, name: &str) -> Option<[u8; N]> {
        self.bytes(name)?.try_into().ok()
    }

    /// UTF-8 text.
    pub(crate) fn text(self, name: &str) -> Option<String> {
        String::from_utf8(self.bytes(name)?).ok()
    }
}
