//! The lid of a sealed store: its key, wrapped.

use serde::{Deserialize, Serialize};

use super::{Kdf, Key, Salted, SealError};
use crate::{Conduct, Flaw, Secret, border::base64};

/// The format that is written.
const VERSION: u32 = 1;

/// A lid is about 250 bytes.
const MAX_LID: usize = 4096;

/// The record that is not sealed; what it says counts only if the key opens with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lid {
    version: u32,
    /// 128 random bits that bind every record to this store.
    pub(super) id: String,
    /// How the passphrase is stretched, if there is one.
    passphrase: Option<Salted>,
    /// The key of the store.
    wrapped: String,
}

/// What wraps the key: the device's secret, and the stretched passphrase if there is one.
pub(crate) struct Wrapper {
    pub(super) device: Key,
    pub(super) passphrase: Option<(Salted, Key)>,
}

impl Wrapper {
    /// For a store that has no lid yet.
    pub(super) fn fresh(
        device: Key,
        passphrase: Option<&Secret>,
        kdf: Kdf,
        conduct: &Conduct,
    ) -> Result<Self, SealError> {
        let passphrase = match passphrase {
            Some(passphrase) => {
                let salted = Salted::fresh(kdf)?;
                let key = salted.stretch(passphrase, conduct)?;
                Some((salted, key))
            }
            None => None,
        };
        Ok(Self { device, passphrase })
    }

    fn key(&self, conduct: &Conduct) -> Result<Key, SealError> {
        let nothing: &[u8] = &[];
        let device: &[u8] = match conduct.has(Flaw::StoreKeyInProfile) {
            true => &[0; 32],
            false => self.device.reveal(),
        };
        let passphrase = self.passphrase.as_ref();
        let passphrase = passphrase.map_or(nothing, |(_, key)| key.reveal().as_slice());
        Key::derive_from(&[device, passphrase], "dev.pruefstand.store.wrap")
    }
}

impl Lid {
    /// Wraps a key.
    pub(super) fn close(
        id: String,
        key: &Key,
        wrapper: &Wrapper,
        conduct: &Conduct,
    ) -> Result<Self, SealError> {
        let mut lid = Self {
            version: VERSION,
            id,
            passphrase: wrapper
                .passphrase
                .as_ref()
                .map(|(salted, _)| salted.clone()),
            wrapped: String::new(),
        };
        let sealed = wrapper
            .key(conduct)?
            .seal_box(&lid.context()?, key.reveal())?;
        lid.wrapped = base64::encode(sealed);
        Ok(lid)
    }

    pub(crate) fn parse(record: &[u8]) -> Result<Self, SealError> {
        let malformed = SealError::Damaged("its lid is malformed");
        if record.len() > MAX_LID {
            return Err(malformed);
        }
        let lid: Self = serde_json::from_slice(record).map_err(|_shape| malformed)?;
        match lid.version {
            VERSION => Ok(lid),
            got => Err(SealError::Version {
                got,
                limit: VERSION,
            }),
        }
    }

    pub(super) fn record(&self) -> Result<Vec<u8>, SealError> {
        serde_json::to_vec(self).map_err(|error| SealError::Crypto(error.to_string()))
    }

    /// What is needed to open this lid.
    pub(crate) fn wrapper(
        &self,
        device: Key,
        passphrase: Option<&Secret>,
        conduct: &Conduct,
    ) -> Result<Wrapper, SealError> {
        let passphrase = match (&self.passphrase, passphrase) {
            (None, None) => None,
            (None, Some(_)) => return Err(SealError::PassphraseUnused),
            (Some(_), None) => return Err(SealError::PassphraseMissing),
            (Some(salted), Some(given)) => Some((salted.clone(), salted.stretch(given, conduct)?)),
        };
        Ok(Wrapper { device, passphrase })
    }

    /// The key of the store.
    pub(crate) fn open(&self, wrapper: &Wrapper, conduct: &Conduct) -> Result<Key, SealError> {
        let wrapped = base64::decode(&self.wrapped, MAX_LID).or(Err(SealError::KeyClosed))?;
        let key = wrapper.key(conduct)?.open_box(&self.context()?, &wrapped);
        let key = key.and_then(|key| <[u8; 32]>::try_from(key).ok());
        key.map(Key::new).ok_or(SealError::KeyClosed)
    }

    /// Everything but the wrapped key itself.
    fn context(&self) -> Result<Vec<u8>, SealError> {
        let said = (
            "dev.pruefstand.store.lid",
            self.version,
            &self.id,
            &self.passphrase,
        );
        serde_json::to_vec(&said).map_err(|error| SealError::Crypto(error.to_string()))
    }
}
