//! Messages that wait for their time. They lie in this device's store and nowhere else: the relay hears of them when
//! they leave.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    Client, Flaw, Refusal, RoomId,
    act::Words,
    send::Draft,
    store::{Records, StoreError, put, read, remove},
};

/// Messages that may wait at once.
const MAX_WAITING: usize = 1_000;

/// The messages that wait, by their ids.
#[derive(Default)]
pub(crate) struct Outbox {
    waiting: BTreeMap<String, Scheduled>,
    dirty: BTreeSet<String>,
    /// Those on their way to the relay.
    leaving: BTreeSet<String>,
}

/// A message that waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Scheduled {
    pub(crate) room: RoomId,
    pub(crate) words: Words,
    /// When it may leave, in milliseconds since the epoch.
    pub(crate) due: u64,
    /// Why it did not leave when it was due; it is tried again.
    pub(crate) failed: Option<String>,
}

impl Outbox {
    pub(crate) fn load(&mut self, id: &str, record: &[u8]) -> Result<(), StoreError> {
        self.waiting.insert(id.to_owned(), read(record)?);
        Ok(())
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        for id in std::mem::take(&mut self.dirty) {
            match self.waiting.get(&id) {
                Some(scheduled) => put(records, &["outbox", &id], scheduled)?,
                None => remove(records, &["outbox", &id]),
            }
        }
        Ok(())
    }

    pub(crate) fn add(&mut self, id: String, scheduled: Scheduled) -> Result<(), Refusal> {
        let got = self.waiting.len();
        if got >= MAX_WAITING {
            return Err(Refusal::TooMany {
                what: "messages that wait",
                got,
                limit: MAX_WAITING,
            });
        }
        self.dirty.insert(id.clone());
        self.waiting.insert(id, scheduled);
        Ok(())
    }

    /// Takes a message out, unless it is on its way.
    pub(crate) fn cancel(&mut self, id: &str) -> Option<Scheduled> {
        if self.leaving.contains(id) {
            return None;
        }
        self.dirty.insert(id.to_owned());
        self.waiting.remove(id)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&String, &Scheduled)> {
        self.waiting.iter()
    }

    /// The relay has it.
    pub(crate) fn sent(&mut self, id: &str) {
        self.leaving.remove(id);
        self.dirty.insert(id.to_owned());
        self.waiting.remove(id);
    }

    /// It has not left; it is tried again with the next news.
    pub(crate) fn failed(&mut self, id: &str, refusal: &Refusal) {
        self.leaving.remove(id);
        if let Some(scheduled) = self.waiting.get_mut(id) {
            scheduled.failed = Some(refusal.code().to_owned());
            self.dirty.insert(id.to_owned());
        }
    }

    /// Nothing is on its way any longer.
    pub(crate) fn stop(&mut self) {
        self.leaving.clear();
    }
}

impl Client {
    /// Lets every message leave whose time has come; true if there is one.
    pub(crate) fn release_due(&mut self, now: u64) -> bool {
        let early =
            |it: &Scheduled| it.due <= now || self.conduct.has(Flaw::TimedMessageLeavesEarly);
        let due = self.outbox.waiting.iter();
        let due: Vec<(String, Scheduled)> = due
            .filter(|(id, it)| early(it) && !self.outbox.leaving.contains(*id))
            .map(|(id, it)| (id.clone(), it.clone()))
            .collect();
        for (id, Scheduled { room, words, .. }) in &due {
            self.outbox.leaving.insert(id.clone());
            self.queue(room, Draft::waited(id.clone(), words.content(now)));
        }
        !due.is_empty()
    }
}
