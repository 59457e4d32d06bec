//! Signals: switched on and off, given, seen.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    CallId, Client, EventId, Outcome, Presence, Refusal, RoomId, Sharing, send::Draft,
    signals::Receipt,
};

/// The type of an absence note, inside the encryption.
pub(crate) const ABSENCE: &str = "dev.pruefstand.absence";

/// Characters of an absence note.
const MAX_NOTE: usize = 1_000;

/// An act on signals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalsAct {
    /// Switch signals on and off.
    Share(Sharing),
    /// What is shared.
    Settings,
    /// The user has read a message.
    Read {
        /// Where.
        conv: RoomId,
        /// Which.
        message: EventId,
    },
    /// The user writes, or has stopped.
    Typing {
        /// Where.
        conv: RoomId,
        /// Whether he writes.
        active: bool,
    },
    /// Whether the user is there.
    Presence {
        /// To whom he says so.
        conv: RoomId,
        /// What he says.
        presence: Presence,
    },
    /// Leave an absence note, or take it back.
    Absence {
        /// Where.
        conv: RoomId,
        /// The note; absent: he is back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// Until when, in milliseconds since the epoch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<u64>,
    },
    /// What the members of a room let this user know.
    View {
        /// Where.
        conv: RoomId,
    },
}

impl Client {
    pub(super) fn act_on_signals(
        &mut self,
        now: u64,
        call: CallId,
        act: SignalsAct,
    ) -> Result<(), Refusal> {
        let value = match act {
            SignalsAct::Share(sharing) => {
                self.signals.share(sharing);
                json!(self.sharing())
            }
            SignalsAct::Settings => json!(self.sharing()),
            SignalsAct::Read { conv, message } => {
                let told = self.answer_with(&conv, &message, Receipt::Read);
                json!({ "told": told })
            }
            SignalsAct::Typing { conv, active } => {
                json!({ "told": self.tell_typing(&conv, active)? })
            }
            SignalsAct::Presence { conv, presence } => {
                json!({ "told": self.tell_presence(&conv, presence)? })
            }
            SignalsAct::Absence { conv, note, until } => {
                return self.leave_note(now, call, &conv, note, until);
            }
            SignalsAct::View { conv } => self.heard_signals(&conv, now),
        };
        self.wire.done(call, Outcome::Value(value));
        Ok(())
    }

    fn leave_note(
        &mut self,
        now: u64,
        call: CallId,
        room: &RoomId,
        note: Option<String>,
        until: Option<u64>,
    ) -> Result<(), Refusal> {
        self.must_be_encrypted(room)?;
        let got = note.as_ref().map_or(0, |note| note.chars().count());
        if got > MAX_NOTE {
            return Err(Refusal::TooMany {
                what: "characters in a note",
                got,
                limit: MAX_NOTE,
            });
        }
        let content: Value = json!({ "since": now, "note": note, "until": until });
        self.queue(room, Draft::of_kind(call, ABSENCE, content));
        Ok(())
    }
}
