//! Asks for devices' keys and opens channels with them.

use serde_json::{Map, Value, json};
use thiserror::Error;
use vodozemac::Curve25519PublicKey;

use crate::{
    Client, Conduct, DeviceId, Refusal, UserId, Variant,
    border::{KeyError, SignatureError, key, signed},
    client::Pending,
    directory::Device,
    json::text,
};

impl Client {
    /// Asks for the devices of every user whose list is outdated and not asked for yet.
    pub(crate) fn query_keys(&mut self) {
        let mut users = self.directory.unasked();
        if self.conduct.varies(Variant::QueriesOneByOne) {
            users.truncate(1);
        }
        if users.is_empty() || self.own.is_none() {
            return;
        }
        let asked = self.directory.ask(&users);
        let wanted: Map<String, Value> = users
            .iter()
            .map(|user| (user.to_string(), json!([])))
            .collect();
        let body = json!({ "device_keys": wanted });
        self.wire
            .post("keys/query", body, Pending::KeysQuery { users, asked });
    }

    /// Claims a one-time key for each device, unless one is under way.
    pub(crate) fn claim(&mut self, places: Vec<(UserId, DeviceId)>) {
        let mut places: Vec<_> = places
            .into_iter()
            .filter(|place| !self.awaits_claim(place))
            .collect();
        if self.conduct.varies(Variant::ClaimsOneByOne) {
            places.truncate(1);
        }
        if places.is_empty() {
            return;
        }
        let wanted = places
            .iter()
            .map(|place| (place.clone(), json!("signed_curve25519")));
        let body = json!({ "one_time_keys": super::nest(wanted.collect()) });
        self.wire
            .post("keys/claim", body, Pending::KeysClaim { devices: places });
    }

    pub(crate) fn awaits_claim(&self, place: &(UserId, DeviceId)) -> bool {
        self.wire.awaits(|pending| match pending {
            Pending::KeysClaim { devices } => devices.contains(place),
            _ => false,
        })
    }

    /// Opens a channel with every device whose claimed key is good; the others are unreachable
    /// until the next message.
    pub(crate) fn take_claim(&mut self, places: Vec<(UserId, DeviceId)>, answer: Option<&Value>) {
        for place in places {
            let served = answer
                .and_then(|answer| answer.get("one_time_keys"))
                .and_then(|all| all.get(place.0.as_str()))
                .and_then(|devices| devices.get(place.1.as_str()));
            let opened = match (self.directory.device(&place.0, &place.1).cloned(), served) {
                (Some(device), Some(served)) => self.open_channel(&place, &device, served),
                _ => Err(Refusal::UnknownDevice),
            };
            if opened.is_err() {
                self.unreachable.insert(place);
            }
        }
    }

    /// Checks a claimed key (Matrix specification, 'Key algorithms': signed by its device) and uses it.
    fn open_channel(
        &mut self,
        place: &(UserId, DeviceId),
        device: &Device,
        served: &Value,
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let one_time = claimed_key(place, &device.ed25519, served, &self.conduct);
        let one_time = one_time.map_err(|refusal| match refusal {
            KeyRefusal::Malformed => Refusal::AnswerMalformed("one-time key"),
            KeyRefusal::Key(_) | KeyRefusal::Signature(_) => Refusal::Crypto(refusal.to_string()),
        })?;
        let identity = key::curve25519(&device.curve25519, &self.conduct)
            .map_err(|error| Refusal::Crypto(error.to_string()))?;
        self.olm
            .open(&own.account, identity, one_time, &self.conduct)
    }
}

/// Why a key that a relay has served for a device is not used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum KeyRefusal {
    #[error("the answer does not hold exactly one signed key")]
    Malformed,
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// The one key that the relay has served for the device at `place`, whatever id it gives it (VEC-P-11).
pub(crate) fn claimed_key(
    place: &(UserId, DeviceId),
    ed25519: &str,
    served: &Value,
    conduct: &Conduct,
) -> Result<Curve25519PublicKey, KeyRefusal> {
    let mut keys = served.as_object().into_iter().flatten();
    let (id, object) = keys.next().ok_or(KeyRefusal::Malformed)?;
    if !id.starts_with("signed_curve25519:") || keys.next().is_some() {
        return Err(KeyRefusal::Malformed);
    }
    one_time_key(place, ed25519, object, conduct)
}

/// The one-time or fallback key that the device at `place`, with this Ed25519 key, has signed.
pub(crate) fn one_time_key(
    place: &(UserId, DeviceId),
    ed25519: &str,
    object: &Value,
    conduct: &Conduct,
) -> Result<Curve25519PublicKey, KeyRefusal> {
    let signing = key::ed25519(ed25519, conduct)?;
    let key_id = format!("ed25519:{}", place.1);
    signed::verify(object, place.0.as_str(), &key_id, &signing)?;
    let one_time = text(object, "key").ok_or(KeyRefusal::Malformed)?;
    Ok(key::curve25519(one_time, conduct)?)
}
