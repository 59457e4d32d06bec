//! What keeps this device's data its own.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Client,
    store::{Records, StoreError, put, read},
};

/// The state of the vault.
#[derive(Default)]
pub(crate) struct Vault {
    kept: Kept,
    changed: bool,
}

/// What of it is stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// An older copy of the store was put back once; this stays until the user has seen it.
    rolled_back: bool,
}

impl Vault {
    pub(crate) fn load(&mut self, record: &[u8]) -> Result<(), StoreError> {
        self.kept = read(record)?;
        Ok(())
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        if std::mem::take(&mut self.changed) {
            put(records, &["vault"], &self.kept)?;
        }
        Ok(())
    }

    /// The store is older than the device remembers.
    pub(crate) fn roll_back(&mut self) {
        self.kept.rolled_back = true;
        self.changed = true;
    }
}

impl Client {
    /// What the user must know about the safety of his data.
    pub(crate) fn vault_status(&self) -> Value {
        let kept = &self.vault.kept;
        json!({ "rolled_back": kept.rolled_back })
    }
}
