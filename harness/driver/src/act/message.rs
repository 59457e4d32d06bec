//! What can be done to messages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An act on a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageAct {
    /// Send a text with options. The event carries the message's handle; of a message that waits for its time it
    /// returns `{"waiting": id}` instead.
    ///
    /// Readers see the facts `expires` (milliseconds since the epoch), and `priority` if it is not normal. A message
    /// whose time is over shows no content and the fact `removed`: `{"why": "expired"}`.
    Send {
        /// Where.
        conv: String,
        /// The text.
        body: String,
        /// Milliseconds after which it disappears from every device.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lifetime: Option<u64>,
        /// How urgent it is.
        #[serde(default)]
        priority: Priority,
        /// When it leaves, in milliseconds since the epoch; at once if absent or past. Nobody hears of it before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<u64>,
    },
    /// The messages that wait for their time.
    ///
    /// Returns `{"waiting": [{"waiting": id, "conv", "body", "at", "failed": reason or null}]}`.
    Waiting,
    /// Take a message back that waits for its time.
    Unsend {
        /// Its id.
        waiting: String,
    },
    /// Replace the text of an own message. Readers see the new text with the fact `edited`, and every text that it had
    /// in the fact `history`: `[{"version": 0, "body": …}, …]`. What was removed and what is no text is not edited.
    Edit {
        /// Where.
        conv: String,
        /// Which message.
        message: String,
        /// The new text.
        body: String,
    },
    /// Take an own message back: no device shows or keeps its content. Readers see the fact `removed`:
    /// `{"why": "deleted", "by": user}`.
    Delete {
        /// Where.
        conv: String,
        /// Which message.
        message: String,
    },
    /// Pass a message on to another conversation. Readers see the fact `forwarded`: `{"sender": user id}`, the author as
    /// the one who passed it on names him. Ends like `msg.send`.
    Forward {
        /// Where it is.
        conv: String,
        /// Which message.
        message: String,
        /// Where it goes.
        to: String,
    },
    /// How many records of the product's store hold a text, once they are opened with every key that the device has.
    /// Returns `{"records": n}`.
    Traces {
        /// The text.
        text: String,
    },
}

/// How urgent a message is, in the words of its author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
