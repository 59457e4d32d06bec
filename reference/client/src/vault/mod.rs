//! What keeps this device's data its own: backup, lock, and the alarm about copies of the device.

pub(crate) mod backup;
pub(crate) mod export;
mod lock;
mod reach;
pub(crate) mod recovery;
mod refusal;
mod secrets;
pub(crate) mod start;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use backup::Backup;
pub(crate) use recovery::Recovery;
pub use refusal::VaultRefusal;

use crate::{
    Client,
    sealed::Kdf,
    store::{Records, StoreError, put, read},
};
use lock::{Lock, Open};
use recovery::Escrow;
use start::Start;

/// The state of the vault.
pub(crate) struct Vault {
    kept: Kept,
    changed: bool,
    /// What a passphrase costs.
    pub(crate) kdf: Kdf,
    /// Since when the lock is open, if it is.
    open: Option<Open>,
    /// This start was not said yet.
    unannounced: bool,
    /// An older copy of the store was put back in this life, so news of later starts are its own.
    catching_up: bool,
}

/// What of it is stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// An older copy of the store was put back once.
    rolled_back: bool,
    /// Another copy of the device was heard of.
    cloned: bool,
    start: Start,
    lock: Option<Lock>,
    escrow: Escrow,
}

impl Default for Vault {
    fn default() -> Self {
        Self::of(Kdf::STRONG)
    }
}

impl Vault {
    /// An empty one.
    pub(crate) fn of(kdf: Kdf) -> Self {
        Self {
            kept: Kept::default(),
            changed: false,
            kdf,
            open: None,
            unannounced: false,
            catching_up: false,
        }
    }

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

    fn escrow(&self) -> &Escrow {
        &self.kept.escrow
    }

    /// What is known of escrow, to be changed.
    fn escrow_mut(&mut self) -> &mut Escrow {
        self.changed = true;
        &mut self.kept.escrow
    }

    /// The store was opened again; a device without an account has nothing that a copy could have.
    pub(crate) fn begin(&mut self, rolled_back: bool, has_account: bool) {
        self.kept.rolled_back |= rolled_back;
        self.catching_up = rolled_back;
        self.changed = rolled_back || has_account;
        if has_account {
            self.kept.start = self.kept.start.next();
            self.unannounced = true;
        }
    }
}

impl Client {
    /// What the user must know about the safety of his data.
    pub(crate) fn vault_status(&self) -> Value {
        let kept = &self.vault.kept;
        json!({
            "locked": self.is_locked(),
            "rolled_back": kept.rolled_back,
            "cloned": kept.cloned,
            "escrow": kept.escrow.view(),
        })
    }
}
