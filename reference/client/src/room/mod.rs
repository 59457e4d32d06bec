//! Rooms as this client knows them: members, encryption, timeline.

mod members;
mod removal;
mod retention;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use members::{Departure, Member, MemberChange};
pub(crate) use removal::Removal;
use removal::Removals;
use retention::Terms;
pub(crate) use timeline::{Entry, Source};
pub use timeline::{Item, ItemKind, ItemState, Reason, Trust};

use crate::{
    EventId, RoomId, UserId,
    json::text,
    megolm::Settings,
    store::{Records, StoreError, put, read},
};

/// All rooms.
#[derive(Default)]
pub(crate) struct Rooms {
    rooms: BTreeMap<RoomId, Room>,
    entries: BTreeMap<RoomId, Vec<Entry>>,
    shown: BTreeSet<(RoomId, EventId)>,
    dirty: BTreeSet<RoomId>,
    dirty_entries: BTreeSet<(RoomId, usize)>,
    removals: Removals,
    terms: Terms,
}

/// What is known about one room.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Room {
    pub(crate) encryption: Encryption,
    /// The displayed members; they and nobody else get room keys.
    pub(crate) members: BTreeMap<UserId, Member>,
    /// Members whom this user invited, met when joining, or acknowledged.
    pub(crate) acknowledged: BTreeSet<UserId>,
    /// The member list was seen once, so that later additions are news.
    pub(crate) seen: bool,
    /// This client itself made the room without encryption; only there may clear text leave it.
    #[serde(default)]
    pub(crate) founded_plain: bool,
    /// The names that the relay shows for members.
    #[serde(default)]
    pub(crate) names: BTreeMap<UserId, String>,
    /// Who invited this user, as the relay says.
    #[serde(default)]
    pub(crate) inviter: Option<UserId>,
}

/// How a room is encrypted. It only ever gets stronger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Encryption {
    /// Not.
    #[default]
    Plain,
    /// With Megolm.
    Megolm(Settings),
    /// With something that this client does not speak.
    Unsupported,
}

impl Room {
    pub(crate) fn is_encrypted(&self) -> bool {
        self.encryption != Encryption::Plain
    }
}

impl Rooms {
    pub(crate) fn load(&mut self, room: &str, record: &[u8]) -> Result<(), StoreError> {
        self.rooms.insert(RoomId::new(room), read(record)?);
        Ok(())
    }

    /// Entries come in the order of their records' names.
    pub(crate) fn load_entry(&mut self, room: &str, record: &[u8]) -> Result<(), StoreError> {
        let (room, entry): (_, Entry) = (RoomId::new(room), read(record)?);
        self.shown.insert((room.clone(), entry.event.clone()));
        self.entries.entry(room).or_default().push(entry);
        Ok(())
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        for room in std::mem::take(&mut self.dirty) {
            if let Some(known) = self.rooms.get(&room) {
                put(records, &["room", room.as_str()], known)?;
            }
        }
        for (room, at) in std::mem::take(&mut self.dirty_entries) {
            if let Some(entry) = self.entries.get(&room).and_then(|entries| entries.get(at)) {
                put(
                    records,
                    &["item", room.as_str(), &format!("{at:010}")],
                    entry,
                )?;
            }
        }
        Ok(())
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&RoomId, &Room)> {
        self.rooms.iter()
    }

    pub(crate) fn get(&self, room: &RoomId) -> Option<&Room> {
        self.rooms.get(room)
    }

    /// The room to change; made if it is new.
    pub(crate) fn change(&mut self, room: &RoomId) -> &mut Room {
        self.dirty.insert(room.clone());
        self.rooms.entry(room.clone()).or_default()
    }

    /// The encrypted rooms that the user is shown in.
    pub(crate) fn shared_with(&self, user: &UserId) -> Vec<RoomId> {
        let shared = self
            .rooms
            .iter()
            .filter(|(_, known)| known.is_encrypted() && known.members.contains_key(user));
        shared.map(|(room, _)| room.clone()).collect()
    }

    pub(crate) fn entries(&self, room: &RoomId) -> &[Entry] {
        self.entries.get(room).map_or(&[], Vec::as_slice)
    }

    /// Where all entries are.
    fn places(&self) -> impl Iterator<Item = (RoomId, usize)> {
        let rooms = self.entries.iter();
        rooms.flat_map(|(room, entries)| (0..entries.len()).map(|at| (room.clone(), at)))
    }

    /// Whether the event has an entry.
    pub(crate) fn shows(&self, room: &RoomId, event: &EventId) -> bool {
        self.shown.contains(&(room.clone(), event.clone()))
    }

    /// Adds an entry at the end, got at `now`; its place.
    pub(crate) fn push(&mut self, room: &RoomId, mut entry: Entry, now: u64) -> usize {
        entry.received = now;
        self.shown.insert((room.clone(), entry.event.clone()));
        let entries = self.entries.entry(room.clone()).or_default();
        let at = entries.len();
        self.dirty_entries.insert((room.clone(), at));
        entries.push(entry);
        self.schedule(room, at);
        at
    }

    /// The entries that wait for the key of a session, with their places.
    pub(crate) fn waiting(&self, room: &RoomId, session: &str) -> Vec<(usize, Entry)> {
        let entries = self.entries(room).iter().enumerate();
        let waiting = entries.filter(|(_, entry)| match &entry.source {
            Source::Closed(content) => text(content, "session_id") == Some(session),
            Source::Clear | Source::Session(_) | Source::Nothing => false,
        });
        waiting.map(|(at, entry)| (at, entry.clone())).collect()
    }

    /// The content of every entry that waits for a key, with its room.
    pub(crate) fn closed(&self) -> Vec<(RoomId, Value)> {
        let entries = self
            .entries
            .iter()
            .flat_map(|(room, entries)| entries.iter().map(move |entry| (room, entry)));
        let closed = entries.filter_map(|(room, entry)| match &entry.source {
            Source::Closed(content) => Some((room.clone(), content.clone())),
            Source::Clear | Source::Session(_) | Source::Nothing => None,
        });
        closed.collect()
    }

    /// Puts what was opened in the place of what was closed.
    pub(crate) fn replace(&mut self, room: &RoomId, at: usize, entry: Entry) {
        if let Some(old) = self
            .entries
            .get_mut(room)
            .and_then(|entries| entries.get_mut(at))
        {
            let received = old.received;
            *old = Entry { received, ..entry };
            self.dirty_entries.insert((room.clone(), at));
            self.schedule(room, at);
        }
    }
}
