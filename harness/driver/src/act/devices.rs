//! What can be done with the devices of an account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An act on the devices of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DevicesAct {
    /// Make another device of the same account one of the user's, by its fingerprint. Refused if the
    /// device is listed with another key.
    Approve {
        /// Which device.
        device: String,
        /// Its Ed25519 key as its own screen shows it, unpadded base64.
        ed25519: String,
    },
}
