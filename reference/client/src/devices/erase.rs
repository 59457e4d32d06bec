//! A device that was taken off the list erases what it holds, and says so.
//!
//! The command to erase is the statement that removes the device: signed by the user's identity,
//! for this device and its keys, and newer than everything the device has verified. Nothing else is one.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    list::{List, Reader, Removed},
    query::ENDPOINT,
    statement::hash,
};
use crate::{
    Client, Conduct, DeviceId, Flaw, Refusal, UserId,
    account::Own,
    border::{JsonError, key, signed},
    client::{Answer, Body, Method, Pending},
};

/// The word that keeps it from being taken for any other signed object; also the event's type.
pub(crate) const ERASED: &str = "dev.pruefstand.devices.erased";

/// Why this device holds nothing any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tombstone {
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
    /// The hash of the statement that removed the device.
    pub(crate) statement: String,
    /// Milliseconds since the epoch.
    pub(crate) time: u64,
}

/// A removed device's word that it has erased what it held.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    domain: String,
    user_id: UserId,
    device_id: DeviceId,
    statement: String,
    #[serde(rename = "time")]
    _time: u64,
    #[serde(rename = "signatures")]
    _signatures: Value,
}

impl Word {
    /// `None` if it is no word of this kind; whose it is, [`Word::verify`] says.
    pub(crate) fn parse(object: &Value) -> Option<Self> {
        let word = Self::deserialize(object).ok()?;
        (word.domain == ERASED).then_some(word)
    }

    /// Whether the device with this key said it.
    pub(crate) fn verify(&self, object: &Value, ed25519: &str, conduct: &Conduct) -> Option<()> {
        let signer = key::ed25519(ed25519, conduct).ok()?;
        let key_id = format!("ed25519:{}", self.device_id);
        signed::verify(object, self.user_id.as_str(), &key_id, &signer).ok()
    }

    /// This device's last word.
    pub(crate) fn sign(own: &Own, statement: &str, now: u64) -> Result<Value, JsonError> {
        let mut word = json!({
            "domain": ERASED,
            "user_id": own.user,
            "device_id": own.device,
            "statement": statement,
            "time": now,
        });
        own.sign(&mut word)?;
        Ok(word)
    }
}

impl Client {
    /// The relay does not know the token any more. If it shows the list that removes this device,
    /// the device obeys; a relay's mere word erases nothing.
    pub(crate) fn take_dismissal(&mut self, now: u64, answer: Answer<'_>) -> Result<(), Refusal> {
        let served = answer.body.get("dev.pruefstand.devices");
        let (Some(served), 401) = (served.and_then(Value::as_array), answer.status) else {
            return Ok(());
        };
        let removed = self.dismissal(served);
        match removed {
            Some(removed) => self.erase(now, &removed),
            None => Ok(()),
        }
    }

    /// The removal of this device in a list, if the list is the user's.
    fn dismissal(&self, served: &[Value]) -> Option<Removed> {
        let own = self.own.as_ref()?;
        let reader = self.own_reader()?;
        let known = self.directory.list(&own.user);
        // The relay does not know how far this device has read.
        let skip = known.map_or(0, List::seq).saturating_sub(1);
        let rest = served
            .get(usize::try_from(skip).ok()?..)
            .unwrap_or_default();
        let unsigned = Reader {
            conduct: &Conduct::flawed(&[
                Flaw::ListSignatureNotChecked,
                Flaw::ListForkAccepted,
                Flaw::ListGapAccepted,
            ]),
            ..reader
        };
        let reader = match self.conduct.has(Flaw::WipeUnsigned) {
            true => unsigned,
            false => reader,
        };
        let list = List::grown(known, rest, reader).ok()??;
        self.removal_in(&list)
    }

    fn removal_in(&self, list: &List) -> Option<Removed> {
        let own = self.own.as_ref()?;
        let removed = list.removed.get(&own.device);
        let removed = removed.filter(|removed| removed.keys.ed25519 == own.ed25519());
        let any = list.removed.values().next();
        let any = any.filter(|_| removed.is_none() && self.conduct.has(Flaw::WipeForAnyDevice));
        removed.or(any).cloned()
    }

    /// Erases if the own list, as it is known now, says that this device is none of the user's.
    pub(crate) fn obey_list(&mut self, now: u64) {
        let Some(own) = self.own.as_ref() else {
            return;
        };
        let list = self.directory.list(&own.user);
        if let Some(removed) = list.and_then(|list| self.removal_in(list)) {
            // What could not be erased is tried again with the next news.
            drop(self.erase(now, &removed));
        }
    }

    /// Erases every record, then says so with the device's last signature.
    fn erase(&mut self, now: u64, removed: &Removed) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let tombstone = Tombstone {
            user: own.user.clone(),
            device: own.device.clone(),
            statement: removed.statement.clone(),
            time: now,
        };
        let word = Word::sign(own, &removed.statement, now)
            .map_err(|error| Refusal::Crypto(error.to_string()))?;
        let token = self.wire.token.clone();
        self.end_calls(&Refusal::Erased);
        self.forget()?;
        self.devices.tombstone = Some(tombstone);
        self.devices.changed = true;
        self.wire.token = token;
        let body = Body::Json(json!({ "word": word }));
        let path = format!("{ENDPOINT}/erased");
        self.wire.send(Method::Post, path, body, Pending::Errand);
        self.wire.token = None;
        Ok(())
    }

    /// A removed device says that it has erased what it held.
    pub(crate) fn take_erasure(&mut self, sender: &UserId, object: &Value) {
        let Some((device, hash)) = self.checked_erasure(sender, object) else {
            return;
        };
        if let Some(revoked) = self.devices.revoked.get_mut(&device) {
            revoked.erased = Some(hash);
            self.devices.changed = true;
        }
    }

    fn checked_erasure(&self, sender: &UserId, object: &Value) -> Option<(DeviceId, String)> {
        let own = self.own.as_ref()?;
        let word = Word::parse(object)?;
        if word.user_id != own.user || *sender != own.user {
            return None;
        }
        let removed = self
            .directory
            .list(&own.user)?
            .removed
            .get(&word.device_id)?;
        if !self.conduct.has(Flaw::ErasureUnchecked) {
            if removed.statement != word.statement {
                return None;
            }
            word.verify(object, &removed.keys.ed25519, &self.conduct)?;
        }
        Some((word.device_id, hash(object).ok()?))
    }
}
