//! The history of a room for a member who came later (`reference/protocol/history.md`).

mod share;
mod take;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use share::Asked;
use take::Heard;

use crate::{
    CallId, RoomId,
    json::random_name,
    megolm::RoomKey,
    store::{Records, StoreError, put, read, remove},
};

/// The type of the event, inside Olm, that carries keys of a room.
pub(crate) const HISTORY: &str = "dev.pruefstand.history";

/// Keys in one message; a key is about half a kilobyte.
const BATCH: usize = 40;

/// Keys of one room that are shared with a member, and that are kept of what others shared.
const MOST_KEYS: usize = 2_000;

/// Messages of one member that wait until their room is joined: a whole history.
const MOST_HEARD_OF: usize = MOST_KEYS / BATCH;

/// Messages of all members that wait.
const MOST_HEARD: usize = 8 * MOST_HEARD_OF;

/// One message with keys of a room. A longer history takes several; each stands for itself.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bundle {
    room_id: RoomId,
    keys: Vec<RoomKey>,
}

/// What of histories is under way.
#[derive(Default)]
pub(crate) struct Histories {
    /// Shares that wait for the keys of the member's devices.
    asked: Vec<Asked>,
    /// What came from others and is not judged yet.
    heard: BTreeMap<String, Heard>,
    dirty: BTreeSet<String>,
}

impl Histories {
    pub(crate) fn load(&mut self, id: &str, record: &[u8]) -> Result<(), StoreError> {
        self.heard.insert(id.to_owned(), read(record)?);
        Ok(())
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        for id in std::mem::take(&mut self.dirty) {
            match self.heard.get(&id) {
                Some(heard) => put(records, &["history", &id], heard)?,
                None => remove(records, &["history", &id]),
            }
        }
        Ok(())
    }

    /// The calls that wait for something; they wait no longer.
    pub(crate) fn end(&mut self) -> impl Iterator<Item = CallId> + use<> {
        std::mem::take(&mut self.asked)
            .into_iter()
            .map(|asked| asked.call)
    }

    fn keep(&mut self, heard: Heard) {
        let same = |known: &&Heard| known.sender == heard.sender;
        let his = self.heard.values().filter(same).count();
        if self.heard.len() < MOST_HEARD && his < MOST_HEARD_OF {
            let id = random_name();
            self.dirty.insert(id.clone());
            self.heard.insert(id, heard);
        }
    }
}
