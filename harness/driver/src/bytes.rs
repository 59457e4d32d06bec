//! Byte strings and secrets as they stand on a line.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::Error as _};

/// A byte string, on the line `{"b64": "…"}` in base64url without padding.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
pub struct Bytes {
    /// Base64url without padding.
    #[schemars(rename = "b64", with = "String")]
    pub bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Encoded {
    b64: String,
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }
}

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Encoded {
            b64: URL_SAFE_NO_PAD.encode(&self.bytes),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let encoded = Encoded::deserialize(deserializer)?;
        let bytes = URL_SAFE_NO_PAD
            .decode(encoded.b64)
            .map_err(D::Error::custom)?;
        Ok(Self { bytes })
    }
}

/// A value that never reaches a log, a report or `Debug` output: passwords and access tokens.
///
/// On the line it is `{"secret": "…"}`, so that whatever records a line can redact it mechanically.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    secret: String,
}

impl Secret {
    /// Marks `value` as secret.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            secret: value.into(),
        }
    }

    /// The value itself, for the one place that must use it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
