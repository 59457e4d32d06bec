//! One sealed record.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{
    Key, SealError,
    head::Sum,
    key::{NONCE, TAG, fill},
};
use crate::{Conduct, Flaw};

/// The keys of a store, each with one purpose, and the store's id.
pub(super) struct Keys {
    id: String,
    sealing: Key,
    naming: Key,
    summing: Key,
}

/// A record and its name in clear.
pub(super) struct Cell {
    pub(super) name: String,
    pub(super) value: Vec<u8>,
}

impl Keys {
    pub(super) fn new(id: String, key: &Key) -> Result<Self, SealError> {
        Ok(Self {
            id,
            sealing: key.derive("dev.pruefstand.store.seal")?,
            naming: key.derive("dev.pruefstand.store.name")?,
            summing: key.derive("dev.pruefstand.store.sum")?,
        })
    }

    /// The name under which a record lies: users and rooms cannot be read from it.
    pub(super) fn hide(&self, name: &str, conduct: &Conduct) -> String {
        if conduct.has(Flaw::StoreNamesInClear) {
            return name.to_owned();
        }
        let hash = keyed_hash(&self.naming, &[name.as_bytes()]);
        hash.iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Seals bytes under the name that they lie under.
    pub(super) fn seal(
        &self,
        hidden: &str,
        plaintext: &[u8],
        conduct: &Conduct,
    ) -> Result<Vec<u8>, SealError> {
        if conduct.has(Flaw::StoreInClear) {
            return in_clear(plaintext);
        }
        self.sealing.seal_box(&self.context(hidden), plaintext)
    }

    pub(super) fn open(&self, hidden: &str, sealed: &[u8], conduct: &Conduct) -> Option<Vec<u8>> {
        if conduct.has(Flaw::StoreInClear) {
            let end = sealed.len().checked_sub(TAG)?;
            return sealed.get(NONCE..end).map(<[u8]>::to_vec);
        }
        self.sealing.open_box(&self.context(hidden), sealed)
    }

    /// What a sealed record adds to the sum of all: its tag stands for its content.
    pub(super) fn share(&self, hidden: &str, sealed: &[u8]) -> Option<Sum> {
        let nonce = sealed.first_chunk::<NONCE>()?;
        let tag = sealed.last_chunk::<TAG>()?;
        Some(Sum(keyed_hash(
            &self.summing,
            &[nonce, tag, hidden.as_bytes()],
        )))
    }

    fn context(&self, hidden: &str) -> Vec<u8> {
        [self.id.as_bytes(), b"/", hidden.as_bytes()].concat()
    }
}

impl Cell {
    /// The length of the name, the name, the value.
    pub(super) fn bytes(name: &str, value: &[u8]) -> Result<Vec<u8>, SealError> {
        let length =
            u16::try_from(name.len()).or(Err(SealError::Damaged("a record's name is too long")))?;
        Ok([&length.to_be_bytes(), name.as_bytes(), value].concat())
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk()?;
        let (name, value) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        Some(Self {
            name: String::from_utf8(name.to_vec()).ok()?,
            value: value.to_vec(),
        })
    }
}

/// The flaw: the shape of a sealed record with nothing sealed.
fn in_clear(plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE];
    fill(&mut nonce)?;
    Ok([nonce.as_slice(), plaintext, [0; TAG].as_slice()].concat())
}

fn keyed_hash(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.reveal()).expect("a key of 32 bytes");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
