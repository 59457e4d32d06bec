//! Where the client's state lives between two runs.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::json::segment;

/// The failure of a store, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct StoreError(pub String);

/// Changes that become durable together: `Some` replaces a record, `None` removes it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Records(pub BTreeMap<String, Option<Vec<u8>>>);

/// Durable records by name.
///
/// The client calls `commit` before it hands out a request that carries a ciphertext, so
/// a store that returns `Ok` too early lets a crash reuse a message key (ATK-OLM-20).
pub trait Store: Send {
    /// Makes all changes durable, or none.
    ///
    /// # Errors
    /// When the records cannot be made durable; the client then sends nothing.
    fn commit(&mut self, records: &Records) -> Result<(), StoreError>;

    /// Every record of the store.
    ///
    /// # Errors
    /// When the records cannot be read.
    fn load(&self) -> Result<BTreeMap<String, Vec<u8>>, StoreError>;

    /// Whether the records are older than what was committed last, as far as the store can tell.
    fn rolled_back(&self) -> bool {
        false
    }

    /// How often somebody tried to open the lock since it was last opened; kept where no copy of the records reaches.
    ///
    /// # Errors
    /// When the count cannot be read, or the store has no such place.
    fn tries(&self) -> Result<u32, StoreError> {
        Err(StoreError(
            "it has no place for a count of tries".to_owned(),
        ))
    }

    /// Keeps the number of tries; durable when it returns.
    ///
    /// # Errors
    /// As [`Store::tries`].
    fn count_tries(&mut self, _tries: u32) -> Result<(), StoreError> {
        self.tries().map(drop)
    }

    /// Removes every record; a store that can makes every copy of them useless.
    ///
    /// # Errors
    /// When something cannot be removed.
    fn erase(&mut self) -> Result<(), StoreError> {
        let held = self.load()?;
        let gone = held.into_keys().map(|name| (name, None)).collect();
        self.commit(&Records(gone))
    }
}

/// A store in memory; clones share the records, so a restart finds them again.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl MemoryStore {
    /// A copy of every record, for a snapshot.
    pub fn snapshot(&self) -> BTreeMap<String, Vec<u8>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts the records of a snapshot in place of its own.
    pub fn restore(&self, records: BTreeMap<String, Vec<u8>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = records;
    }
}

impl Store for MemoryStore {
    fn commit(&mut self, records: &Records) -> Result<(), StoreError> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, value) in &records.0 {
            match value {
                Some(bytes) => held.insert(name.clone(), bytes.clone()),
                None => held.remove(name),
            };
        }
        Ok(())
    }

    fn load(&self) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
        Ok(self.snapshot())
    }
}

/// Adds a record to a set of changes; its name are its parts, each percent-encoded, with `/` between.
pub(crate) fn put<T: Serialize>(
    records: &mut Records,
    name: &[&str],
    value: &T,
) -> Result<(), StoreError> {
    let bytes = serde_json::to_vec(value).map_err(|error| StoreError(error.to_string()))?;
    // Ids come from relays: none of them may reach into another record's name.
    let name: Vec<String> = name.iter().map(|part| segment(part)).collect();
    records.0.insert(name.join("/"), Some(bytes));
    Ok(())
}

/// Adds the removal of a record to a set of changes.
pub(crate) fn remove(records: &mut Records, name: &[&str]) {
    let name: Vec<String> = name.iter().map(|part| segment(part)).collect();
    records.0.insert(name.join("/"), None);
}

/// Reads a record back.
pub(crate) fn read<T: DeserializeOwned>(record: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(record).map_err(|error| StoreError(error.to_string()))
}
