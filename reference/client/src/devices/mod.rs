//! The user's devices: which of them are his, who says so, and what becomes of one that is not.
//!
//! The extension `dev.pruefstand.devices` gives each account a list of its devices, signed by the
//! user's identity and chained by hashes. The relay keeps it; nobody believes the relay.

mod append;
mod approve;
pub(crate) mod erase;
mod heads;
mod link;
mod list;
mod query;
mod revoke;
pub(crate) mod statement;
mod status;

use std::collections::BTreeMap;

pub(crate) use append::{Change, Then};
pub(crate) use approve::Approval;
pub(crate) use erase::{ERASED, Tombstone};
pub(crate) use heads::{Claim, FIELD as HEADS, may_claim};
pub(crate) use link::{ANSWER, CodeFault, LinkCode, Links, OFFER};
pub(crate) use list::{List, ListFault, Reader};
pub(crate) use revoke::Revoked;
use serde::{Deserialize, Serialize};
pub(crate) use statement::{Act, DevicePair, hash};

use crate::{
    CallId, DeviceId,
    store::{Records, StoreError, put, read},
};

/// What is under way with the user's devices, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Devices {
    /// Approvals that wait for the relay's current list of the user's devices.
    approvals: Vec<Approval>,
    /// Changes of the own list that wait for their turn.
    changes: Vec<Change>,
    /// The relay does not speak the extension.
    pub(crate) unsupported: bool,
    pub(crate) revoked: BTreeMap<DeviceId, Revoked>,
    /// Why this device holds nothing any more.
    pub(crate) tombstone: Option<Tombstone>,
    pub(crate) links: Links,
    pub(crate) changed: bool,
}

#[derive(Serialize, Deserialize)]
struct Record {
    revoked: BTreeMap<DeviceId, Revoked>,
    tombstone: Option<Tombstone>,
}

impl Devices {
    pub(crate) fn load(record: &[u8]) -> Result<Self, StoreError> {
        let record: Record = read(record)?;
        Ok(Self {
            revoked: record.revoked,
            tombstone: record.tombstone,
            ..Self::default()
        })
    }

    /// A new device takes the place of the one that was removed.
    pub(crate) fn forget_tombstone(&mut self) {
        self.changed |= self.tombstone.take().is_some();
    }

    /// Gives up what waits; the calls that end with it.
    pub(crate) fn end(&mut self) -> Vec<CallId> {
        let approvals = std::mem::take(&mut self.approvals).into_iter();
        let changes = std::mem::take(&mut self.changes).into_iter();
        let calls = approvals.map(|approval| approval.call);
        let calls = calls.chain(self.links.end());
        calls
            .chain(changes.filter_map(|change| change.call()))
            .collect()
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        if !std::mem::take(&mut self.changed) {
            return Ok(());
        }
        let record = Record {
            revoked: self.revoked.clone(),
            tombstone: self.tombstone.clone(),
        };
        put(records, &["devices"], &record)
    }
}
