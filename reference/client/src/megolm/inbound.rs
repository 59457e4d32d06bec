//! Sessions for receiving: who owns them, and what they have opened.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use thiserror::Error;
use vodozemac::megolm::{
    DecryptionError, GroupSession, InboundGroupSession, InboundGroupSessionPickle, MegolmMessage,
    SessionConfig, SessionOrdering,
};

use super::{Groups, MAX_INBOUND};
use crate::{
    Conduct, DeviceId, EventId, Flaw, RoomId, UserId,
    border::{base64, megolm},
    directory::MEGOLM,
};

/// The device that a session came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) user: UserId,
    pub(crate) device: Option<DeviceId>,
    /// The keys of the Olm channel that brought the session, unpadded base64.
    pub(crate) curve25519: String,
    pub(crate) ed25519: String,
    /// Somebody else passed it on, so nothing vouches for the owner (ATK-MEGOLM-19).
    pub(crate) imported: bool,
    /// Who passed it on, if it came as a part of a room's history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shared_by: Option<UserId>,
}

/// A session for receiving.
pub(crate) struct Inbound {
    session: InboundGroupSession,
    pub(crate) owner: Owner,
    /// The event that each index was opened for (Megolm specification, 'Message Replays').
    opened: BTreeMap<u32, EventId>,
    /// The flaw: the event for each ciphertext.
    hashes: BTreeMap<String, EventId>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    session: InboundGroupSessionPickle,
    owner: Owner,
    opened: BTreeMap<u32, EventId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    hashes: BTreeMap<String, EventId>,
}

/// How a message stands to the others of its session, by the index that its sender has signed (ATK-EVT-05).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    /// Messages between the last one that was opened and this one that have not come.
    pub(crate) missing: u32,
    /// A later one was opened before it.
    pub(crate) late: bool,
}

/// Where the relay says that an event is from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) room: &'a RoomId,
    pub(crate) id: &'a EventId,
    pub(crate) sender: &'a UserId,
    /// The key beside the ciphertext, which nothing authenticates (ATK-MEGOLM-24).
    pub(crate) sender_key: Option<&'a str>,
}

/// What a group message held, and whose session it was.
pub(crate) struct Opened {
    pub(crate) plaintext: Vec<u8>,
    pub(crate) owner: Owner,
    /// How it stands to the others of its session.
    pub(crate) order: Order,
}

/// Why a group message was not opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum MegolmRefusal {
    #[error("the session is unknown")]
    SessionUnknown,
    #[error("the session is known from a later message on")]
    TooEarly,
    #[error("the message is not authentic: {0}")]
    NotOpened(String),
    #[error("the sender is not the owner of the session")]
    SenderMismatch,
    #[error("the index was opened for another event")]
    Replayed,
}

/// Why a room key was not kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum KeyRefusal {
    #[error("a session of another owner or another ratchet has the same id")]
    Conflict,
    #[error("there are too many sessions: got {got}, limit {limit}")]
    TooMany { got: usize, limit: usize },
}

impl Inbound {
    pub(crate) fn new(session: InboundGroupSession, owner: Owner) -> Self {
        Self {
            session,
            owner,
            opened: BTreeMap::new(),
            hashes: BTreeMap::new(),
        }
    }

    pub(crate) fn own(session: &GroupSession, owner: Owner) -> Self {
        let key = session.session_key();
        Self::new(
            InboundGroupSession::new(&key, SessionConfig::version_1()),
            owner,
        )
    }

    pub(crate) fn restore(record: Record) -> Self {
        Self {
            session: InboundGroupSession::from_pickle(record.session),
            owner: record.owner,
            opened: record.opened,
            hashes: record.hashes,
        }
    }

    pub(crate) fn record(&self) -> Record {
        Record {
            session: self.session.pickle(),
            owner: self.owner.clone(),
            opened: self.opened.clone(),
            hashes: self.hashes.clone(),
        }
    }

    /// The key from its first known index on.
    pub(super) fn exported(&self) -> String {
        self.session.export_at_first_known_index().to_base64()
    }

    fn copy(&self) -> InboundGroupSession {
        InboundGroupSession::from_pickle(self.session.pickle())
    }

    /// Whether the message was opened for another event before; remembers it if not.
    fn is_replay(
        &mut self,
        message: &MegolmMessage,
        index: u32,
        event: &EventId,
        conduct: &Conduct,
    ) -> bool {
        if conduct.has(Flaw::ReplayKeyIsCiphertextHash) {
            let hash = base64::encode(Sha256::digest(message.to_bytes()));
            return self.hashes.entry(hash).or_insert_with(|| event.clone()) != event;
        }
        self.opened.entry(index).or_insert_with(|| event.clone()) != event
            && !conduct.has(Flaw::NoReplayIndex)
    }
}

impl Inbound {
    /// How a message stands to those of its session that were opened before it: its sender counts them, and nobody else can.
    fn order(&self, index: u32, event: &EventId, conduct: &Conduct) -> Order {
        if self.opened.get(&index) == Some(event) {
            return Order::default();
        }
        let last = self.opened.keys().next_back();
        let next = match last {
            Some(last) => last.saturating_add(1),
            None => self.session.first_known_index(),
        };
        if index == next || conduct.has(Flaw::OrderFromRelay) {
            return Order::default();
        }
        Order {
            missing: index.saturating_sub(next),
            late: index < next,
        }
    }
}

impl Groups {
    pub(super) fn put_inbound(&mut self, room: &RoomId, session: &str, inbound: Inbound) {
        let key = (room.clone(), session.to_owned());
        self.dirty_inbound.insert(key.clone());
        self.inbound.insert(key, inbound);
    }

    /// Keeps a session that came through an authentic channel.
    ///
    /// A session that is there is only ever replaced by itself with a lower first index
    /// (ATK-MEGOLM-11); what is imported never replaces what came directly. What came directly replaces what was imported, also where both
    /// cannot be one session: nobody vouches for an imported ratchet (ATK-MEGOLM-07).
    pub(crate) fn keep(
        &mut self,
        room: &RoomId,
        mut session: InboundGroupSession,
        owner: Owner,
        conduct: &Conduct,
    ) -> Result<(), KeyRefusal> {
        let id = session.session_id();
        let key = (room.clone(), id.clone());
        let Some(known) = self.inbound.get_mut(&key) else {
            if self.inbound.len() >= MAX_INBOUND {
                return Err(KeyRefusal::TooMany {
                    got: self.inbound.len(),
                    limit: MAX_INBOUND,
                });
            }
            self.put_inbound(room, &id, Inbound::new(session, owner));
            return Ok(());
        };
        let same_owner =
            known.owner.user == owner.user && known.owner.curve25519 == owner.curve25519;
        match session.compare(&mut known.session) {
            _ if conduct.has(Flaw::ImportOverwritesSession) => known.session = session,
            SessionOrdering::Unconnected
                if known.owner.imported
                    && !owner.imported
                    && !conduct.has(Flaw::ImportedKeyStays) =>
            {
                known.session = session;
            }
            SessionOrdering::Unconnected => return Err(KeyRefusal::Conflict),
            SessionOrdering::Better if same_owner => known.session = session,
            SessionOrdering::Better if known.owner.imported => known.session = session,
            _ => {}
        }
        if known.owner.imported && !owner.imported {
            known.owner = owner;
        }
        self.dirty_inbound.insert(key);
        Ok(())
    }

    /// The key that is held of a session, and who owns it.
    pub(crate) fn held(&self, room: &RoomId, session: &str) -> Option<(String, &Owner)> {
        let known = self.inbound.get(&(room.clone(), session.to_owned()))?;
        Some((known.exported(), &known.owner))
    }

    /// The key from its first index on, as `m.forwarded_room_key` carries it.
    pub(crate) fn export(&self, room: &RoomId, session: &str) -> Option<Value> {
        let known = self.inbound.get(&(room.clone(), session.to_owned()))?;
        Some(json!({
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": session,
            "session_key": known.session.export_at_first_known_index().to_base64(),
            "sender_key": known.owner.curve25519,
            "sender_claimed_ed25519_key": known.owner.ed25519,
            "forwarding_curve25519_key_chain": [],
        }))
    }

    /// Opens a message of a room event.
    pub(crate) fn decrypt(
        &mut self,
        event: Place<'_>,
        session: &str,
        message: &MegolmMessage,
        conduct: &Conduct,
    ) -> Result<Opened, MegolmRefusal> {
        let key = self
            .find(event.room, session, conduct)
            .ok_or(MegolmRefusal::SessionUnknown)?;
        let known = self
            .inbound
            .get_mut(&key)
            .ok_or(MegolmRefusal::SessionUnknown)?;
        let hint = event.sender_key;
        if hint.is_some_and(|key| key != known.owner.curve25519)
            && conduct.has(Flaw::LookupBySenderKey)
        {
            return Err(MegolmRefusal::SessionUnknown);
        }
        // What the session remembers of a refused message is a later ratchet, which it can do without.
        let opened =
            megolm::open(&mut known.session, message, conduct).map_err(|error| match error {
                DecryptionError::UnknownMessageIndex(..) => MegolmRefusal::TooEarly,
                other => MegolmRefusal::NotOpened(other.to_string()),
            })?;
        if known.owner.user != *event.sender && !conduct.has(Flaw::MegolmSenderNotBound) {
            return Err(MegolmRefusal::SenderMismatch);
        }
        let order = known.order(opened.message_index, event.id, conduct);
        // What came out of another room's session is not that room's replay.
        if key.0 == *event.room && known.is_replay(message, opened.message_index, event.id, conduct)
        {
            return Err(MegolmRefusal::Replayed);
        }
        let owner = known.owner.clone();
        self.dirty_inbound.insert(key);
        Ok(Opened {
            plaintext: opened.plaintext,
            owner,
            order,
        })
    }

    /// Sessions belong to a room; the flaw finds them from everywhere.
    fn find(&self, room: &RoomId, session: &str, conduct: &Conduct) -> Option<(RoomId, String)> {
        let key = (room.clone(), session.to_owned());
        if self.inbound.contains_key(&key) {
            return Some(key);
        }
        let anywhere = conduct.has(Flaw::NoRoomBinding);
        anywhere
            .then(|| self.inbound.keys().find(|(_, id)| id == session).cloned())
            .flatten()
    }

    /// Whether the keys that are held open the message; nothing is changed.
    pub(crate) fn opens(&self, room: &RoomId, session: &str, message: &MegolmMessage) -> bool {
        let known = self.inbound.get(&(room.clone(), session.to_owned()));
        known.is_some_and(|known| known.copy().decrypt(message).is_ok())
    }

    /// Drops the key that opened this event, and with it those of the earlier messages of its session: a ratchet that has moved on does not go
    /// back (Megolm specification, 'Partial forward secrecy').
    pub(crate) fn forget(&mut self, room: &RoomId, event: &EventId) {
        let from = (room.clone(), String::new());
        let of_room = self.inbound.range_mut(from..);
        for (key, known) in of_room.take_while(|((of, _), _)| of == room) {
            let opened = known.opened.iter().find(|(_, opened)| *opened == event);
            if let Some((index, _)) = opened
                && known.session.advance_to(index.saturating_add(1))
            {
                self.dirty_inbound.insert(key.clone());
            }
        }
    }

    /// The flaw: opens a group message that came outside of every room (ATK-OLM-03).
    pub(crate) fn decrypt_outside_rooms(
        &self,
        session: &str,
        message: &MegolmMessage,
    ) -> Option<Opened> {
        let (_, known) = self.inbound.iter().find(|((_, id), _)| id == session)?;
        let plaintext = known.copy().decrypt(message).ok()?.plaintext;
        Some(Opened {
            plaintext,
            owner: known.owner.clone(),
            order: Order::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner {
            user: UserId::new("@alice:x"),
            device: None,
            curve25519: String::new(),
            ed25519: String::new(),
            imported: false,
            shared_by: None,
        }
    }

    #[test]
    fn a_forgotten_key_opens_neither_its_message_nor_the_ones_before_but_those_after() {
        let (room, other) = (RoomId::new("!a:x"), RoomId::new("!b:x"));
        let mut sender = GroupSession::new(SessionConfig::version_1());
        let id = sender.session_id();
        let mut groups = Groups::default();
        groups.put_inbound(&room, &id, Inbound::own(&sender, owner()));
        let messages: Vec<_> = ["one", "two", "three"]
            .map(|text| sender.encrypt(text))
            .into();
        for (at, message) in messages.iter().enumerate() {
            let place = Place {
                room: &room,
                id: &EventId::new(format!("${at}")),
                sender: &owner().user,
                sender_key: None,
            };
            assert!(
                groups
                    .decrypt(place, &id, message, &Conduct::honest())
                    .is_ok()
            );
        }
        let open = |groups: &Groups| -> Vec<bool> {
            let opens = messages
                .iter()
                .map(|message| groups.opens(&room, &id, message));
            opens.collect()
        };
        groups.forget(&other, &EventId::new("$1"));
        groups.forget(&room, &EventId::new("$unknown"));
        assert_eq!(open(&groups), [true, true, true]);
        groups.forget(&room, &EventId::new("$1"));
        assert_eq!(open(&groups), [false, false, true]);
        groups.forget(&room, &EventId::new("$0"));
        assert_eq!(open(&groups), [false, false, true]);
    }
}
