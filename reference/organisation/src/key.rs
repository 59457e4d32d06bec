use std::fmt;

use ed25519_dalek::{Signer as _, VerifyingKey};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::{self, TextFault};

/// Why a text is no key or signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// It is not the base64url of its length.
    #[error(transparent)]
    Text(#[from] TextFault),
    /// The bytes are no point, or not the canonical form of their point.
    #[error("Ed25519 key is not in canonical form")]
    NotCanonical,
    /// A key under which signatures of nobody can verify.
    #[error("Ed25519 key has small order")]
    SmallOrder,
}

/// An Ed25519 public key: canonical, of large order; 43 characters of base64url.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey([u8; 32]);

/// An Ed25519 signature: 86 characters of base64url. Whether it is valid only a key can say.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Signature([u8; 64]);

/// An Ed25519 private key. `Debug` is redacted; memory is wiped on drop.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl PublicKey {
    /// The key of its text.
    ///
    /// # Errors
    /// If the text or the key is not canonical (RFC 8032, 5.1.2), or the key has small order.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let bytes = text::decode_array(text)?;
        let key = VerifyingKey::from_bytes(&bytes).or(Err(KeyFault::NotCanonical))?;
        if key.to_edwards().compress().0 != bytes {
            return Err(KeyFault::NotCanonical);
        }
        if key.is_weak() {
            return Err(KeyFault::SmallOrder);
        }
        Ok(Self(bytes))
    }

    /// The bytes of the key.
    #[must_use]
    pub const fn bytes(&self) -> [u8; 32] {
        self.0
    }

    /// Whether `signature` is this key's over `text`, under the strict rules.
    #[must_use]
    pub fn has_signed(&self, text: &[u8], signature: &Signature) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| key.verify_strict(text, &signature).is_ok())
    }
}

impl SigningKey {
    /// The key of a seed of 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The key of the text that [`Self::reveal`] writes.
    ///
    /// # Errors
    /// If the text is not the base64url of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        Ok(Self::from_seed(&text::decode_array(text)?))
    }

    /// The seed as text; whoever calls this is responsible for where it goes.
    #[must_use]
    pub fn reveal(&self) -> String {
        text::encode(self.0.as_bytes())
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    pub(crate) fn sign(&self, text: &[u8]) -> Signature {
        Signature(self.0.sign(text).to_bytes())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::encode(self.bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", text::encode(self.0))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(redacted)")
    }
}

impl TryFrom<String> for PublicKey {
    type Error = KeyFault;

    fn try_from(text: String) -> Result<Self, KeyFault> {
        Self::parse(&text)
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for Signature {
    type Error = KeyFault;

    fn try_from(text: String) -> Result<Self, KeyFault> {
        Ok(Self(text::decode_array(&text)?))
    }
}

impl From<Signature> for String {
    fn from(signature: Signature) -> Self {
        text::encode(signature.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_and_aliased_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(
            PublicKey::parse(&text::encode(identity)),
            Err(KeyFault::SmallOrder)
        );
        identity[31] = 0x80; // x is 0, so its sign has no meaning
        assert_eq!(
            PublicKey::parse(&text::encode(identity)),
            Err(KeyFault::NotCanonical)
        );
        assert!(PublicKey::parse(&text::encode([0xff; 32])).is_err());
    }

    #[test]
    fn a_private_key_does_not_show_itself() {
        let key = SigningKey::from_seed(&[7; 32]);
        assert!(!format!("{key:?}").contains(&key.reveal()));
        assert_eq!(
            SigningKey::parse(&key.reveal()).unwrap().public(),
            key.public()
        );
    }
}
