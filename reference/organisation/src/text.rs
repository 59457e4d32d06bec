//! Unpadded base64url with one accepted text for each byte string.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use thiserror::Error;

/// Why a text is not the base64url of what its place needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextFault {
    /// Padding, white space, the standard alphabet, bits after the last byte, or no base64 at all.
    #[error("text is not unpadded base64url")]
    NotCanonical,
    /// The text decodes to a wrong number of bytes.
    #[error("base64url text holds {got} bytes, {wanted} are needed")]
    WrongLength {
        /// Bytes that the text holds.
        got: usize,
        /// Bytes that the place needs.
        wanted: usize,
    },
    /// The text is longer than its place allows.
    #[error("text has {got} characters, at most {limit} are allowed")]
    TooLong {
        /// Characters of the text.
        got: usize,
        /// The largest number allowed.
        limit: usize,
    },
}

/// The base64url text of `bytes`.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a text of at most `limit` characters.
pub(crate) fn decode(text: &str, limit: usize) -> Result<Vec<u8>, TextFault> {
    if text.len() > limit {
        return Err(TextFault::TooLong {
            got: text.len(),
            limit,
        });
    }
    URL_SAFE_NO_PAD
        .decode(text)
        .or(Err(TextFault::NotCanonical))
}

/// The `N` bytes of `text`.
pub(crate) fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], TextFault> {
    let bytes = decode(text, N.saturating_mul(2))?;
    let got = bytes.len();
    bytes
        .try_into()
        .or(Err(TextFault::WrongLength { got, wanted: N }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_encoders_own_text_is_taken() {
        assert_eq!(decode("-_8", 8), Ok(vec![0xfb, 0xff]));
        for other in ["-_8=", "-_9", "+/8", "-_8 ", "-", "ü"] {
            assert_eq!(decode(other, 8), Err(TextFault::NotCanonical), "{other:?}");
        }
        assert!(decode_array::<32>(&encode([7; 31])).is_err());
        assert!(decode("AAAAAAAAA", 8).is_err());
    }
}
