//! What can be done to messages: sent with options, edited, deleted, kept for later.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::edit::{last_version, replacement};
use crate::{
    CallId, Client, EventId, Outcome, Outgoing, Refusal, RoomId,
    json::random_name,
    outbox::Scheduled,
    room::{Entry, Item, ItemKind, ItemState},
    send::Draft,
};

/// The type of the event by which an author takes a message back.
pub(crate) const DELETION: &str = "dev.pruefstand.deletion";

/// The field that says when a message is to disappear.
const EXPIRY: &str = "dev.pruefstand.expiry";

/// The field that says how urgent a message is.
const PRIORITY: &str = "dev.pruefstand.priority";

/// One second to one year, in milliseconds.
const LIFETIMES: std::ops::RangeInclusive<u64> = 1_000..=31_536_000_000;

/// An act on a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageAct {
    /// Send a text with options.
    Send {
        /// Where.
        conv: RoomId,
        /// The text.
        body: String,
        /// Milliseconds after which it disappears.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lifetime: Option<u64>,
        /// How urgent it is.
        #[serde(default)]
        priority: Priority,
        /// When it leaves, in milliseconds since the epoch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<u64>,
    },
    /// The messages that wait for their time.
    Waiting,
    /// Take a message back that waits for its time.
    Unsend {
        /// Which.
        waiting: String,
    },
    /// Replace the text of an own message.
    Edit {
        /// Where.
        conv: RoomId,
        /// Which message.
        message: EventId,
        /// The new text.
        body: String,
    },
    /// Take an own message back.
    Delete {
        /// Where.
        conv: RoomId,
        /// Which message.
        message: EventId,
    },
    /// Pass a message on to another room, with its label and the name of its author.
    Forward {
        /// Where it is.
        conv: RoomId,
        /// Which message.
        message: EventId,
        /// Where it goes.
        to: RoomId,
    },
    /// How many records of the store hold a text.
    Traces {
        /// The text.
        text: String,
    },
}

/// How urgent a message is, in the words of its author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Not at all.
    Low,
    /// Like any other.
    #[default]
    Normal,
    /// Now.
    Urgent,
}

/// What a message says, before it is known when it leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Words {
    body: String,
    lifetime: Option<u64>,
    priority: Priority,
}

impl Words {
    /// The content of the message that leaves `now`.
    pub(crate) fn content(&self, now: u64) -> Value {
        let mut content = json!({ "msgtype": "m.text", "body": self.body });
        if let Some(fields) = content.as_object_mut() {
            if let Some(after) = self.lifetime {
                let expiry = json!({ "sent": now, "after": after });
                fields.insert(EXPIRY.to_owned(), expiry);
            }
            if self.priority != Priority::Normal {
                fields.insert(PRIORITY.to_owned(), json!(self.priority));
            }
        }
        content
    }
}

impl Client {
    pub(super) fn act_on_message(
        &mut self,
        now: u64,
        call: CallId,
        act: MessageAct,
    ) -> Result<(), Refusal> {
        match act {
            MessageAct::Send {
                conv,
                body,
                lifetime,
                priority,
                at,
            } => {
                let words = Words {
                    body,
                    lifetime,
                    priority,
                };
                self.send_words(now, call, &conv, words, at)?;
            }
            MessageAct::Waiting => {
                let value = self.list_waiting();
                self.wire.done(call, Outcome::Value(value));
            }
            MessageAct::Unsend { waiting } => {
                self.outbox
                    .cancel(&waiting)
                    .ok_or(Refusal::UnknownMessage)?;
                self.wire.done(call, Outcome::Finished);
            }
            MessageAct::Edit {
                conv,
                message,
                body,
            } => {
                let item = self.own_item(&conv, &message)?;
                if item.kind != ItemKind::Message || !is_plain(&item) {
                    return Err(Refusal::NotChangeable);
                }
                let version = self.next_count(message.as_str(), last_version(&item));
                self.queue(&conv, Draft::new(call, replacement(&item, version, &body)));
            }
            MessageAct::Forward { conv, message, to } => {
                let what = Outgoing::Forward { conv, message };
                self.submit(now, call, to, what, None)?;
            }
            MessageAct::Delete { conv, message } => self.delete_message(call, &conv, &message)?,
            MessageAct::Traces { text } => {
                let value = json!({ "records": self.traces(&text)? });
                self.wire.done(call, Outcome::Value(value));
            }
        }
        Ok(())
    }

    fn send_words(
        &mut self,
        now: u64,
        call: CallId,
        room: &RoomId,
        words: Words,
        at: Option<u64>,
    ) -> Result<(), Refusal> {
        self.must_be_encrypted(room)?;
        if let Some(lifetime) = words.lifetime
            && !LIFETIMES.contains(&lifetime)
        {
            let reason = format!("a lifetime of {lifetime} ms, allowed are {LIFETIMES:?}");
            return Err(Refusal::Content(reason));
        }
        match at.filter(|due| *due > now) {
            None => self.queue(room, Draft::new(call, words.content(now))),
            Some(due) => {
                let id = random_name();
                let scheduled = Scheduled {
                    room: room.clone(),
                    words,
                    due,
                    failed: None,
                };
                self.outbox.add(id.clone(), scheduled)?;
                let value = json!({ "waiting": id });
                self.wire.done(call, Outcome::Value(value));
            }
        }
        Ok(())
    }

    fn list_waiting(&self) -> Value {
        let view = |(id, it): (&String, &Scheduled)| {
            json!({
                "waiting": id,
                "conv": it.room,
                "body": it.words.body,
                "at": it.due,
                "failed": it.failed,
            })
        };
        json!({ "waiting": self.outbox.all().map(view).collect::<Vec<Value>>() })
    }

    fn delete_message(
        &mut self,
        call: CallId,
        room: &RoomId,
        message: &EventId,
    ) -> Result<(), Refusal> {
        self.must_be_encrypted(room)?;
        let item = self.own_item(room, message)?;
        if item.facts.contains_key("appointment") {
            return Err(Refusal::NotChangeable);
        }
        let content = json!({
            "m.relates_to": { "rel_type": DELETION, "event_id": message },
        });
        let draft = Draft::of_kind(call, DELETION, content).withdrawing(message.clone());
        self.queue(room, draft);
        Ok(())
    }

    /// An own message that is still there.
    fn own_item(&self, room: &RoomId, message: &EventId) -> Result<Item, Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let item = self
            .timeline(room)
            .into_iter()
            .find(|item| item.event == *message);
        let item = item.ok_or(Refusal::UnknownMessage)?;
        if item.sender != own.user || item.body.is_none() || item.kind == ItemKind::Notice {
            return Err(Refusal::NotChangeable);
        }
        Ok(item)
    }
}

/// Whether an item is a text and nothing else.
pub(super) fn is_plain(item: &Item) -> bool {
    item.kind == ItemKind::Message
        && !["appointment", "contact"]
            .iter()
            .any(|fact| item.facts.contains_key(*fact))
}

/// Reads what a decrypted message says about itself, when it is opened at `now`.
///
/// A message lives as long as its author says, counted from the earlier of the time that the author names and the
/// time at which it is opened.
pub(crate) fn with_options(mut entry: Entry, content: &Value, now: u64) -> Entry {
    if entry.state != ItemState::Decrypted {
        return entry;
    }
    let number = |field: &str| content.get(EXPIRY)?.get(field)?.as_u64();
    if let (Some(sent), Some(after)) = (number("sent"), number("after")) {
        let after = after.min(*LIFETIMES.end());
        let expires = sent.min(now).saturating_add(after);
        entry.expires = Some(expires);
        entry.facts.insert("expires".to_owned(), json!(expires));
    }
    let priority = content.get(PRIORITY).cloned().unwrap_or_default();
    if let Ok(priority @ (Priority::Low | Priority::Urgent)) = serde_json::from_value(priority) {
        entry.facts.insert("priority".to_owned(), json!(priority));
    }
    entry
}
