//! What can be done with the devices of the account.

use serde::{Deserialize, Serialize};

use crate::{CallId, Client, DeviceId, Refusal};

/// An act on the devices of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DevicesAct {
    /// Make another device of the same account one of the user's, by its fingerprint.
    Approve {
        /// Which device.
        device: DeviceId,
        /// Its Ed25519 key as its own screen shows it, unpadded base64.
        ed25519: String,
    },
}

impl Client {
    pub(super) fn act_on_devices(&mut self, call: CallId, act: DevicesAct) -> Result<(), Refusal> {
        match act {
            DevicesAct::Approve { device, ed25519 } => self.approve(call, device, ed25519),
        }
    }
}
