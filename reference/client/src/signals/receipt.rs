//! Receipts: that a message was delivered, that it was read.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::RECEIPT;
use crate::{
    Client, EventId, Flaw, RoomId, UserId,
    client::{Body, Method, Pending},
    json::segment,
    room::{Entry, ItemKind, ItemState, Source},
};

/// Receipts to one author in a minute; who sends more than that gets no more of them.
const MOST: u32 = 30;
const MINUTE: u64 = 60_000;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// It is on a device of the reader.
    Delivered,
    /// He has read it.
    Read,
}

impl Client {
    /// Tells the author of a message what became of it; true if he was told.
    ///
    /// Nobody learns from receipts that somebody's device is there: only what the user is shown is answered, once,
    /// to its authenticated author, while he is a member, and not without end.
    pub(crate) fn answer_with(&mut self, room: &RoomId, event: &EventId, receipt: Receipt) -> bool {
        if !self.sharing().receipts {
            return false;
        }
        let entry = self.rooms.entries(room).iter();
        let Some(entry) = entry.rev().find(|entry| entry.event == *event) else {
            return false;
        };
        let visible = is_visible(entry) || self.conduct.has(Flaw::ReceiptAnswersProbe);
        let Some(author) = author(entry).filter(|_| visible).cloned() else {
            return false;
        };
        let said = self.signals.answered.get(event);
        if said.is_some_and(|said| *said >= receipt) || !self.may_be_told(room, &author) {
            return false;
        }
        if !self.spend(&author) {
            return false;
        }
        self.signals.answered.insert(event.clone(), receipt);
        let content = json!({ "room_id": room, "event_id": event, "receipt": receipt });
        self.tell(&[author], RECEIPT, &content);
        self.leak_receipt(room, event);
        true
    }

    /// Whether a user may hear of this one in a room: he is a member whom the user has seen, and not the user.
    pub(super) fn may_be_told(&self, room: &RoomId, user: &UserId) -> bool {
        let known = self.rooms.get(room);
        let is_own = self.own.as_ref().is_some_and(|own| own.user == *user);
        !is_own
            && self.directory.permits(user).is_ok()
            && known.is_some_and(|known| {
                known.is_encrypted()
                    && known.members.contains_key(user)
                    && known.acknowledged.contains(user)
            })
    }

    /// Whether the author's share of receipts is not used up.
    fn spend(&mut self, author: &UserId) -> bool {
        let now = self.now;
        let spent = self.signals.spent.entry(author.clone()).or_insert((now, 0));
        if now.saturating_sub(spent.0) >= MINUTE {
            *spent = (now, 0);
        }
        spent.1 = spent.1.saturating_add(1);
        spent.1 <= MOST || self.conduct.has(Flaw::ReceiptsUnlimited)
    }

    /// The flaw: tells the relay too (Matrix specification, 'Receipts').
    fn leak_receipt(&mut self, room: &RoomId, event: &EventId) {
        if self.conduct.has(Flaw::ReceiptToRelay) {
            let path = format!(
                "/_matrix/client/v3/rooms/{}/receipt/m.read/{}",
                segment(room.as_str()),
                segment(event.as_str())
            );
            let body = Body::Json(json!({}));
            self.wire.send(Method::Post, path, body, Pending::Errand);
        }
    }
}

/// Whether the user is shown it as a message.
fn is_visible(entry: &Entry) -> bool {
    entry.opened.is_none()
        && entry.removed.is_none()
        && entry.state == ItemState::Decrypted
        && matches!(entry.kind, ItemKind::Message | ItemKind::File)
}

/// The author, if his own device has given the key.
fn author(entry: &Entry) -> Option<&UserId> {
    match &entry.source {
        Source::Session(owner) if !owner.imported => Some(&owner.user),
        Source::Session(_) | Source::Clear | Source::Closed(_) | Source::Nothing => None,
    }
}
