//! The key directory, asked by the evil peer.

use serde_json::{Value, json};

use super::EvilPeer;
use crate::{check::Stop, evil::Target, scene::Scene};

impl EvilPeer {
    /// What the directory answers about a user.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn query(&self, scene: &mut Scene, user: &str) -> Result<Value, Stop> {
        self.insist(
            scene,
            "POST",
            "/_matrix/client/v3/keys/query",
            json!({ "device_keys": { user: [] } }),
        )
    }

    /// A device as the directory lists it.
    ///
    /// # Errors
    ///
    /// If it does not list it.
    pub fn target(&self, scene: &mut Scene, user: &str, device: &str) -> Result<Target, Stop> {
        Target::of(&self.query(scene, user)?, user, device)
    }

    /// Claims a one-time key, or the fallback key, of the target.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn claim(&self, scene: &mut Scene, of: &Target) -> Result<String, Stop> {
        let body = json!({ "one_time_keys": { of.user.clone(): { of.device.clone(): "signed_curve25519" } } });
        let answer = self.insist(scene, "POST", "/_matrix/client/v3/keys/claim", body)?;
        let keys = answer
            .get("one_time_keys")
            .and_then(|users| users.get(&of.user)?.get(&of.device)?.as_object());
        let key = keys.and_then(|keys| keys.values().next()?.get("key")?.as_str());
        key.map(str::to_owned)
            .ok_or_else(|| Stop::target(format!("no one-time key of {} {}", of.user, of.device)))
    }
}
