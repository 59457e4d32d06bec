//! A device of the bench's own making: real keys under any user and device id.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use vodozemac::{
    megolm::InboundGroupSession,
    olm::{Account, Session},
};

use crate::evil::sign;

/// The algorithms that a device announces.
const ALGORITHMS: [&str; 2] = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"];

/// A device with its own keys, its Olm sessions and the room keys that it was given.
pub struct ForgedDevice {
    /// The user in whose name it is made.
    pub user: String,
    /// The device id.
    pub device: String,
    pub(super) account: Account,
    /// Olm sessions by the other side's Curve25519 key; the last one is used to send.
    pub(super) channels: BTreeMap<String, Vec<Session>>,
    /// Room keys by room id and session id.
    pub(super) heard: BTreeMap<(String, String), InboundGroupSession>,
}

impl ForgedDevice {
    /// A fresh device.
    #[must_use]
    pub fn new(user: &str, device: &str) -> Self {
        Self {
            user: user.to_owned(),
            device: device.to_owned(),
            account: Account::new(),
            channels: BTreeMap::new(),
            heard: BTreeMap::new(),
        }
    }

    /// Its Curve25519 identity key, unpadded base64.
    #[must_use]
    pub fn curve25519(&self) -> String {
        self.account.curve25519_key().to_base64()
    }

    /// Its Curve25519 identity key as bytes.
    #[must_use]
    pub fn raw_curve25519(&self) -> [u8; 32] {
        self.account.curve25519_key().to_bytes()
    }

    /// Its Ed25519 signing key, unpadded base64.
    #[must_use]
    pub fn ed25519(&self) -> String {
        self.account.ed25519_key().to_base64()
    }

    /// Its device keys, signed by itself.
    #[must_use]
    pub fn device_keys(&self) -> Value {
        self.device_keys_with(&self.curve25519())
    }

    /// Its device keys with another Curve25519 key in them, still signed by itself.
    #[must_use]
    pub fn device_keys_with(&self, curve25519: &str) -> Value {
        let mut keys = json!({
            "user_id": self.user,
            "device_id": self.device,
            "algorithms": ALGORITHMS,
            "keys": {
                format!("curve25519:{}", self.device): curve25519,
                format!("ed25519:{}", self.device): self.ed25519(),
            },
        });
        self.sign(&mut keys);
        keys
    }

    /// Signs an object with the device's key.
    pub fn sign(&self, object: &mut Value) {
        self.sign_as(object, &self.user);
    }

    /// Signs an object with the device's key in the name of any user.
    pub fn sign_as(&self, object: &mut Value, user: &str) {
        self.sign_in_slot(object, user, &self.device);
    }

    /// Signs an object with the device's key where the signature of another user's device should be.
    pub fn sign_in_slot(&self, object: &mut Value, user: &str, device: &str) {
        let key_id = format!("ed25519:{device}");
        sign(object, user, &key_id, |bytes| self.account.sign(bytes));
    }

    /// Fresh signed one-time keys by key id, such as `signed_curve25519:AAAAAQ`.
    pub fn one_time_keys(&mut self, count: usize) -> Map<String, Value> {
        self.account.generate_one_time_keys(count);
        let fresh: BTreeMap<_, _> = self
            .account
            .one_time_keys()
            .into_iter()
            .map(|(id, key)| (id.to_base64(), key.to_base64()))
            .collect();
        self.account.mark_keys_as_published();
        fresh
            .into_iter()
            .map(|(id, key)| {
                (
                    format!("signed_curve25519:{id}"),
                    self.signed_key(&key, false),
                )
            })
            .collect()
    }

    /// A fresh signed fallback key by key id.
    pub fn fallback_key(&mut self) -> Map<String, Value> {
        self.account.generate_fallback_key();
        let fresh: BTreeMap<_, _> = self
            .account
            .fallback_key()
            .into_iter()
            .map(|(id, key)| (id.to_base64(), key.to_base64()))
            .collect();
        self.account.mark_keys_as_published();
        fresh
            .into_iter()
            .map(|(id, key)| {
                (
                    format!("signed_curve25519:{id}"),
                    self.signed_key(&key, true),
                )
            })
            .collect()
    }

    /// Any Curve25519 key as one of this device's one-time keys, signed by it.
    #[must_use]
    pub fn signed_key(&self, curve25519: &str, fallback: bool) -> Value {
        let mut key = json!({ "key": curve25519 });
        if fallback && let Some(fields) = key.as_object_mut() {
            fields.insert("fallback".to_owned(), Value::from(true));
        }
        self.sign(&mut key);
        key
    }

    /// The device's signing key as something that a short authentication string can vouch for.
    #[must_use]
    pub fn vouched(&self) -> (String, String) {
        (self.key_id(), self.ed25519())
    }

    fn key_id(&self) -> String {
        format!("ed25519:{}", self.device)
    }
}
