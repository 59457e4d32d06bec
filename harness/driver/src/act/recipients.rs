//! Who gets something, asked before it leaves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Bytes;

/// An act about recipients.
///
/// A product that asks before it sends refuses `msg.send` and `file.send` with class `policy` and the value
/// `{"warnings": [Warning]}`. A warning is `{"warning": name, "user": id, …}`; the names are `external`,
/// `first_contact`, `unverified_after_change`, `look_alike` (with `of`, the other user), `disguised_name` and
/// `large_audience` (with `members` and `limit`, without `user`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecipientsAct {
    /// When the product asks, and how long a message can be taken back.
    Settings {
        /// The new settings.
        settings: RecipientSettings,
    },
    /// Who would get this, and what there is to say about them. Nothing is sent.
    ///
    /// Returns `{"token": text, "audience": [{"user", "name", "external", "verified"}], "warnings": [Warning],
    /// "required": bool}`; `required` says that a confirmation is needed.
    Review {
        /// Where.
        conv: String,
        /// What.
        what: Outgoing,
    },
    /// The user has seen the review: send exactly that draft to exactly that audience. Ends like `msg.send`.
    Confirm {
        /// Which review.
        token: String,
    },
    /// Take back a message that is still held; refused once it has left.
    Undo {
        /// Its handle, as `held` in the value that its sending returned.
        held: String,
    },
    /// The messages that are held, or were. Returns `{"held": [{"held", "conv", "until", "state", "message",
    /// "reason"}]}` with the states `held`, `leaving`, `sent` and `refused`.
    Outbox {},
}

/// When the product asks, and how long a message can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecipientSettings {
    /// About which warnings it asks.
    pub ask: Ask,
    /// An audience of more others than this is a very large one.
    pub large: u32,
    /// Milliseconds that a message is held before it leaves; sending it then ends with the value
    /// `{"held": handle, "until": time}`.
    pub undo: u64,
    /// Users who count as external although they are on the same server.
    pub guests: Vec<String>,
}

/// About which warnings the product asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Only about somebody external and about disguised names.
    ClearCut,
    /// About every warning.
    Always,
}

/// Something that a user wants to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
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
        content: Bytes,
        /// How confidential it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
    },
    /// A message of a conversation, passed on.
    Forward {
        /// The conversation.
        conv: String,
        /// The message.
        message: String,
    },
}

/// How confidential a message is. Readers see it as the fact `label`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Not for anybody outside the organisation.
    Internal,
}
