//! Small readers for JSON that a relay or a peer wrote.

use serde_json::Value;

/// Byte strings as `{"b64": "…"}`, in base64url without padding.
pub(crate) mod bytes {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Encoded {
        b64: String,
    }

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let b64 = URL_SAFE_NO_PAD.encode(bytes);
        Encoded { b64 }.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D>(deserializer: D) -> Result<Vec<u8>, D::Error>
    where
        D: Deserializer<'de>,
    {
        let encoded = Encoded::deserialize(deserializer)?;
        URL_SAFE_NO_PAD
            .decode(encoded.b64)
            .map_err(D::Error::custom)
    }
}

/// The text of a field, if it is text.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field)?.as_str()
}

/// Percent-encodes one path segment or query value (RFC 3986 section 2.3: unreserved stay).
pub(crate) fn segment(text: &str) -> String {
    use std::fmt::Write as _;

    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            write!(encoded, "%{byte:02X}").unwrap_or_default();
        }
    }
    encoded
}

/// Takes a percent-encoded text back; `None` if [`segment`] cannot have written it.
pub(crate) fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let value = digit(rest.next()?)? << 4 | digit(rest.next()?)?;
        bytes.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// A name that nobody repeats, for transactions: 128 random bits in hexadecimal.
pub(crate) fn random_name() -> String {
    // A fresh key is the randomness that vodozemac vouches for; nobody else ever sees this one. X25519 fixes bits of the
    // first and the last byte only, which are not taken.
    let fresh = vodozemac::Curve25519SecretKey::new().to_bytes();
    let bytes = fresh.iter().skip(8).take(16);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_cannot_leave_its_path() {
        assert_eq!(segment("!a/../b:c?d"), "%21a%2F..%2Fb%3Ac%3Fd");
        assert_eq!(
            decoded("%21a%2F..%2Fb%3Ac%3Fd").as_deref(),
            Some("!a/../b:c?d")
        );
        assert_eq!(decoded("%2"), None);
    }
}
