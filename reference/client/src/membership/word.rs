//! What members tell each other of a room's members beside its key, through Olm: a relay can neither hide that the
//! members are signed, nor that somebody is gone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::roll::Gone;
use crate::{
    Client, EventId, Flaw, RoomId, UserId,
    json::random_name,
    olm::Payload,
    room::{Entry, Reason},
};

/// The field of `m.room_key` that carries the word.
pub(crate) const FIELD: &str = "dev.pruefstand.roll";

/// Departures that one word tells.
const MOST: usize = 64;

/// Words of one sync; with more the relay floods.
const MOST_WORDS: usize = 1_000;

/// What a member says of a room, kept until the rest of the sync is taken in.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) room: RoomId,
    pub(crate) by: UserId,
    pub(crate) said: Value,
}

#[derive(Serialize, Deserialize)]
struct Said {
    root: String,
    #[serde(default)]
    gone: BTreeMap<UserId, u64>,
}

impl Client {
    /// What goes along with the key of a room.
    pub(crate) fn roll_word(&self, room: &RoomId) -> Option<Value> {
        let roll = self.rolls.get(room)?;
        let gone = roll
            .gone
            .iter()
            .filter(|(user, gone)| gone.signed && !roll.holds(user));
        let gone = gone
            .map(|(user, gone)| (user.clone(), gone.number))
            .take(MOST);
        Some(json!(Said {
            root: roll.root.clone(),
            gone: gone.collect(),
        }))
    }

    /// Keeps what came beside a key from a device that counts.
    pub(crate) fn note_word(&mut self, room: &RoomId, payload: &Payload) {
        let counts = payload.device.as_ref().is_some_and(|device| {
            self.directory
                .counts(&payload.sender, device, &self.conduct)
        });
        if let (true, Some(said)) = (
            counts && self.words.len() < MOST_WORDS,
            payload.content.get(FIELD),
        ) {
            self.words.push(Word {
                room: room.clone(),
                by: payload.sender.clone(),
                said: said.clone(),
            });
        }
    }

    /// Takes in what members said beside keys that came with a sync.
    pub(crate) fn take_words(&mut self) {
        for word in std::mem::take(&mut self.words) {
            let is_member = self
                .rooms
                .get(&word.room)
                .is_some_and(|known| known.is_encrypted() && known.members.contains_key(&word.by));
            if let (true, Ok(said)) = (is_member, Said::deserialize(&word.said)) {
                self.take_root(&word, said.root);
                for (user, number) in said.gone.into_iter().take(MOST) {
                    self.take_gone(&word, &user, number);
                }
            }
        }
    }

    /// The relay has hidden that the members are signed: whoever it listed must be looked at.
    fn take_root(&mut self, word: &Word, root: String) {
        if self.rolls.get(&word.room).is_some() || self.conduct.has(Flaw::StrippedRollSilent) {
            return;
        }
        self.rolls.begin(&word.room, root);
        let own = self.own.as_ref().map(|own| own.user.clone());
        let room = self.rooms.change(&word.room);
        room.acknowledged
            .retain(|user| *user == word.by || Some(user) == own.as_ref());
        let body = format!(
            "{} says that the members are signed; the relay shows no signatures",
            word.by
        );
        self.warn(word, body);
    }

    fn take_gone(&mut self, word: &Word, user: &UserId, number: u64) {
        let is_own = self.own.as_ref().is_some_and(|own| own.user == *user);
        if is_own || self.conduct.has(Flaw::RemovalUnheard) {
            return;
        }
        let Some(roll) = self.rolls.change(&word.room) else {
            return;
        };
        let is_there = roll.said_of(user).is_some_and(|said| said.number <= number);
        if !is_there || roll.is_over(user, number) {
            return;
        }
        let room = self.rooms.change(&word.room);
        if !room.members.contains_key(user) {
            return;
        }
        room.acknowledged.remove(user);
        let may_remove = roll.is_ancestor(&word.by, user);
        if may_remove {
            roll.gone.insert(
                user.clone(),
                Gone {
                    number,
                    signed: true,
                },
            );
            room.members.remove(user);
            room.names.remove(user);
        }
        self.groups.end(&word.room);
        let body = format!(
            "{} says that {user} is gone; the relay has not shown it",
            word.by
        );
        self.warn(word, body);
    }

    fn warn(&mut self, word: &Word, body: String) {
        let event = EventId::new(format!("members-{}", random_name()));
        let notice = Entry::notice(event, word.by.clone(), Reason::MemberUnsigned, body);
        self.rooms.push(&word.room, notice, self.now);
    }
}
