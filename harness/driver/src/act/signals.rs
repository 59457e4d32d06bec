//! Signals: what a user lets others know of what he does. Everything is off until he switches it on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An act on signals.
///
/// A receipt is shown beside the own message that it is about, as the fact `receipts`: `{user: "delivered" | "read"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignalsAct {
    /// Switch signals on and off. Returns what is really shared, as [`SignalsAct::Settings`].
    Share(Sharing),
    /// What is really shared: what the user switched on and his organisation allows. Returns a [`Sharing`].
    Settings,
    /// The user has read a message. Returns `{"told": bool}`: whether its author hears of it.
    Read {
        /// Where.
        conv: String,
        /// Which.
        message: String,
    },
    /// The user writes, or has stopped. Returns `{"told": bool}`.
    Typing {
        /// Where.
        conv: String,
        /// Whether he writes.
        active: bool,
    },
    /// Whether the user is there. Returns `{"told": bool}`.
    Presence {
        /// To whose members he says so.
        conv: String,
        /// What he says.
        presence: Presence,
    },
    /// Leave an absence note for the members of a conversation, or take it back.
    Absence {
        /// Where.
        conv: String,
        /// The note; absent: he is back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// Until when, in milliseconds since the epoch; absent: until he is back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<u64>,
    },
    /// What the members of a conversation let this user know. Returns `{"typing": [user], "presence": {user: presence},
    /// "absences": {user: {"note", "until"}}}`.
    View {
        /// Of which conversation.
        conv: String,
    },
}

/// What a user lets others know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// He is there.
    Available,
    /// He is not.
    Away,
    /// He is there and does not want to be disturbed.
    Busy,
}
