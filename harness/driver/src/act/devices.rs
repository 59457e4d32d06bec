//! What can be done with the devices of an account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An act on the devices of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DevicesAct {
    /// Look at what is known of devices. Returns at once
    /// `{"holds_identity": bool, "lists": {user: list}, "revoked": {device: revocation}, "links": {id: {"device", "state"}}, "erased": …}`.
    ///
    /// A list is `{"seq": n, "head": hash, "devices": […], "removed": […], "hidden": […], "refused": code or null,
    /// "disputed_by": [users]}`: the number and hash of its last verified statement, who is on it, who was taken
    /// off it, whom the relay hides, why what the relay serves is refused, and which peers know another list.
    /// A revocation is `{"listed": bool, "deleted": bool, "erased": "confirmed" or "unconfirmed",
    /// "round_trips": n, "messages": n}`: relay answers until the removal stood in the list, and messages sent meanwhile.
    /// `erased` is absent or null unless this very device was removed and has erased what it held:
    /// `{"user", "device", "reason", "statement", "time"}`.
    Status {},
    /// Show a code on this device, good for one link within ten minutes. Returns at once
    /// `{"text": letters, "qr": what a QR code says, "until": milliseconds since the epoch}`.
    Code {},
    /// Link the device of the same account that shows this code. Returns `{"link": id, "device": …}` once
    /// the offer has left; whether it came to a link stands in the `links` of a status.
    Link {
        /// Its text, or what its QR code says.
        code: String,
    },
    /// Make another device of the same account one of the user's, by its fingerprint. Refused if the
    /// device is listed with another key.
    Approve {
        /// Which device.
        device: String,
        /// Its Ed25519 key as its own screen shows it, unpadded base64.
        ed25519: String,
    },
}
