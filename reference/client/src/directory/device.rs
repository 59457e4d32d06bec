//! A device as its signed keys describe it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::{
    Conduct, DeviceId, Flaw, UserId,
    border::{key, signed},
    json::text,
};

/// The two algorithms that a device must speak to take part.
pub(crate) const OLM: &str = "m.olm.v1.curve25519-aes-sha2";
/// See [`OLM`].
pub(crate) const MEGOLM: &str = "m.megolm.v1.aes-sha2";

/// A device whose keys carry their own valid signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Device {
    /// Unpadded base64, canonical.
    pub(crate) curve25519: String,
    /// Unpadded base64, canonical.
    pub(crate) ed25519: String,
    /// Signed by the self-signing key of its owner.
    pub(crate) signed: bool,
    /// The object that the device signed, without signatures.
    pub(crate) object: Value,
}

/// Why a device was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum DeviceRefusal {
    #[error("the object names another user or device than its slot")]
    WrongSlot,
    #[error("the object has no {0}")]
    Missing(&'static str),
    #[error("the device does not speak Olm and Megolm")]
    AlgorithmMissing,
    #[error("a key is no canonical public key: {0}")]
    KeyInvalid(String),
    #[error("the device's own signature is invalid: {0}")]
    SignatureInvalid(String),
}

/// Reads signed device keys served for `user` and `device`; `signed` is still to be decided.
///
/// Matrix specification, 'Device keys': the object must name the slot that it is in.
pub(crate) fn parse(
    user: &UserId,
    device: &DeviceId,
    object: &Value,
    conduct: &Conduct,
) -> Result<Device, DeviceRefusal> {
    let named_user = text(object, "user_id").ok_or(DeviceRefusal::Missing("user_id"))?;
    let named_device = text(object, "device_id").ok_or(DeviceRefusal::Missing("device_id"))?;
    if (named_user != user.as_str() || named_device != device.as_str())
        && !conduct.has(Flaw::DeviceKeysSlotNotChecked)
    {
        return Err(DeviceRefusal::WrongSlot);
    }
    if !speaks(object, OLM) || !speaks(object, MEGOLM) {
        return Err(DeviceRefusal::AlgorithmMissing);
    }
    let key_id = format!("ed25519:{named_device}");
    let invalid = |error: key::KeyError| DeviceRefusal::KeyInvalid(error.to_string());
    let curve25519 = key_text(object, &format!("curve25519:{named_device}"))?;
    key::curve25519(curve25519, conduct).map_err(invalid)?;
    let ed25519 = key_text(object, &key_id)?;
    let signing_key = key::ed25519(ed25519, conduct).map_err(invalid)?;
    signed::verify(object, named_user, &key_id, &signing_key)
        .map_err(|error| DeviceRefusal::SignatureInvalid(error.to_string()))?;
    Ok(Device {
        curve25519: curve25519.to_owned(),
        ed25519: ed25519.to_owned(),
        signed: false,
        object: unsigned(object),
    })
}

fn unsigned(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("signatures");
        fields.remove("unsigned");
    }
    object
}

fn speaks(object: &Value, algorithm: &str) -> bool {
    let listed = object.get("algorithms").and_then(Value::as_array);
    listed.is_some_and(|names| names.iter().any(|name| name == algorithm))
}

fn key_text<'a>(object: &'a Value, id: &str) -> Result<&'a str, DeviceRefusal> {
    let keys = object.get("keys").ok_or(DeviceRefusal::Missing("keys"))?;
    text(keys, id).ok_or(DeviceRefusal::Missing("key of its own id"))
}
