//! What can be done with the devices of the account.

use serde::{Deserialize, Serialize};

use crate::{CallId, Client, DeviceId, Refusal, client::Outcome};

/// An act on the devices of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DevicesAct {
    /// What is known of device lists, revocations and links.
    Status {},
    /// Show a code on this device, to be linked by it.
    Code {},
    /// Link the device that shows this code.
    Link {
        /// Its text, or what its QR code says.
        code: String,
    },
    /// Make another device of the same account one of the user's, by its fingerprint.
    Approve {
        /// Which device.
        device: DeviceId,
        /// Its Ed25519 key as its own screen shows it, unpadded base64.
        ed25519: String,
    },
}

impl Client {
    pub(super) fn act_on_devices(
        &mut self,
        now: u64,
        call: CallId,
        act: DevicesAct,
    ) -> Result<(), Refusal> {
        match act {
            DevicesAct::Status {} => {
                let status = self.devices_status();
                self.wire.done(call, Outcome::Value(status));
                Ok(())
            }
            DevicesAct::Code {} => self.show_code(now, call),
            DevicesAct::Link { code } => self.link(call, &code),
            DevicesAct::Approve { device, ed25519 } => self.approve(call, device, ed25519),
        }
    }
}
