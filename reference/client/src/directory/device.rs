//! A device as its signed keys describe it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::{
    Conduct, DeviceId, Flaw, UserId,
    border::{KeyError, SignatureError, key, signed},
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

/// Bytes of the longest device id, as of all ids (Matrix specification, 'Common identifier format').
const MAX_ID: usize = 255;

/// Why a device was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum DeviceRefusal {
    #[error("the object names another user or device than its slot")]
    WrongSlot,
    #[error("the device id is empty, too long, or has a control character")]
    UnclearId,
    #[error("the object has no {0}")]
    Missing(&'static str),
    #[error("the object holds more than one key of an algorithm")]
    SecondKey,
    #[error("the device does not speak Olm and Megolm")]
    AlgorithmMissing,
    #[error("a key is no canonical public key: {0}")]
    KeyInvalid(KeyError),
    #[error("the device's own signature is invalid: {0}")]
    SignatureInvalid(SignatureError),
}

/// Reads signed device keys served for `user` and `device`; `signed` is still to be decided.
///
/// Matrix specification, 'Device keys': the object must name the slot that it is in. An id is an opaque text of a length that can be shown
/// (VEC-J-07), and there is one key of each kind, so that nobody can take another one for it (VEC-J-09).
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
    if named_device.is_empty()
        || named_device.len() > MAX_ID
        || named_device.contains(char::is_control)
    {
        return Err(DeviceRefusal::UnclearId);
    }
    if !speaks(object, OLM) || !speaks(object, MEGOLM) {
        return Err(DeviceRefusal::AlgorithmMissing);
    }
    let key_id = format!("ed25519:{named_device}");
    let invalid = DeviceRefusal::KeyInvalid;
    let curve25519 = key_text(object, &format!("curve25519:{named_device}"))?;
    key::curve25519(curve25519, conduct).map_err(invalid)?;
    let ed25519 = key_text(object, &key_id)?;
    let signing_key = key::ed25519(ed25519, conduct).map_err(invalid)?;
    if has_second_key(object, named_device) {
        return Err(DeviceRefusal::SecondKey);
    }
    signed::verify(object, named_user, &key_id, &signing_key)
        .map_err(DeviceRefusal::SignatureInvalid)?;
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

/// Whether there are Olm keys beside those of the device's own id. Keys of unknown algorithms mean nothing.
fn has_second_key(object: &Value, device: &str) -> bool {
    let keys = object.get("keys").and_then(Value::as_object);
    let is_second = |id: &String| {
        let split = id.split_once(':');
        split.is_some_and(|(algorithm, name)| {
            matches!(algorithm, "curve25519" | "ed25519") && name != device
        })
    };
    keys.is_some_and(|keys| keys.keys().any(is_second))
}

fn key_text<'a>(object: &'a Value, id: &str) -> Result<&'a str, DeviceRefusal> {
    let keys = object.get("keys").ok_or(DeviceRefusal::Missing("keys"))?;
    text(keys, id).ok_or(DeviceRefusal::Missing("key of its own id"))
}
