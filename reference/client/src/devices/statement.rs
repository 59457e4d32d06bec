//! One statement of a device list: a device came or went.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{
    Conduct, DeviceId, Flaw, UserId,
    account::{IdentityError, OwnIdentity},
    border::{JsonError, base64, json as strict, key, signed},
};

/// The word that keeps a statement from being taken for any other signed object.
const DOMAIN: &str = "dev.pruefstand.devices.v1";

/// Members that neither hash nor signature covers.
const NOT_SIGNED: [&str; 2] = ["signatures", "unsigned"];

/// What happened to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    Add,
    Remove,
}

/// The keys of a device, unpadded base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DevicePair {
    pub(crate) curve25519: String,
    pub(crate) ed25519: String,
}

/// A statement as its fields say; whether it counts is for [`Statement::verify`] and its list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Statement {
    domain: String,
    pub(crate) user_id: UserId,
    /// The public master key whose list this is.
    pub(crate) identity: String,
    /// 1, 2, 3, …
    pub(crate) seq: u64,
    /// The hash of the statement before; none for the first.
    #[serde(default)]
    pub(crate) previous: Option<String>,
    pub(crate) act: Act,
    pub(crate) device_id: DeviceId,
    curve25519: String,
    ed25519: String,
    /// Milliseconds since the epoch, by the clock of the device that signed.
    #[serde(rename = "time")]
    _time: u64,
    #[serde(rename = "signatures")]
    _signatures: Value,
}

/// Where a new statement goes.
pub(crate) struct Slot<'a> {
    pub(crate) user: &'a UserId,
    pub(crate) identity: &'a str,
    pub(crate) seq: u64,
    pub(crate) previous: Option<&'a str>,
    pub(crate) now: u64,
}

/// Why a statement does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StatementFault {
    #[error("a statement is malformed")]
    Malformed,
    #[error("a statement is about another user")]
    WrongUser,
    #[error("a statement is not signed by the user's self-signing key")]
    SignatureInvalid,
}

impl Statement {
    pub(crate) fn parse(object: &Value, conduct: &Conduct) -> Result<Self, StatementFault> {
        let read = Self::deserialize(object).or(Err(StatementFault::Malformed))?;
        let honest = Conduct::honest();
        let is_meant = read.domain == DOMAIN || conduct.has(Flaw::NoDomainSeparation);
        let keys = key::ed25519(&read.ed25519, &honest).is_ok()
            && key::curve25519(&read.curve25519, &honest).is_ok();
        if !is_meant || !keys {
            return Err(StatementFault::Malformed);
        }
        Ok(read)
    }

    /// Whether `user` said it, with the self-signing key `signer`.
    pub(crate) fn verify(
        &self,
        object: &Value,
        user: &UserId,
        signer: &str,
        conduct: &Conduct,
    ) -> Result<(), StatementFault> {
        if self.user_id != *user && !conduct.has(Flaw::ListUserNotChecked) {
            return Err(StatementFault::WrongUser);
        }
        let key_id = format!("ed25519:{signer}");
        let signed = key::ed25519(signer, conduct)
            .is_ok_and(|signer| signed::verify(object, user.as_str(), &key_id, &signer).is_ok());
        if !signed && !conduct.has(Flaw::ListSignatureNotChecked) {
            return Err(StatementFault::SignatureInvalid);
        }
        Ok(())
    }

    pub(crate) fn keys(&self) -> DevicePair {
        DevicePair {
            curve25519: self.curve25519.clone(),
            ed25519: self.ed25519.clone(),
        }
    }

    /// Signs a new statement.
    pub(crate) fn sign(
        slot: &Slot<'_>,
        act: Act,
        device: &DeviceId,
        keys: &DevicePair,
        identity: &OwnIdentity,
    ) -> Result<Value, IdentityError> {
        let mut object = json!({
            "domain": DOMAIN,
            "user_id": slot.user,
            "identity": slot.identity,
            "seq": slot.seq,
            "act": act,
            "device_id": device,
            "curve25519": keys.curve25519,
            "ed25519": keys.ed25519,
            "time": slot.now,
        });
        if let (Some(previous), Some(fields)) = (slot.previous, object.as_object_mut()) {
            fields.insert("previous".to_owned(), Value::from(previous));
        }
        identity.sign_device(slot.user, &mut object)?;
        Ok(object)
    }
}

/// SHA-256 of what the signatures of an object cover, unpadded base64.
pub(crate) fn hash(object: &Value) -> Result<String, JsonError> {
    let empty = Map::new();
    let fields = object.as_object().unwrap_or(&empty);
    let text = strict::canonical_without(fields, &NOT_SIGNED)?;
    Ok(base64::encode(Sha256::digest(text.as_bytes())))
}
