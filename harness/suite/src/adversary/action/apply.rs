//! What the actions do to a JSON value or to bytes.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use harness_driver::Payload;
use serde_json::{Map, Value, json};

use super::Action;
use crate::{
    adversary::RuleError,
    dialect::{IDENTITY_MAPS, device_slot, each_signature_map},
};

impl Action {
    /// Changes a whole answer; tells whether it changed anything.
    pub(in crate::adversary) fn apply_to_payload(
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
    pub(in crate::adversary) fn apply(
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
                let list = list_at(rule, value, pointer)?;
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
                list_at(rule, value, pointer)?.push(event.clone());
                true
            }
            Self::ReuseOtk { first } | Self::RollbackView { first } => serve_first(first, value),
            Self::ExhaustOtk { user } => exhaust(value, user),
            Self::Downgrade { pointer, to } => downgrade(rule, value, pointer, to)?,
            Self::WithholdHistory { pointer, newest } => {
                let list = list_at(rule, value, pointer)?;
                let old = list.len().saturating_sub(*newest);
                list.drain(..old).count() > 0
            }
            Self::Rewrite(_, change) => change(value),
            Self::Drop
            | Self::Hold
            | Self::Delay { .. }
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

fn serve_first(first: &mut Option<Value>, value: &mut Value) -> bool {
    match first {
        None => {
            *first = Some(value.clone());
            false
        }
        Some(first) => {
            *value = first.clone();
            true
        }
    }
}

fn exhaust(answer: &mut Value, user: &str) -> bool {
    answer
        .pointer_mut("/one_time_keys")
        .and_then(Value::as_object_mut)
        .is_some_and(|users| users.remove(user).is_some())
}

fn downgrade(
    rule: &'static str,
    value: &mut Value,
    pointer: &str,
    to: &Value,
) -> Result<bool, RuleError> {
    let field = value.pointer_mut(pointer);
    let field = field.ok_or_else(|| RuleError::NoField(rule, pointer.to_owned()))?;
    Ok(std::mem::replace(field, to.clone()) != *to)
}

fn list_at<'v>(
    rule: &'static str,
    value: &'v mut Value,
    pointer: &str,
) -> Result<&'v mut Vec<Value>, RuleError> {
    let list = value.pointer_mut(pointer).and_then(Value::as_array_mut);
    list.ok_or_else(|| RuleError::NoField(rule, pointer.to_owned()))
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
