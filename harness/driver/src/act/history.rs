//! What can be done with the past of a conversation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An act on the past of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryAct {
    /// Let a member, or somebody invited, read what was written before he came. Returns `{"keys": n, "devices": n}`: how many keys went to how many
    /// of his devices.
    ///
    /// He sees what he can read that way with the fact `shared_by`: the user who let him.
    Share {
        /// Where.
        conv: String,
        /// Who.
        user: String,
    },
}
