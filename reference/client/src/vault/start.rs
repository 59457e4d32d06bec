//! Two copies of one device that run at once: each says when it starts, and each hears the other.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::VaultRefusal;
use crate::{
    Client, Conduct, Flaw, Refusal,
    account::Own,
    border::{JsonError, key, signed},
    client::{Body, Method, Pending},
    json::{random_name, segment, text},
};

/// The domain word inside what is signed, and the beginning of the account data's type.
const START: &str = "dev.pruefstand.start";

/// One start of this device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Start {
    /// How often the device was started.
    count: u64,
    /// 128 random bits that no copy of the device draws again.
    nonce: String,
}

impl Start {
    /// The start after this one.
    pub(crate) fn next(&self) -> Self {
        Self {
            count: self.count + 1,
            nonce: random_name(),
        }
    }

    /// The start that this device's key signed.
    pub(crate) fn said(said: &Value, own: &Own, conduct: &Conduct) -> Option<Self> {
        let signer = key::ed25519(&own.ed25519(), conduct).ok()?;
        let key_id = format!("ed25519:{}", own.device);
        signed::verify(said, own.user.as_str(), &key_id, &signer).ok()?;
        let fits = text(said, "kind") == Some(START)
            && text(said, "device_id") == Some(own.device.as_str());
        fits.then_some(())?;
        Some(Self {
            count: said.get("count")?.as_u64()?,
            nonce: text(said, "nonce")?.to_owned(),
        })
    }

    /// What says it, signed by this device.
    pub(crate) fn sign(&self, own: &Own) -> Result<Value, JsonError> {
        let mut said = json!({
            "kind": START,
            "device_id": own.device,
            "count": self.count,
            "nonce": self.nonce,
        });
        own.sign(&mut said)?;
        Ok(said)
    }
}

impl Client {
    /// Says that this device was started, in the account's own data, signed by the device.
    pub(crate) fn announce_start(&mut self) {
        if !std::mem::take(&mut self.vault.unannounced) {
            return;
        }
        let Some(own) = self.own.as_ref() else {
            return;
        };
        // An object that this client composed itself has a canonical form.
        let Ok(said) = self.vault.kept.start.sign(own) else {
            return;
        };
        let path = format!(
            "/_matrix/client/v3/user/{}/account_data/{START}.{}",
            segment(own.user.as_str()),
            segment(own.device.as_str())
        );
        self.wire
            .send(Method::Put, path, Body::Json(said), Pending::Errand);
    }

    /// Hears of starts of this device. Who hears of one that is not his own stops sending, and says his own once more so that
    /// the other copy hears of it too.
    pub(crate) fn hear_starts(&mut self, account_data: Option<&Value>) {
        let events = account_data
            .and_then(|data| data.get("events"))
            .and_then(Value::as_array);
        for event in events.into_iter().flatten() {
            let Some(start) = self.authentic_start(event) else {
                continue;
            };
            let own = &self.vault.kept.start;
            let is_own = start == *own;
            // What an earlier life of this very copy said.
            let is_past = start.count < own.count;
            if is_own || is_past || self.vault.kept.cloned || self.conduct.has(Flaw::CloneSilent) {
                continue;
            }
            if std::mem::take(&mut self.vault.catching_up) {
                self.catch_up(start.count);
                continue;
            }
            self.vault.kept.cloned = true;
            self.vault.kept.start.count = start.count;
            self.vault.changed = true;
            self.vault.unannounced = true;
            self.announce_start();
        }
    }

    /// An older copy of this store was put back; what it hears of first is its own later life.
    fn catch_up(&mut self, count: u64) {
        self.vault.kept.start.count = count.saturating_add(1);
        self.vault.changed = true;
        self.vault.unannounced = true;
        self.announce_start();
    }

    /// The start that an event tells of, if this device's key signed it.
    fn authentic_start(&self, event: &Value) -> Option<Start> {
        let own = self.own.as_ref()?;
        if text(event, "type")? != format!("{START}.{}", own.device) {
            return None;
        }
        Start::said(event.get("content")?, own, &self.conduct)
    }

    /// Nothing is sent while two copies of this device run: they would use each other's keys.
    pub(crate) fn permits_sending(&self) -> Result<(), Refusal> {
        match self.vault.kept.cloned {
            true => Err(VaultRefusal::Cloned.into()),
            false => Ok(()),
        }
    }
}
