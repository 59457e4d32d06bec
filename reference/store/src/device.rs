//! A file in place of a system's key store.

use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use reference_client::{Anchor, DeviceSecret, Key, StoreError};
use serde::{Deserialize, Serialize};

use crate::{Disk, FileError, Folder};

/// The secret of a device in a file of its own folder, which no copy of the store's folder takes along.
///
/// This is for systems without a key store, and weaker than one: another program of the same user can read it.
#[derive(Debug)]
pub struct FileDevice<D = Folder> {
    disk: D,
    held: Held,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    /// Unpadded base64.
    key: Option<Sealing>,
    anchor: Anchor,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct Sealing(String);

impl std::fmt::Debug for Sealing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealing(redacted)")
    }
}

impl FileDevice {
    /// Opens the secret in `folder` for the store in `store`.
    ///
    /// # Errors
    /// If one folder lies in the other, another program has it open, or the file is damaged.
    pub fn open(folder: &Path, store: &Path) -> Result<Self, FileError> {
        let disk = Folder::take(folder, "device")?;
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_absent| path.to_owned());
        let (own, other) = (real(folder), real(store));
        if own.starts_with(&other) || other.starts_with(&own) {
            return Err(FileError::SameFolder(other));
        }
        Self::on(disk)
    }
}

impl<D: Disk> FileDevice<D> {
    /// Opens the secret of a disk.
    ///
    /// # Errors
    /// If it cannot be read or is damaged.
    pub fn on(disk: D) -> Result<Self, FileError> {
        let file = disk.read()?;
        let held = match file.as_slice() {
            [] => Held::default(),
            file => serde_json::from_slice(file).map_err(|_shape| FileError::SecretMalformed)?,
        };
        Ok(Self { disk, held })
    }

    fn write(&mut self, held: Held) -> Result<(), StoreError> {
        let file = serde_json::to_vec(&held).map_err(|error| StoreError(error.to_string()))?;
        self.disk.replace(&file)?;
        self.held = held;
        Ok(())
    }
}

impl<D: Disk> DeviceSecret for FileDevice<D> {
    fn key(&mut self) -> Result<Key, StoreError> {
        if let Some(Sealing(text)) = &self.held.key {
            let bytes = STANDARD_NO_PAD.decode(text).ok();
            let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            return Ok(Key::new(bytes.ok_or(FileError::SecretMalformed)?));
        }
        let key = Key::random().map_err(StoreError::from)?;
        let text = Sealing(STANDARD_NO_PAD.encode(key.reveal()));
        self.write(Held {
            key: Some(text),
            anchor: self.held.anchor,
        })?;
        Ok(key)
    }

    fn anchor(&self) -> Result<Anchor, StoreError> {
        Ok(self.held.anchor)
    }

    fn keep(&mut self, anchor: Anchor) -> Result<(), StoreError> {
        self.write(Held {
            anchor,
            ..self.held.clone()
        })
    }

    fn forget(&mut self) -> Result<(), StoreError> {
        self.write(Held::default())
    }
}
