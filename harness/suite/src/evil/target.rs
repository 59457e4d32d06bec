//! A device that the evil peer speaks to, as the relay's directory lists it.

use serde_json::Value;

use crate::check::Stop;

/// A device of another user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The user id.
    pub user: String,
    /// The device id.
    pub device: String,
    /// Its Curve25519 identity key, unpadded base64.
    pub curve25519: String,
    /// Its Ed25519 signing key, unpadded base64.
    pub ed25519: String,
}

impl Target {
    /// Reads a device out of an answer of `keys/query`.
    ///
    /// # Errors
    ///
    /// If the answer does not list it.
    pub fn of(answer: &Value, user: &str, device: &str) -> Result<Self, Stop> {
        let listed = answer
            .pointer("/device_keys")
            .and_then(|users| users.get(user)?.get(device)?.get("keys"));
        let key = |algorithm: &str| {
            let key = listed.and_then(|keys| keys.get(format!("{algorithm}:{device}"))?.as_str());
            key.map(str::to_owned).ok_or_else(|| {
                Stop::target(format!(
                    "the directory lists no {algorithm} key of {user} {device}"
                ))
            })
        };
        Ok(Self {
            user: user.to_owned(),
            device: device.to_owned(),
            curve25519: key("curve25519")?,
            ed25519: key("ed25519")?,
        })
    }
}
