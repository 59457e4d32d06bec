//! This device: who it is, its keys, and what of them the relay has.

mod identity;
mod supply;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vodozemac::{
    Ed25519Signature,
    olm::{Account, AccountPickle},
};

pub(crate) use identity::{IdentityError, OwnIdentity};
pub(crate) use supply::Supply;

use crate::{
    DeviceId, Secret, UserId,
    border::{JsonError, signed},
    directory::{MEGOLM, OLM},
    store::{Records, StoreError, put, read},
};

/// The account of this device.
pub(crate) struct Own {
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
    pub(crate) token: Secret,
    pub(crate) account: Account,
    /// The private identity, on the device that created it.
    pub(crate) identity: Option<OwnIdentity>,
    pub(crate) supply: Supply,
    /// The device keys as published, with all signatures known.
    pub(crate) device_keys: Value,
    /// How far the relay's news were taken in.
    pub(crate) since: Option<String>,
    pub(crate) changed: bool,
}

#[derive(Serialize, Deserialize)]
struct Record {
    user: UserId,
    device: DeviceId,
    token: Secret,
    account: AccountPickle,
    identity: Option<OwnIdentity>,
    supply: Supply,
    device_keys: Value,
    since: Option<String>,
}

impl Own {
    /// A new device with fresh keys.
    pub(crate) fn create(user: UserId, device: DeviceId, token: Secret) -> Result<Self, JsonError> {
        let account = Account::new();
        let mut device_keys = json!({
            "user_id": user,
            "device_id": device,
            "algorithms": [OLM, MEGOLM],
            "keys": {
                format!("curve25519:{device}"): account.curve25519_key().to_base64(),
                format!("ed25519:{device}"): account.ed25519_key().to_base64(),
            },
        });
        let key_id = format!("ed25519:{device}");
        sign_object(&mut device_keys, user.as_str(), &key_id, |bytes| {
            account.sign(bytes)
        })?;
        Ok(Self {
            user,
            device,
            token,
            account,
            identity: None,
            supply: Supply::default(),
            device_keys,
            since: None,
            changed: true,
        })
    }

    pub(crate) fn load(record: &[u8]) -> Result<Self, StoreError> {
        let record: Record = read(record)?;
        Ok(Self {
            user: record.user,
            device: record.device,
            token: record.token,
            account: Account::from_pickle(record.account),
            identity: record.identity,
            supply: record.supply,
            device_keys: record.device_keys,
            since: record.since,
            changed: false,
        })
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        if !std::mem::take(&mut self.changed) {
            return Ok(());
        }
        let record = Record {
            user: self.user.clone(),
            device: self.device.clone(),
            token: self.token.clone(),
            account: self.account.pickle(),
            identity: self.identity.clone(),
            supply: self.supply.clone(),
            device_keys: self.device_keys.clone(),
            since: self.since.clone(),
        };
        put(records, &["own"], &record)
    }

    pub(crate) fn curve25519(&self) -> String {
        self.account.curve25519_key().to_base64()
    }

    pub(crate) fn ed25519(&self) -> String {
        self.account.ed25519_key().to_base64()
    }

    /// Adds this device's signature to an object.
    pub(crate) fn sign(&self, object: &mut Value) -> Result<(), JsonError> {
        let key_id = format!("ed25519:{}", self.device);
        sign_object(object, self.user.as_str(), &key_id, |bytes| {
            self.account.sign(bytes)
        })
    }

    /// A copy of the account; what happens to it is undone by forgetting it.
    pub(crate) fn account_copy(&self) -> Account {
        Account::from_pickle(self.account.pickle())
    }
}

/// Signs an object that this client composed itself.
fn sign_object(
    object: &mut Value,
    user: &str,
    key_id: &str,
    sign: impl FnOnce(&[u8]) -> Ed25519Signature,
) -> Result<(), JsonError> {
    match object.as_object_mut() {
        Some(object) => signed::sign(object, user, key_id, sign),
        None => Ok(()),
    }
}
