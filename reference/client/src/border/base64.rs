//! Unpadded base64 with one accepted text for each byte string (VEC-J-12, VEC-X-08).

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use thiserror::Error;

/// Why a text is not the base64 of anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Base64Error {
    /// Padding, white space, the URL alphabet, bits after the last byte, or no base64 at all.
    #[error("text is not unpadded standard base64")]
    NotCanonical,
    /// The text is longer than its place allows.
    #[error("base64 text has {got} characters, at most {limit} are allowed")]
    TooLong {
        /// Characters of the text.
        got: usize,
        /// The largest number allowed.
        limit: usize,
    },
    /// The text decodes to a wrong number of bytes.
    #[error("base64 text holds {got} bytes, {wanted} are needed")]
    WrongLength {
        /// Bytes that the text holds.
        got: usize,
        /// Bytes that the place needs.
        wanted: usize,
    },
}

/// The base64 text of `bytes`: standard alphabet, no padding.
#[must_use]
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// The bytes of `text`, at most `limit` of them.
///
/// # Errors
/// If the text is too long or is not exactly what [`encode`] writes.
pub fn decode(text: &str, limit: usize) -> Result<Vec<u8>, Base64Error> {
    let longest = limit.saturating_mul(4).div_ceil(3);
    if text.len() > longest {
        return Err(Base64Error::TooLong {
            got: text.len(),
            limit: longest,
        });
    }
    let bytes = STANDARD_NO_PAD
        .decode(text)
        .or(Err(Base64Error::NotCanonical))?;
    Ok(bytes)
}

/// The bytes of `text` with or without the padding that belongs to it, at most `limit` of them: other clients pad what they keep for
/// themselves, as secrets at the relay and files of keys.
///
/// # Errors
/// As [`decode`], once the padding is off.
pub fn decode_padded(text: &str, limit: usize) -> Result<Vec<u8>, Base64Error> {
    let bare = match text.len().is_multiple_of(4) {
        true => text.strip_suffix("==").or_else(|| text.strip_suffix('=')),
        false => None,
    };
    decode(bare.unwrap_or(text), limit)
}

/// The `N` bytes of `text`.
///
/// # Errors
/// If the text is not exactly what [`encode`] writes for `N` bytes.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], Base64Error> {
    let bytes = decode(text, N.saturating_add(2))?;
    let got = bytes.len();
    bytes
        .try_into()
        .or(Err(Base64Error::WrongLength { got, wanted: N }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_encoders_own_text_is_taken() {
        assert_eq!(decode("+/8", 8), Ok(vec![0xfb, 0xff]));
        for other in [
            "+/8=", "+/9", "-_8", "+/8 ", " +/8", "+/\n8", "+/8==", "+", "ü",
        ] {
            assert_eq!(
                decode(other, 8),
                Err(Base64Error::NotCanonical),
                "{other:?}"
            );
        }
    }

    #[test]
    fn padding_is_whole_or_absent_where_it_may_be() {
        for text in ["+/8", "+/8="] {
            assert_eq!(decode_padded(text, 8), Ok(vec![0xfb, 0xff]), "{text:?}");
        }
        for other in ["+/8==", "+/8=====", "+w=", "+===", "===="] {
            assert_eq!(
                decode_padded(other, 8),
                Err(Base64Error::NotCanonical),
                "{other:?}"
            );
        }
    }

    #[test]
    fn lengths_are_exact() {
        let key = encode([7; 32]);
        assert_eq!(decode_array::<32>(&key), Ok([7; 32]));
        for wrong in [0, 31, 33] {
            let text = encode(vec![7; wrong]);
            assert!(decode_array::<32>(&text).is_err(), "{wrong} bytes");
        }
        assert_eq!(
            decode("AAAAAAAA", 5),
            Err(Base64Error::TooLong { got: 8, limit: 7 })
        );
    }
}
