//! Places inside an answer of the key directory (`keys/query`).

use serde_json::{Map, Value, json};

/// The place where the directory lists the devices of a user, made if it is missing: device id to device keys.
pub fn device_slot<'a>(answer: &'a mut Value, user: &str) -> Option<&'a mut Map<String, Value>> {
    let users = answer
        .as_object_mut()?
        .entry("device_keys")
        .or_insert_with(|| json!({}));
    users
        .as_object_mut()?
        .entry(user)
        .or_insert_with(|| json!({}))
        .as_object_mut()
}

/// The names of the maps that hold cross-signing keys by user.
pub const IDENTITY_MAPS: [&str; 3] = ["master_keys", "self_signing_keys", "user_signing_keys"];

/// The cross-signing keys of a user in an answer: `(map name, key object)`.
#[must_use]
pub fn identity_slots(answer: &Value, user: &str) -> Vec<(&'static str, Value)> {
    let key = |map: &'static str| Some((map, answer.get(map)?.get(user)?.clone()));
    IDENTITY_MAPS.into_iter().filter_map(key).collect()
}

/// Calls `edit` with the `signatures` of every key object of a user: devices and cross-signing keys.
pub fn each_signature_map(
    answer: &mut Value,
    user: &str,
    mut edit: impl FnMut(&str, &mut Map<String, Value>),
) {
    for map in ["device_keys"].into_iter().chain(IDENTITY_MAPS) {
        let Some(slot) = answer.get_mut(map).and_then(|users| users.get_mut(user)) else {
            continue;
        };
        if map == "device_keys" {
            for (device, keys) in slot.as_object_mut().into_iter().flatten() {
                if let Some(signatures) = keys.get_mut("signatures").and_then(Value::as_object_mut)
                {
                    edit(device, signatures);
                }
            }
        } else if let Some(signatures) = slot.get_mut("signatures").and_then(Value::as_object_mut) {
            edit(map, signatures);
        }
    }
}
