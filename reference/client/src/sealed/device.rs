//! What a device keeps of its store outside of it.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::Key;
use crate::StoreError;

/// Where a device keeps what must not travel with a copy of its store: an OS key store or a chip.
///
/// Without it the records are noise (ATK-LOC-01), and a copy of them that is put back later is
/// known to be old (ATK-OLM-20).
pub trait DeviceSecret: Send {
    /// The secret that wraps the store's key; made when it is asked for first.
    ///
    /// # Errors
    /// If it cannot be read or made.
    fn key(&mut self) -> Result<Key, StoreError>;

    /// What was last kept.
    ///
    /// # Errors
    /// If it cannot be read.
    fn anchor(&self) -> Result<Anchor, StoreError>;

    /// Keeps this from now on; durable when it returns.
    ///
    /// # Errors
    /// If it cannot be made durable.
    fn keep(&mut self, anchor: Anchor) -> Result<(), StoreError>;

    /// Forgets the secret and the anchor: what was sealed under it never opens again.
    ///
    /// # Errors
    /// If it cannot be forgotten.
    fn forget(&mut self) -> Result<(), StoreError>;
}

/// What the device remembers of its store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// The generation of the last commit.
    pub generation: u64,
    /// Tries to open the lock since it was last opened.
    pub tries: u32,
}

/// A secret in memory, for tests; clones share it, as programs share a key store.
#[derive(Clone, Default)]
pub struct MemoryDevice(Arc<Mutex<Held>>);

#[derive(Clone, Default)]
struct Held {
    key: Option<Key>,
    anchor: Anchor,
}

impl MemoryDevice {
    /// Another device that holds the same now, as a copied virtual machine does.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self(Arc::new(Mutex::new(self.held().clone())))
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DeviceSecret for MemoryDevice {
    fn key(&mut self) -> Result<Key, StoreError> {
        let mut held = self.held();
        if let Some(key) = &held.key {
            return Ok(key.clone());
        }
        let fresh = Key::random()?;
        held.key = Some(fresh.clone());
        Ok(fresh)
    }

    fn anchor(&self) -> Result<Anchor, StoreError> {
        Ok(self.held().anchor)
    }

    fn keep(&mut self, anchor: Anchor) -> Result<(), StoreError> {
        self.held().anchor = anchor;
        Ok(())
    }

    fn forget(&mut self) -> Result<(), StoreError> {
        *self.held() = Held::default();
        Ok(())
    }
}
