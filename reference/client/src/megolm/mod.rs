//! Group sessions: one for sending in each room, many for receiving.

mod inbound;
mod outbound;
mod transfer;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use inbound::{Inbound, MegolmRefusal, Opened as Decrypted, Order, Owner, Place};
pub(crate) use outbound::{Outbound, Settings, Term};
pub(crate) use transfer::RoomKey;

use crate::{
    RoomId,
    store::{Records, StoreError, put, read},
};

/// Receiving sessions kept; beyond it new keys are refused.
const MAX_INBOUND: usize = 100_000;

/// All group sessions.
#[derive(Default)]
pub(crate) struct Groups {
    outbound: BTreeMap<RoomId, Outbound>,
    inbound: BTreeMap<(RoomId, String), Inbound>,
    dirty_outbound: BTreeSet<RoomId>,
    dirty_inbound: BTreeSet<(RoomId, String)>,
}

impl Groups {
    pub(crate) fn load_outbound(&mut self, room: &str, record: &[u8]) -> Result<(), StoreError> {
        self.outbound
            .insert(RoomId::new(room), Outbound::restore(read(record)?));
        Ok(())
    }

    pub(crate) fn load_inbound(
        &mut self,
        room: &str,
        session: &str,
        record: &[u8],
    ) -> Result<(), StoreError> {
        let key = (RoomId::new(room), session.to_owned());
        self.inbound.insert(key, Inbound::restore(read(record)?));
        Ok(())
    }

    /// Writes what changed, but not the sending sessions of the rooms in `later`.
    pub(crate) fn drain(
        &mut self,
        records: &mut Records,
        later: &BTreeSet<RoomId>,
    ) -> Result<(), StoreError> {
        let (kept, ready): (BTreeSet<_>, BTreeSet<_>) = std::mem::take(&mut self.dirty_outbound)
            .into_iter()
            .partition(|room| later.contains(room));
        self.dirty_outbound = kept;
        for room in ready {
            if let Some(session) = self.outbound.get(&room) {
                put(records, &["out", room.as_str()], &session.record())?;
            }
        }
        for key in std::mem::take(&mut self.dirty_inbound) {
            if let Some(session) = self.inbound.get(&key) {
                let (room, id) = key;
                put(records, &["in", room.as_str(), &id], &session.record())?;
            }
        }
        Ok(())
    }
}
