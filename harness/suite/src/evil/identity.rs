//! A cross-signing identity of the bench's own making.

use serde_json::{Map, Value, json};
use vodozemac::Ed25519SecretKey;

use crate::evil::sign;

/// Master, self-signing and user-signing key of a user, correctly signed (Matrix specification, 'Cross-signing').
pub struct ForgedIdentity {
    user: String,
    master: Ed25519SecretKey,
    self_signing: Ed25519SecretKey,
    user_signing: Ed25519SecretKey,
}

impl ForgedIdentity {
    /// A fresh identity in the name of `user`.
    #[must_use]
    pub fn new(user: &str) -> Self {
        Self {
            user: user.to_owned(),
            master: Ed25519SecretKey::new(),
            self_signing: Ed25519SecretKey::new(),
            user_signing: Ed25519SecretKey::new(),
        }
    }

    /// The public master key, unpadded base64.
    #[must_use]
    pub fn master(&self) -> String {
        self.master.public_key().to_base64()
    }

    /// The signed master key object.
    #[must_use]
    pub fn master_keys(&self) -> Value {
        let mut keys = self.object("master", &self.master);
        self.sign_as_master(&mut keys);
        keys
    }

    /// The three signed objects under the names of a directory answer: `master_keys`, `self_signing_keys`, `user_signing_keys`.
    #[must_use]
    pub fn served(&self) -> Map<String, Value> {
        let mut self_signing = self.object("self_signing", &self.self_signing);
        self.sign_as_master(&mut self_signing);
        let mut user_signing = self.object("user_signing", &self.user_signing);
        self.sign_as_master(&mut user_signing);
        [
            ("master_keys", self.master_keys()),
            ("self_signing_keys", self_signing),
            ("user_signing_keys", user_signing),
        ]
        .map(|(name, keys)| (name.to_owned(), keys))
        .into_iter()
        .collect()
    }

    /// Signs device keys with the self-signing key.
    pub fn sign_device(&self, device_keys: &mut Value) {
        let key_id = key_id(&self.self_signing);
        sign(device_keys, &self.user, &key_id, |bytes| {
            self.self_signing.sign(bytes)
        });
    }

    /// Signs any object, such as another user's master key, with the user-signing key.
    pub fn sign_user(&self, master_keys: &mut Value) {
        let key_id = key_id(&self.user_signing);
        sign(master_keys, &self.user, &key_id, |bytes| {
            self.user_signing.sign(bytes)
        });
    }

    /// The identity's master key as something that a short authentication string can vouch for.
    #[must_use]
    pub fn vouched(&self) -> (String, String) {
        (key_id(&self.master), self.master())
    }

    /// Signs any object with the master key.
    pub fn sign_as_master(&self, object: &mut Value) {
        sign(object, &self.user, &key_id(&self.master), |bytes| {
            self.master.sign(bytes)
        });
    }

    fn object(&self, usage: &str, key: &Ed25519SecretKey) -> Value {
        let public = key.public_key().to_base64();
        json!({ "user_id": self.user, "usage": [usage], "keys": { key_id(key): public } })
    }
}

fn key_id(key: &Ed25519SecretKey) -> String {
    format!("ed25519:{}", key.public_key().to_base64())
}
