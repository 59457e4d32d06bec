//! Signals: what a user lets others know of what he does - that he got or read something, that he writes, that he is
//! there. All of it goes through Olm to devices of room members, and none of it before the user has switched it on.

mod receipt;
mod send;
mod take;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use receipt::Receipt;

use crate::{
    Client, EventId, Flaw, RoomId, UserId,
    act::{ABSENCE, Opened},
    json::text,
    room::Item,
    store::{Records, StoreError, put, read},
};

/// The to-device types, inside Olm.
pub(crate) const RECEIPT: &str = "dev.pruefstand.receipt";
pub(crate) const TYPING: &str = "dev.pruefstand.typing";
pub(crate) const PRESENCE: &str = "dev.pruefstand.presence";

/// What the user lets others know. Everything is off until he switches it on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sharing {
    /// That a message was delivered or read.
    pub receipts: bool,
    /// That he writes.
    pub typing: bool,
    /// That he is there.
    pub presence: bool,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// He is there.
    Available,
    /// He is not.
    Away,
    /// He is there and does not want to be disturbed.
    Busy,
}

/// What this device says and has heard.
#[derive(Default)]
pub(crate) struct Signals {
    sharing: Sharing,
    is_changed: bool,
    heard: BTreeMap<RoomId, Heard>,
    dirty: Vec<RoomId>,
    /// What was answered to each message; nothing is said twice.
    answered: BTreeMap<EventId, Receipt>,
    /// Receipts to each author: since when, and how many.
    spent: BTreeMap<UserId, (u64, u32)>,
    /// When each room was last told that the user writes or is there.
    told: BTreeMap<(RoomId, &'static str), u64>,
    /// Who writes where, until when.
    typing: BTreeMap<(RoomId, UserId), u64>,
    /// Who is there, until when that is believed.
    presence: BTreeMap<UserId, (Presence, u64)>,
}

/// The receipts of a room, by reader; of each the latest.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Heard(BTreeMap<UserId, VecDeque<(EventId, Receipt)>>);

impl Signals {
    pub(crate) fn load(&mut self, record: &[u8]) -> Result<(), StoreError> {
        self.sharing = read(record)?;
        Ok(())
    }

    pub(crate) fn load_room(&mut self, room: &str, record: &[u8]) -> Result<(), StoreError> {
        self.heard.insert(RoomId::new(room), read(record)?);
        Ok(())
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        if std::mem::take(&mut self.is_changed) {
            put(records, &["signals"], &self.sharing)?;
        }
        for room in std::mem::take(&mut self.dirty) {
            if let Some(heard) = self.heard.get(&room) {
                put(records, &["receipts", room.as_str()], heard)?;
            }
        }
        Ok(())
    }

    pub(crate) fn share(&mut self, sharing: Sharing) {
        self.sharing = sharing;
        self.is_changed = true;
    }
}

impl Client {
    /// What is really shared: what the user switched on and the policy allows.
    pub(crate) fn sharing(&self) -> Sharing {
        if self.conduct.has(Flaw::SignalsOnByDefault) {
            return Sharing {
                receipts: true,
                typing: true,
                presence: true,
            };
        }
        let (wanted, policy) = (self.signals.sharing, &self.policy);
        Sharing {
            receipts: wanted.receipts && policy.allow_receipts,
            typing: wanted.typing && policy.allow_typing,
            presence: wanted.presence && policy.allow_presence,
        }
    }

    /// Shows beside own messages who has got and read them.
    pub(crate) fn show_receipts(&self, room: &RoomId, items: &mut [Item]) {
        let (Some(own), Some(heard)) = (self.own.as_ref(), self.signals.heard.get(room)) else {
            return;
        };
        let mut by_event: BTreeMap<&EventId, BTreeMap<&UserId, Receipt>> = BTreeMap::new();
        for (reader, receipts) in &heard.0 {
            for (event, receipt) in receipts {
                by_event.entry(event).or_default().insert(reader, *receipt);
            }
        }
        for item in items.iter_mut().filter(|item| item.sender == own.user) {
            if let Some(receipts) = by_event.get(&item.event) {
                item.facts.insert("receipts".to_owned(), json!(receipts));
            }
        }
    }

    /// What the members of a room let this user know now.
    pub(crate) fn heard_signals(&self, room: &RoomId, now: u64) -> Value {
        let typing = self.signals.typing.iter();
        let typing: Vec<&UserId> = typing
            .filter(|((of, _), until)| of == room && now < **until)
            .map(|((_, user), _)| user)
            .collect();
        let members = self.rooms.get(room).map(|known| &known.members);
        let presence: BTreeMap<&UserId, Presence> = self
            .signals
            .presence
            .iter()
            .filter(|(user, (_, until))| {
                now < *until && members.is_some_and(|members| members.contains_key(*user))
            })
            .map(|(user, (presence, _))| (user, *presence))
            .collect();
        let absences = self.absences(room, now);
        json!({ "typing": typing, "presence": presence, "absences": absences })
    }

    /// Who is absent, in his own words: of each user the note that he wrote last.
    fn absences(&self, room: &RoomId, now: u64) -> BTreeMap<UserId, Value> {
        let mut last: BTreeMap<UserId, (u64, &Value)> = BTreeMap::new();
        for entry in self.rooms.entries(room) {
            let (Some(author), Some(Opened { kind, content })) = (entry.author(), &entry.opened)
            else {
                continue;
            };
            let since = content.get("since").and_then(Value::as_u64);
            if let Some(since) = since.filter(|_| kind == ABSENCE) {
                let known = last.get(author).map(|(since, _)| *since);
                if known.is_none_or(|known| since > known) {
                    last.insert(author.clone(), (since, content));
                }
            }
        }
        let shown = |(user, (_, content)): (UserId, (u64, &Value))| {
            let note = text(content, "note")?;
            let until = content.get("until").and_then(Value::as_u64);
            until
                .is_none_or(|until| now < until)
                .then(|| (user, json!({ "note": note, "until": until })))
        };
        last.into_iter().filter_map(shown).collect()
    }
}
