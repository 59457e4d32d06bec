//! The adversary's vocabulary.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use harness_driver::Payload;
use serde_json::{Map, Value, json};

use crate::{
    adversary::RuleError,
    dialect::{IDENTITY_MAPS, device_slot, each_signature_map},
};

/// A free change of a JSON value; tells whether it changed anything.
type Rewrite = Box<dyn FnMut(&mut Value) -> bool + Send>;

/// A free change of raw bytes; tells whether it changed anything.
type RewriteBytes = Box<dyn FnMut(&mut Vec<u8>) -> bool + Send>;

/// What a rule does.
pub enum Action {
    /// Lose it.
    Drop,
    /// Keep it back until it is released.
    Hold,
    /// Let it pass and keep a copy, to replay it later.
    Copy,
    /// Deliver it twice.
    Duplicate,
    /// Deliver the events of a list in reverse order. `pointer` names the list.
    Reorder {
        /// RFC 6901.
        pointer: String,
    },
    /// Flip one bit in the middle of the base64 text or of the raw bytes at `pointer`.
    Flip {
        /// RFC 6901.
        pointer: String,
    },
    /// Cut the base64 text at `pointer` to its first half.
    Truncate {
        /// RFC 6901.
        pointer: String,
    },
    /// Name another sender on the envelope.
    SwapSender {
        /// The user id.
        sender: String,
    },
    /// Serve these key objects for a user instead of the real ones: devices and cross-signing keys by map name.
    SubstituteKeys {
        /// The user.
        user: String,
        /// Devices by id; absent leaves the real ones.
        devices: Option<Map<String, Value>>,
        /// Cross-signing keys by map name (`master_keys`, …); `null` removes the key.
        identity: Map<String, Value>,
    },
    /// List one more device for a user.
    InjectDevice {
        /// The user.
        user: String,
        /// The device id of the slot.
        device: String,
        /// The device keys.
        keys: Value,
    },
    /// Leave a device of a user out.
    HideDevice {
        /// The user.
        user: String,
        /// The device.
        device: String,
    },
    /// Take signatures off a user's keys: those by key ids for which the list has an entry; all if it is empty.
    StripSignature {
        /// The user.
        user: String,
        /// Key ids, such as `ed25519:DEVICE`.
        by: Vec<String>,
    },
    /// Add a member to a room, by an event of the adversary's making at the end of the list at `pointer`.
    InjectMember {
        /// RFC 6901 of the list of events.
        pointer: String,
        /// The membership event.
        event: Value,
    },
    /// Answer every claim with the one-time key that was handed out first.
    ReuseOtk {
        /// The first answer, once it was seen.
        first: Option<Value>,
    },
    /// Keep it from the client for ever, as a relay that pretends it does not exist.
    Withhold,
    /// Answer with this HTTP status.
    Status(u16),
    /// Answer with this HTTP status and this JSON.
    Answer(u16, Value),
    /// Answer with these bytes.
    Garbage(Vec<u8>),
    /// Any other change, in the words of the check; the name stands in the record.
    Rewrite(&'static str, Rewrite),
    /// Any other change of the bytes of a body, as [`Action::Rewrite`]. JSON is written out first and handed on as bytes, so that
    /// texts can be delivered that no JSON value is; it comes after all other rules.
    RewriteBytes(&'static str, RewriteBytes),
}

impl Action {
    /// Shorthand for [`Action::Rewrite`].
    #[must_use]
    pub fn rewrite(
        name: &'static str,
        change: impl FnMut(&mut Value) -> bool + Send + 'static,
    ) -> Self {
        Self::Rewrite(name, Box::new(change))
    }

    /// Shorthand for [`Action::RewriteBytes`].
    #[must_use]
    pub fn rewrite_bytes(
        name: &'static str,
        change: impl FnMut(&mut Vec<u8>) -> bool + Send + 'static,
    ) -> Self {
        Self::RewriteBytes(name, Box::new(change))
    }

    /// The word in the record.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Hold => "hold",
            Self::Copy => "copy",
            Self::Duplicate => "duplicate",
            Self::Reorder { .. } => "reorder",
            Self::Flip { .. } => "flip",
            Self::Truncate { .. } => "truncate",
            Self::SwapSender { .. } => "swap_sender",
            Self::SubstituteKeys { .. } => "substitute_keys",
            Self::InjectDevice { .. } => "inject_device",
            Self::HideDevice { .. } => "hide_device",
            Self::StripSignature { .. } => "strip_signature",
            Self::InjectMember { .. } => "inject_member",
            Self::ReuseOtk { .. } => "reuse_otk",
            Self::Withhold => "withhold",
            Self::Status(_) => "status",
            Self::Answer(..) => "answer",
            Self::Garbage(_) => "garbage",
            Self::Rewrite(name, _) | Self::RewriteBytes(name, _) => name,
        }
    }

    /// Changes a whole answer; tells whether it changed anything.
    pub(super) fn apply_to_payload(
        &mut self,
        rule: &'static str,
        body: &mut Payload,
    ) -> Result<bool, RuleError> {
        match (self, body) {
            (Self::Garbage(bytes), body) => {
                *body = Payload::Raw(bytes.clone().into());
                Ok(true)
            }
            (Self::RewriteBytes(_, change), body) => {
                let mut bytes = body.to_bytes();
                let changed = change(&mut bytes);
                if changed {
                    *body = Payload::Raw(bytes.into());
                }
                Ok(changed)
            }
            (Self::Flip { .. }, Payload::Raw(bytes)) => Ok(flip(&mut bytes.bytes)),
            (Self::Truncate { .. }, Payload::Raw(bytes)) => {
                let half = bytes.bytes.len() / 2;
                bytes.bytes.truncate(half);
                Ok(true)
            }
            (action, Payload::Json(value)) => action.apply(rule, value),
            (_, Payload::Raw(_) | Payload::Empty) => Err(RuleError::NotJson(rule)),
        }
    }

    /// Changes a JSON value; tells whether it changed anything.
    pub(super) fn apply(
        &mut self,
        rule: &'static str,
        value: &mut Value,
    ) -> Result<bool, RuleError> {
        Ok(match self {
            Self::Flip { pointer } => edit_base64(rule, value, pointer, |bytes| {
                flip(bytes);
            })?,
            Self::Truncate { pointer } => edit_base64(rule, value, pointer, |bytes| {
                bytes.truncate(bytes.len() / 2)
            })?,
            Self::Reorder { pointer } => {
                let list = value.pointer_mut(pointer).and_then(Value::as_array_mut);
                let list = list.ok_or_else(|| RuleError::NoField(rule, pointer.clone()))?;
                list.reverse();
                list.len() > 1
            }
            Self::SwapSender { sender } => replace(value, "sender", Value::from(sender.as_str())),
            Self::SubstituteKeys {
                user,
                devices,
                identity,
            } => substitute(value, user, devices.as_ref(), identity),
            Self::InjectDevice { user, device, keys } => {
                let slot = device_slot(value, user).ok_or(RuleError::Misplaced(rule))?;
                slot.insert(device.clone(), keys.clone());
                true
            }
            Self::HideDevice { user, device } => {
                device_slot(value, user).is_some_and(|slot| slot.remove(device).is_some())
            }
            Self::StripSignature { user, by } => strip(value, user, by),
            Self::InjectMember { pointer, event } => {
                let list = value.pointer_mut(pointer).and_then(Value::as_array_mut);
                list.ok_or_else(|| RuleError::NoField(rule, pointer.clone()))?
                    .push(event.clone());
                true
            }
            Self::ReuseOtk { first } => match first {
                None => {
                    *first = Some(value.clone());
                    false
                }
                Some(first) => {
                    *value = first.clone();
                    true
                }
            },
            Self::Rewrite(_, change) => change(value),
            Self::Drop
            | Self::Hold
            | Self::Copy
            | Self::Duplicate
            | Self::Withhold
            | Self::Status(_)
            | Self::Answer(..)
            | Self::Garbage(_)
            | Self::RewriteBytes(..) => {
                return Err(RuleError::Misplaced(rule));
            }
        })
    }
}

fn flip(bytes: &mut [u8]) -> bool {
    let middle = bytes.len() / 2;
    match bytes.get_mut(middle) {
        Some(byte) => {
            *byte ^= 1;
            true
        }
        None => false,
    }
}

fn edit_base64(
    rule: &'static str,
    value: &mut Value,
    pointer: &str,
    edit: impl FnOnce(&mut Vec<u8>),
) -> Result<bool, RuleError> {
    let missing = || RuleError::NoField(rule, pointer.to_owned());
    let field = value.pointer_mut(pointer).ok_or_else(missing)?;
    let mut bytes = field
        .as_str()
        .and_then(|text| STANDARD_NO_PAD.decode(text).ok())
        .ok_or_else(missing)?;
    edit(&mut bytes);
    *field = Value::from(STANDARD_NO_PAD.encode(bytes));
    Ok(true)
}

fn replace(value: &mut Value, field: &str, with: Value) -> bool {
    let Some(fields) = value.as_object_mut() else {
        return false;
    };
    fields.insert(field.to_owned(), with.clone()) != Some(with)
}

fn substitute(
    answer: &mut Value,
    user: &str,
    devices: Option<&Map<String, Value>>,
    identity: &Map<String, Value>,
) -> bool {
    // Only answers that speak of the user at all are changed.
    let known = answer
        .pointer("/device_keys")
        .and_then(|users| users.get(user))
        .is_some();
    if !known {
        return false;
    }
    if let (Some(devices), Some(slot)) = (devices, device_slot(answer, user)) {
        slot.clone_from(devices);
    }
    for map in IDENTITY_MAPS {
        let (Some(keys), Some(fields)) = (identity.get(map), answer.as_object_mut()) else {
            continue;
        };
        let users = fields.entry(map).or_insert_with(|| json!({}));
        let Some(users) = users.as_object_mut() else {
            continue;
        };
        if keys.is_null() {
            users.remove(user);
        } else {
            users.insert(user.to_owned(), keys.clone());
        }
    }
    true
}

fn strip(answer: &mut Value, user: &str, by: &[String]) -> bool {
    let mut stripped = false;
    each_signature_map(answer, user, |_, signers| {
        for signatures in signers.values_mut().filter_map(Value::as_object_mut) {
            let before = signatures.len();
            signatures.retain(|key, _| !(by.is_empty() || by.contains(key)));
            stripped |= signatures.len() < before;
        }
    });
    stripped
}
