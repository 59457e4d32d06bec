//! The outbox: messages that wait until they cannot be taken back any longer.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Audience, Weight};
use crate::{
    CallId, Client, EventId, Flaw, Outcome, Refusal, RoomId, client::About, json::random_name,
    label::Label, send::Draft,
};

/// Something that a user wants to send.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Outgoing {
    /// A text.
    Text {
        /// The text.
        body: String,
        /// How confidential it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
    },
    /// A file.
    File {
        /// Its name.
        name: String,
        /// Its bytes.
        #[serde(with = "crate::json::bytes")]
        content: Vec<u8>,
        /// How confidential it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
    },
    /// A message of a room, passed on.
    Forward {
        /// The room.
        conv: RoomId,
        /// The message.
        message: EventId,
    },
}

/// A message of the outbox.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Held {
    room: RoomId,
    /// Absent once it has left.
    what: Option<Outgoing>,
    word: Option<Audience>,
    /// When it leaves, in milliseconds since the epoch.
    due: u64,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Waiting,
    Leaving,
    Sent(EventId),
    /// With the code of the refusal.
    Refused(String),
}

/// Messages that have left stay listed until so many others have.
const MOST_GONE: usize = 50;

impl Outgoing {
    /// A text without a label.
    #[must_use]
    pub fn text(body: String) -> Self {
        Self::Text { body, label: None }
    }

    /// A file without a label.
    #[must_use]
    pub fn file(name: String, content: Vec<u8>) -> Self {
        Self::File {
            name,
            content,
            label: None,
        }
    }

    pub(crate) fn weight(&self) -> Weight {
        match self {
            Self::Text { .. } => Weight::Text,
            // Each is a decision of its own.
            Self::File { .. } | Self::Forward { .. } => Weight::File,
        }
    }
}

impl std::fmt::Debug for Outgoing {
    /// Only the kind: it is a message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text { .. } => "Text(…)",
            Self::File { .. } => "File(…)",
            Self::Forward { .. } => "Forward(…)",
        })
    }
}

impl Held {
    /// Nobody knows what became of a message that was on its way when the process ended.
    pub(super) fn after_restart(mut self) -> Self {
        if self.state == State::Leaving {
            self.state = State::Refused("interrupted".to_owned());
        }
        self
    }

    fn show(&self, handle: &str) -> Value {
        let (state, message, reason) = match &self.state {
            State::Waiting => ("held", None, None),
            State::Leaving => ("leaving", None, None),
            State::Sent(event) => ("sent", Some(event), None),
            State::Refused(reason) => ("refused", None, Some(reason)),
        };
        json!({
            "held": handle, "conv": self.room, "until": self.due,
            "state": state, "message": message, "reason": reason,
        })
    }
}

impl Client {
    /// The user wants to send something: asked about, then held if there is an undo window, then sent.
    pub(crate) fn submit(
        &mut self,
        now: u64,
        call: CallId,
        room: RoomId,
        what: Outgoing,
        word: Option<Audience>,
    ) -> Result<(), Refusal> {
        let known = self.rooms.get(&room).ok_or(Refusal::UnknownRoom)?;
        if known.seen {
            self.ask_guard(&room, what.weight(), word.as_ref())?;
        }
        let window = self.guard_rules().undo;
        if window == 0 {
            return self.depart(call, room, what, word);
        }
        let due = now.saturating_add(window);
        let handle = random_name();
        let held = Held {
            room,
            what: Some(what),
            word,
            due,
            state: State::Waiting,
        };
        self.guard.dirty.held.insert(handle.clone());
        self.guard.held.insert(handle.clone(), held);
        let outcome = Outcome::Value(json!({ "held": handle, "until": due }));
        self.wire.done(call, outcome);
        Ok(())
    }

    fn depart(
        &mut self,
        call: CallId,
        room: RoomId,
        what: Outgoing,
        word: Option<Audience>,
    ) -> Result<(), Refusal> {
        match what {
            Outgoing::Text { body, label } => {
                let mut content = json!({ "msgtype": "m.text", "body": body });
                Label::put(label, &mut content);
                let draft = Draft::new(call, content).with_word(word);
                self.queue(&room, draft);
                Ok(())
            }
            Outgoing::File {
                name,
                content,
                label,
            } => {
                let about = About { name, label, word };
                self.send_file(call, room, about, content)
            }
            Outgoing::Forward { conv, message } => {
                let content = self.forwarded(&conv, &message, &room)?;
                self.ask_label(&room, &content)?;
                let draft = Draft::new(call, content).with_word(word);
                self.queue(&room, draft);
                Ok(())
            }
        }
    }

    /// Takes a message back that has not left.
    pub(crate) fn undo(&mut self, now: u64, handle: &str) -> Result<(), Refusal> {
        let held = self.guard.held.get(handle).ok_or(Refusal::UnknownMessage)?;
        let waits = held.state == State::Waiting && now < held.due;
        if !waits && !self.conduct.has(Flaw::UndoClaimedTooLate) {
            return Err(Refusal::TooLate);
        }
        self.guard.held.remove(handle);
        self.guard.dirty.held.insert(handle.to_owned());
        Ok(())
    }

    /// The outbox as it is shown.
    pub(crate) fn outbox(&self) -> Value {
        let held = self.guard.held.iter();
        held.map(|(handle, held)| held.show(handle)).collect()
    }

    /// Whether something has waited long enough.
    pub(crate) fn has_held_due(&self, now: u64) -> bool {
        let mut held = self.guard.held.values();
        held.any(|held| held.state == State::Waiting && now >= held.due)
    }

    /// Sends what has waited long enough.
    pub(crate) fn release_held(&mut self, now: u64) {
        let due = |held: &Held| {
            held.state == State::Waiting
                && (now >= held.due || self.conduct.has(Flaw::UndoWindowIgnored))
        };
        let mut ready: Vec<(u64, String)> = self
            .guard
            .held
            .iter()
            .filter(|(_, held)| due(held))
            .map(|(handle, held)| (held.due, handle.clone()))
            .collect();
        ready.sort();
        for (_, handle) in ready {
            let Some(held) = self.guard.held.get_mut(&handle) else {
                continue;
            };
            let Some(what) = held.what.take() else {
                continue;
            };
            held.state = State::Leaving;
            let (room, word) = (held.room.clone(), held.word.clone());
            self.guard.dirty.held.insert(handle.clone());
            let call = self.wire.own_call();
            self.guard.leaving.insert(call, handle);
            if let Err(refusal) = self.depart(call, room, what, word) {
                self.wire.refuse(call, refusal);
            }
        }
    }

    /// Notes what became of the messages of the outbox.
    pub(crate) fn settle_held(&mut self) {
        for (call, end) in self.wire.take_own_ends() {
            let Some(handle) = self.guard.leaving.remove(&call) else {
                continue;
            };
            let Some(held) = self.guard.held.get_mut(&handle) else {
                continue;
            };
            held.state = match end {
                Ok(Outcome::Message(event)) => State::Sent(event),
                Ok(_) => State::Refused("no_message".to_owned()),
                Err(refusal) => State::Refused(refusal.code().to_owned()),
            };
            self.guard.dirty.held.insert(handle);
        }
        self.forget_gone();
    }

    fn forget_gone(&mut self) {
        let gone = |held: &Held| matches!(held.state, State::Sent(_) | State::Refused(_));
        let mut over: Vec<(u64, String)> = self
            .guard
            .held
            .iter()
            .filter(|(_, held)| gone(held))
            .map(|(handle, held)| (held.due, handle.clone()))
            .collect();
        over.sort();
        let surplus = over.len().saturating_sub(MOST_GONE);
        for (_, handle) in over.into_iter().take(surplus) {
            self.guard.held.remove(&handle);
            self.guard.dirty.held.insert(handle);
        }
    }
}
