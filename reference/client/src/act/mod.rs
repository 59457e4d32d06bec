//! Acts: what a user can do with a feature, and what the events of a feature do to the timeline.
//!
//! One file a feature. What a user does becomes an event inside the encryption; what comes in is
//! kept as it was opened, and [`Client::timeline`] folds it over the entries before it. So a feature
//! needs no state of its own, an event whose key comes late takes its place when it comes, and its
//! author is judged by what is known when somebody looks.

mod devices;
mod message;
mod vault;

pub use devices::DevicesAct;
pub use message::MessageAct;
use serde::{Deserialize, Serialize};
use serde_json::Value;
pub use vault::{Given, VaultAct};

use crate::{
    CallId, Client, Refusal, RoomId, UserId,
    json::text,
    room::{Entry, Item, Source},
};

/// An act of one feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "feature", content = "act", rename_all = "snake_case")]
pub enum Act {
    /// What can be done with the devices of the account.
    Devices(DevicesAct),
    /// What can be done to messages.
    Message(MessageAct),
    /// What can be done for the safety of the device's own data.
    Vault(VaultAct),
}

/// An opened event that is no message by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Opened {
    /// Its type, inside the encryption.
    pub(crate) kind: String,
    /// Its content, an object.
    pub(crate) content: Value,
}

impl Opened {
    /// `None` for what is a message by itself, or nothing that this client knows.
    pub(crate) fn parse(kind: &str, content: &Value) -> Option<Self> {
        let counts = match kind {
            "m.room.message" => message::is_edit(content),
            _ => false,
        };
        counts.then(|| Self {
            kind: kind.to_owned(),
            content: content.clone(),
        })
    }
}

impl Client {
    pub(crate) fn act(&mut self, now: u64, call: CallId, act: Act) -> Result<(), Refusal> {
        match act {
            Act::Devices(act) => self.act_on_devices(call, act),
            Act::Message(act) => self.act_on_message(call, act),
            Act::Vault(act) => self.act_on_vault(now, call, act),
        }
    }

    /// The timeline of a room, oldest first.
    #[must_use]
    pub fn timeline(&self, room: &RoomId) -> Vec<Item> {
        let mut items = Vec::new();
        if self.is_shut() {
            return items;
        }
        for entry in self.rooms.entries(room) {
            match &entry.opened {
                None => items.push(self.show(entry)),
                Some(opened) => self.fold(&mut items, entry, opened),
            }
        }
        items
    }

    /// Lets an opened event take its effect on what came before it.
    fn fold(&self, items: &mut [Item], entry: &Entry, opened: &Opened) {
        let Some(author) = author(entry) else {
            return;
        };
        if opened.kind == "m.room.message" {
            message::edit(items, author, &opened.content, &self.conduct);
        }
    }
}

/// Who wrote an opened event, as far as it is authenticated: the owner of the session that opened it.
fn author(entry: &Entry) -> Option<&UserId> {
    match &entry.source {
        Source::Session(owner) => Some(&owner.user),
        Source::Clear => Some(&entry.sender),
        Source::Closed(_) | Source::Nothing => None,
    }
}

/// The event that `content` relates to with this `rel_type`.
fn related<'a>(content: &'a Value, rel_type: &str) -> Option<&'a str> {
    let relation = content.get("m.relates_to")?;
    text(relation, "event_id").filter(|_| text(relation, "rel_type") == Some(rel_type))
}
