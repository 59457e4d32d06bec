//! The key directory, asked by the evil peer.

use serde_json::{Value, json};

use super::EvilPeer;
use crate::{check::Stop, evil::Target, scene::Scene};

/// More one-time keys than a client publishes.
const MOST_KEYS: usize = 200;

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
        self.claim_object(scene, of).map(|(key, _)| key)
    }

    /// Claims all one-time keys of the target, then its fallback key.
    ///
    /// # Errors
    ///
    /// If it has no fallback key, or more one-time keys than any client should.
    pub fn drain(&self, scene: &mut Scene, of: &Target) -> Result<String, Stop> {
        for _ in 0..MOST_KEYS {
            if let (key, true) = self.claim_object(scene, of)? {
                return Ok(key);
            }
        }
        Err(Stop::target(format!(
            "more than {MOST_KEYS} one-time keys of {} {}",
            of.user, of.device
        )))
    }

    /// Claims a key of the target; tells whether it is its fallback key.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn claim_object(&self, scene: &mut Scene, of: &Target) -> Result<(String, bool), Stop> {
        let body = json!({ "one_time_keys": { of.user.clone(): { of.device.clone(): "signed_curve25519" } } });
        let answer = self.insist(scene, "POST", "/_matrix/client/v3/keys/claim", body)?;
        let keys = answer
            .get("one_time_keys")
            .and_then(|users| users.get(&of.user)?.get(&of.device)?.as_object());
        let object = keys.and_then(|keys| keys.values().next());
        let key = object.and_then(|object| object.get("key")?.as_str());
        let is_fallback =
            object.is_some_and(|object| object.get("fallback") == Some(&Value::Bool(true)));
        let key = key
            .ok_or_else(|| Stop::target(format!("no one-time key of {} {}", of.user, of.device)))?;
        Ok((key.to_owned(), is_fallback))
    }
}
