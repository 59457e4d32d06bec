//! What can be done to messages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An act on a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageAct {
    /// Replace the text of an own message. Readers see the new text with the fact `edited`.
    Edit {
        /// Where.
        conv: String,
        /// Which message.
        message: String,
        /// The new text.
        body: String,
    },
}
