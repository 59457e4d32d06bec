//! The key directory, asked by the evil peer.

use harness_driver::{Payload, Response};
use serde_json::{Value, json};

use super::EvilPeer;
use crate::{
    check::Stop,
    evil::Target,
    scene::{Scene, Session},
};

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

    /// Claims all one-time keys of the target, then its fallback key; with the help of strangers where the relay lets nobody
    /// take so many alone.
    ///
    /// # Errors
    ///
    /// If it has no fallback key, or more one-time keys than any client should.
    pub fn drain(&self, scene: &mut Scene, of: &Target) -> Result<String, Stop> {
        let mut stranger: Option<Session> = None;
        let mut is_new = false;
        for _ in 0..MOST_KEYS {
            let claimed = match &stranger {
                Some(stranger) => claim_as(scene, stranger, of)?,
                None => key_in(&self.request(scene, "POST", CLAIM, claim_body(of))?, of),
            };
            match claimed {
                Some((key, true)) => return Ok(key),
                Some((_, false)) => is_new = false,
                None if is_new => return Err(none_of(of)),
                None => {
                    stranger = Some(scene.session("stranger")?);
                    is_new = true;
                }
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
        let answer = self.request(scene, "POST", CLAIM, claim_body(of))?;
        key_in(&answer, of).ok_or_else(|| none_of(of))
    }
}

/// Claims a key of the target as anybody; tells whether it is its fallback key. `None` if the relay gives none.
///
/// # Errors
///
/// If the relay gives no answer.
pub fn claim_as(
    scene: &mut Scene,
    session: &Session,
    of: &Target,
) -> Result<Option<(String, bool)>, Stop> {
    let answer = scene.raw(Some(session), "POST", CLAIM, claim_body(of))?;
    Ok(key_in(&answer, of))
}

const CLAIM: &str = "/_matrix/client/v3/keys/claim";

fn claim_body(of: &Target) -> Payload {
    let wanted = json!({ of.user.clone(): { of.device.clone(): "signed_curve25519" } });
    Payload::Json(json!({ "one_time_keys": wanted }))
}

fn key_in(answer: &Response, of: &Target) -> Option<(String, bool)> {
    let keys = answer.body.json()?.get("one_time_keys")?;
    let keys = keys.get(&of.user)?.get(&of.device)?.as_object()?;
    let object = keys.values().next()?;
    let is_fallback = object.get("fallback") == Some(&Value::Bool(true));
    Some((object.get("key")?.as_str()?.to_owned(), is_fallback))
}

fn none_of(of: &Target) -> Stop {
    Stop::target(format!("no one-time key of {} {}", of.user, of.device))
}
