use std::fmt;

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::text::{self, TextFault};

/// What opens the directory of a tenant: 256 secret bits that no relay has. `Debug` is redacted.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DirectoryKey([u8; 32]);

/// Bytes of a nonce.
const NONCE: usize = 12;

impl DirectoryKey {
    /// Takes the bytes over.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its text; whoever calls this is responsible for where it goes.
    #[must_use]
    pub fn reveal(&self) -> String {
        text::encode(self.0)
    }

    /// The nonce and what AES-256-GCM makes of the text; `None` only for a text beyond all bounds.
    pub(super) fn seal(&self, nonce: [u8; NONCE], aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
        let sealed = Aes256Gcm::new(&self.0.into()).encrypt(&nonce.into(), Payload { msg, aad });
        let mut boxed = nonce.to_vec();
        boxed.extend(sealed.ok()?);
        Some(boxed)
    }

    /// The text, if it is as it was sealed.
    pub(super) fn open(&self, aad: &[u8], boxed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, msg) = boxed.split_first_chunk::<NONCE>()?;
        let opened = Aes256Gcm::new(&self.0.into()).decrypt(&(*nonce).into(), Payload { msg, aad });
        opened.ok()
    }
}

impl fmt::Debug for DirectoryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DirectoryKey(redacted)")
    }
}

impl TryFrom<String> for DirectoryKey {
    type Error = TextFault;

    fn try_from(mut text: String) -> Result<Self, TextFault> {
        let key = text::decode_array(&text).map(Self);
        text.zeroize();
        key
    }
}

impl From<DirectoryKey> for String {
    fn from(key: DirectoryKey) -> Self {
        key.reveal()
    }
}
