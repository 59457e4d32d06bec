//! The organisation that an account belongs to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Secret;

/// An act on the organisation of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationAct {
    /// Become a member with the code that an administrator handed over; done when what the organisation says is in force.
    Enrol {
        /// The code.
        code: Secret,
    },
    /// What is known of the organisation. Value: `{"organisation": its key or null, "name", "tenant", "role", "policy": version or null,
    /// "directory": version or null, "acts": how many entries of its log are known, "fault": why what the relay served last was not taken, or null, "users": {user:
    /// {"standing": "admitted" | "not_admitted", "role", "tenant", "reason"}}}`.
    Status {},
    /// Look somebody up in the directory that the organisation keeps for its members: every part of `text` stands in his name, his unit
    /// or his user id. Value: `{"version": of the directory or null, "old": nobody confirmed it for longer than the policy allows,
    /// "entries": [{"user", "name", "unit"}]}`.
    Search {
        /// What is looked for.
        text: String,
    },
}
