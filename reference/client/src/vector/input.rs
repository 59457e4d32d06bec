//! The inputs of a vector.

use std::collections::BTreeMap;

use super::{Stop, VectorError, VectorStage};

/// Hex strings by name.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'a>(pub(super) &'a BTreeMap<String, String>);

impl Inputs<'_> {
    pub(super) fn bytes(self, name: &'static str) -> Result<Vec<u8>, VectorError> {
        let text = self.0.get(name).ok_or(VectorError::MissingInput { name })?;
        from_hex(text).ok_or(VectorError::NotHex { name })
    }

    /// Bytes from outside whose number is fixed; another number does not parse.
    pub(super) fn array<const N: usize>(self, name: &'static str) -> Result<[u8; N], Stop> {
        let bytes = self.bytes(name)?;
        bytes.try_into().or(Err(VectorStage::Parse.into()))
    }

    /// A secret of our own, such as a private key.
    pub(super) fn own<const N: usize>(self, name: &'static str) -> Result<[u8; N], VectorError> {
        let bytes = self.bytes(name)?;
        bytes.try_into().or(Err(VectorError::Unfit { name }))
    }

    /// Lines of text that may be missing.
    pub(super) fn lines(self, name: &'static str) -> Result<Vec<String>, VectorError> {
        if !self.0.contains_key(name) {
            return Ok(Vec::new());
        }
        Ok(self.text(name)?.lines().map(str::to_owned).collect())
    }

    /// Text with whatever is no UTF-8 replaced, so that it stays visible to the strict parsers.
    pub(super) fn text(self, name: &'static str) -> Result<String, VectorError> {
        Ok(String::from_utf8_lossy(&self.bytes(name)?).into_owned())
    }
}

pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, odd) = text.as_bytes().as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some(digit(high)? << 4 | digit(low)?))
        .collect()
}
