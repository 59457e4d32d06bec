//! Takes an answer to `/keys/query` in.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Chain, ChainRefusal, Device, Directory, MAX_DEVICES, Pin, User, Violation, device,
    other_reading,
};
use crate::{
    Conduct, DeviceId, Flaw, UserId,
    border::{key, signed},
    json::text,
};

impl Directory {
    /// Applies the answer for the users of a question; nothing older overwrites something newer.
    ///
    /// `asked` is the number that [`Directory::ask`] gave the question.
    pub(crate) fn apply(
        &mut self,
        users: &[UserId],
        asked: u64,
        answer: &Value,
        conduct: &Conduct,
    ) {
        let fresh: Vec<&UserId> = users
            .iter()
            .filter(|user| self.is_fresh(user, asked))
            .collect();
        // Identities first: a device's signature is judged with its owner's keys.
        for user in &fresh {
            let chain = Chain::parse(user, answer, conduct);
            if let Some(known) = self.users.get_mut(*user) {
                known.take_chain(chain, conduct);
            }
        }
        for user in &fresh {
            let devices = self.read_devices(user, answer, conduct);
            if let Some(known) = self.users.get_mut(*user) {
                known.devices = devices;
                // Outdated until his list is there too.
                known.answered = asked;
                self.dirty.insert((*user).clone());
            }
        }
    }

    fn is_fresh(&self, user: &UserId, asked: u64) -> bool {
        self.users
            .get(user)
            .is_some_and(|known| known.answered < asked)
    }

    fn read_devices(
        &self,
        user: &UserId,
        answer: &Value,
        conduct: &Conduct,
    ) -> BTreeMap<DeviceId, Device> {
        let served = answer
            .get("device_keys")
            .and_then(|all| all.get(user.as_str()));
        let served = served.and_then(Value::as_object);
        let mut devices = BTreeMap::new();
        for (id, object) in served.into_iter().flatten().take(MAX_DEVICES) {
            let id = DeviceId::new(id);
            let Ok(mut parsed) = device::parse(user, &id, object, conduct) else {
                // A device that was good stays as it was; what is served now is not it.
                if let Some(before) = self.device(user, &id) {
                    devices.insert(id, before.clone());
                }
                continue;
            };
            let path = ["device_keys", user.as_str(), id.as_str()];
            if let Some(other) = other_reading(answer, &path, conduct) {
                parsed.take_key_of(&id, other);
            }
            match self.device(user, &id) {
                Some(before) if !before.same_keys(&parsed) => {
                    // The keys of a device never change (spec 'Tracking the device list').
                    devices.insert(id, before.clone());
                    continue;
                }
                _ => {}
            }
            parsed.signed = self.is_signed(user, object, conduct);
            devices.insert(id, parsed);
        }
        devices
    }

    /// Whether the owner's self-signing key signed the device.
    fn is_signed(&self, user: &UserId, object: &Value, conduct: &Conduct) -> bool {
        let named = text(object, "user_id").unwrap_or_default();
        let owner = if named != user.as_str() && conduct.has(Flaw::DeviceKeysSlotNotChecked) {
            UserId::new(named)
        } else {
            user.clone()
        };
        let Some(key) = self
            .users
            .get(&owner)
            .and_then(|known| known.self_signing.as_ref())
        else {
            return conduct.has(Flaw::MissingSignatureMeansOk);
        };
        let key_id = format!("ed25519:{key}");
        let signatures = object
            .get("signatures")
            .and_then(|all| all.get(owner.as_str()));
        if signatures.and_then(|mine| mine.get(&key_id)).is_none() {
            return conduct.has(Flaw::MissingSignatureMeansOk);
        }
        key::ed25519(key, conduct)
            .is_ok_and(|key| signed::verify(object, owner.as_str(), &key_id, &key).is_ok())
    }
}

impl User {
    fn take_chain(&mut self, chain: Result<Option<Chain>, ChainRefusal>, conduct: &Conduct) {
        let Ok(chain) = chain else {
            // A forged chain is no chain; the pinned identity stays and nothing is sent meanwhile.
            if self.pin.is_some() {
                self.violation = Some(Violation { served: None });
            }
            self.self_signing = None;
            self.user_signing = None;
            return;
        };
        let Some(chain) = chain else {
            if self.pin.is_some() && !conduct.has(Flaw::MissingSignatureMeansOk) {
                self.violation = Some(Violation { served: None });
            }
            self.self_signing = None;
            self.user_signing = None;
            return;
        };
        match &self.pin {
            Some(pin) if pin.master == chain.master => self.violation = None,
            Some(pin) if !self.may_replace(pin, conduct) => {
                self.violation = Some(Violation {
                    served: Some(chain.master.clone()),
                });
                // Nothing that the refused identity signs counts, not even after the pinned one is served again.
                if !conduct.has(Flaw::RefusedIdentitySigns) {
                    self.self_signing = None;
                    self.user_signing = None;
                    return;
                }
            }
            _ => {
                self.pin = Some(Pin {
                    master: chain.master.clone(),
                    verified: false,
                    replaced: false,
                });
                self.violation = None;
                self.drop_list();
            }
        }
        self.self_signing = chain.self_signing;
        self.user_signing = chain.user_signing;
    }

    /// An honest client never lets the relay replace a pin; the user must accept it.
    fn may_replace(&self, pin: &Pin, conduct: &Conduct) -> bool {
        if pin.verified {
            conduct.has(Flaw::NoVerificationViolation)
        } else {
            conduct.has(Flaw::NoTofuPin)
        }
    }
}

impl Device {
    /// The flaw's step: the key of another reading than the one that was checked.
    fn take_key_of(&mut self, device: &DeviceId, other: &Value) {
        let id = format!("curve25519:{device}");
        if let Some(key) = other.get("keys").and_then(|keys| text(keys, &id)) {
            key.clone_into(&mut self.curve25519);
        }
    }

    fn same_keys(&self, other: &Self) -> bool {
        self.curve25519 == other.curve25519 && self.ed25519 == other.ed25519
    }
}
