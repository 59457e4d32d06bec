//! The private cross-signing identity of the user.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vodozemac::{Ed25519SecretKey, KeyError};

use crate::{
    Secret, UserId,
    border::JsonError,
    directory::Chain,
    sealed::{Key, SealError},
};

/// Three private keys as unpadded base64 (Matrix specification, 'Cross-signing').
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OwnIdentity {
    master: Secret,
    self_signing: Secret,
    user_signing: Secret,
}

impl OwnIdentity {
    pub(crate) fn create() -> Self {
        let fresh = || Secret::new(Ed25519SecretKey::new().to_base64());
        Self {
            master: fresh(),
            self_signing: fresh(),
            user_signing: fresh(),
        }
    }

    /// Master, self-signing and user-signing key.
    pub(crate) fn secrets(&self) -> [&Secret; 3] {
        [&self.master, &self.self_signing, &self.user_signing]
    }

    /// Takes the keys back in the order of [`OwnIdentity::secrets`].
    pub(crate) fn from_secrets(secrets: Vec<Secret>) -> Option<Self> {
        let [master, self_signing, user_signing] = <[Secret; 3]>::try_from(secrets).ok()?;
        Some(Self {
            master,
            self_signing,
            user_signing,
        })
    }

    pub(crate) fn chain(&self) -> Result<Chain, KeyError> {
        Ok(Chain {
            master: public(&self.master)?,
            self_signing: Some(public(&self.self_signing)?),
            user_signing: Some(public(&self.user_signing)?),
        })
    }

    /// The three public key objects as `/keys/device_signing/upload` wants them.
    pub(crate) fn objects(&self, user: &UserId) -> Result<Value, IdentityError> {
        let mut self_signing = object(user, "self_signing", &self.self_signing)?;
        sign(&self.master, user, &mut self_signing)?;
        let mut user_signing = object(user, "user_signing", &self.user_signing)?;
        sign(&self.master, user, &mut user_signing)?;
        Ok(json!({
            "master_key": object(user, "master", &self.master)?,
            "self_signing_key": self_signing,
            "user_signing_key": user_signing,
        }))
    }

    /// The public master key object, still unsigned.
    pub(crate) fn master_object(&self, user: &UserId) -> Result<Value, KeyError> {
        object(user, "master", &self.master)
    }

    /// A key for one purpose that only holders of the identity have.
    pub(crate) fn derive(&self, domain: &str) -> Result<Key, SealError> {
        let secrets = [self.master.reveal().as_bytes()];
        Key::derive_from(&secrets, domain)
    }

    /// Signs the public key of the user's backup.
    pub(crate) fn sign_backup(&self, user: &UserId, key: &mut Value) -> Result<(), IdentityError> {
        sign(&self.master, user, key)
    }

    /// Signs the keys of an own device.
    pub(crate) fn sign_device(&self, user: &UserId, keys: &mut Value) -> Result<(), IdentityError> {
        sign(&self.self_signing, user, keys)
    }

    /// Signs the master key of another user.
    pub(crate) fn sign_user(&self, user: &UserId, master: &mut Value) -> Result<(), IdentityError> {
        sign(&self.user_signing, user, master)
    }
}

/// Own keys failed; only reachable with a damaged store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Json(#[from] JsonError),
}

fn public(secret: &Secret) -> Result<String, KeyError> {
    Ok(Ed25519SecretKey::from_base64(secret.reveal())?
        .public_key()
        .to_base64())
}

fn object(user: &UserId, usage: &str, secret: &Secret) -> Result<Value, KeyError> {
    let key = public(secret)?;
    Ok(json!({
        "user_id": user,
        "usage": [usage],
        "keys": { format!("ed25519:{key}"): key },
    }))
}

fn sign(secret: &Secret, user: &UserId, object: &mut Value) -> Result<(), IdentityError> {
    let key = Ed25519SecretKey::from_base64(secret.reveal())?;
    let key_id = format!("ed25519:{}", key.public_key().to_base64());
    super::sign_object(object, user.as_str(), &key_id, |bytes| key.sign(bytes))?;
    Ok(())
}
