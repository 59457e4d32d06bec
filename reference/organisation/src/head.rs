use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    ObjectError, PublicKey, Statement, json, object,
    text::{self, TextFault},
};

/// SHA-256 of a statement, 43 characters of base64url.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

/// Where a log ends: how many entries it has, and the digest of the last. It stands for the whole log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Number of entries.
    pub length: u64,
    /// Digest of the last one; of an empty log, that of the organisation.
    pub digest: Digest,
}

impl Digest {
    /// The digest of a statement, without its signatures: SHA-256 of the canonical JSON of `{"type", "body"}`.
    ///
    /// # Errors
    /// If the statement holds a number beyond 53 bits.
    pub fn of<T: Statement>(body: &T) -> Result<Self, ObjectError> {
        let value = json!({"type": T::DOMAIN, "body": object::value_of(body)?});
        Self::of_value(&value)
    }

    /// The digest of any JSON: SHA-256 of its canonical form.
    ///
    /// # Errors
    /// If it holds a number beyond 53 bits.
    pub fn of_value(value: &Value) -> Result<Self, ObjectError> {
        Ok(Self(Sha256::digest(json::canonical(value)?).into()))
    }

    /// What the first entry of an organisation's log follows.
    #[must_use]
    pub fn beginning(organisation: &PublicKey) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"dev.pruefstand.organisation.log.v1");
        hash.update(organisation.bytes());
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl TryFrom<String> for Digest {
    type Error = TextFault;

    fn try_from(text: String) -> Result<Self, TextFault> {
        Ok(Self(text::decode_array(&text)?))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}
