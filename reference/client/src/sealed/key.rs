//! A symmetric key and what is done with it: AES-256-GCM and HKDF-SHA256.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::SealError;

/// Bytes of a nonce.
pub(crate) const NONCE: usize = 12;

/// Bytes of an authentication tag.
pub(crate) const TAG: usize = 16;

/// 256 secret bits: `Debug` is redacted, memory is wiped on drop.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// Takes the bytes over.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A fresh key.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn random() -> Result<Self, SealError> {
        let mut bytes = [0; 32];
        fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The bytes; whoever calls this is responsible for where they go.
    #[must_use]
    pub fn reveal(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key for one purpose, which the domain names (HKDF, RFC 5869).
    pub(crate) fn derive(&self, domain: &str) -> Result<Self, SealError> {
        Self::derive_from(&[&self.0], domain)
    }

    /// A key for one purpose from several secrets, all of which are needed.
    pub(crate) fn derive_from(secrets: &[&[u8]], domain: &str) -> Result<Self, SealError> {
        let mut all = secrets.concat();
        let mut bytes = [0; 32];
        let expanded = Hkdf::<Sha256>::new(None, &all).expand(domain.as_bytes(), &mut bytes);
        all.zeroize();
        expanded.map_err(|error| SealError::Crypto(error.to_string()))?;
        Ok(Self(bytes))
    }

    /// Ciphertext with its tag. The nonce must never be used with this key again.
    pub(crate) fn seal(
        &self,
        nonce: [u8; NONCE],
        context: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let payload = Payload {
            msg: plaintext,
            aad: context,
        };
        Aes256Gcm::new(&self.0.into())
            .encrypt(&nonce.into(), payload)
            .map_err(|error| SealError::Crypto(error.to_string()))
    }

    /// The plaintext, if ciphertext, nonce and context are as they were sealed.
    pub(crate) fn open(
        &self,
        nonce: [u8; NONCE],
        context: &[u8],
        ciphertext: &[u8],
    ) -> Option<Vec<u8>> {
        let payload = Payload {
            msg: ciphertext,
            aad: context,
        };
        Aes256Gcm::new(&self.0.into())
            .decrypt(&nonce.into(), payload)
            .ok()
    }

    /// A random nonce, then what [`Key::seal`] gives.
    pub(crate) fn seal_box(&self, context: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        fill(&mut nonce)?;
        let mut sealed = nonce.to_vec();
        sealed.extend(self.seal(nonce, context, plaintext)?);
        Ok(sealed)
    }

    /// Opens what [`Key::seal_box`] gave.
    pub(crate) fn open_box(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>()?;
        self.open(*nonce, context, ciphertext)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(redacted)")
    }
}

/// Fills the bytes with randomness of the system.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), SealError> {
    getrandom::fill(bytes).map_err(|error| SealError::Crypto(error.to_string()))
}
