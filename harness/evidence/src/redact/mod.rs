//! Secrets of a run: replaced before they are recorded, and looked for before anything is written.

use std::collections::HashMap;
use std::fmt;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;
use thiserror::Error;

use crate::digest::hex;

/// The shortest secret, in bytes: shorter ones would be found everywhere by chance.
pub const SECRET_LEAST: usize = 8;

/// The length of the beginning by which forms are looked up.
const KEY: usize = SECRET_LEAST;

/// The passwords, tokens and keys of a run, known as the run makes them. Shared by all workers.
#[derive(Default)]
pub struct Secrets(RwLock<Forms>);

impl Secrets {
    /// No secrets yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a secret; `kind` says what it is, such as `access-token`, and is all that a reader will see.
    ///
    /// # Errors
    /// [`SecretTooShort`]: it is not looked for.
    pub fn add(&self, kind: &str, value: &str) -> Result<(), SecretTooShort> {
        if value.len() < SECRET_LEAST {
            return Err(SecretTooShort {
                kind: kind.to_owned(),
                got: value.len(),
                least: SECRET_LEAST,
            });
        }
        let mut forms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for form in forms_of(value) {
            forms.add(kind, form);
        }
        Ok(())
    }

    /// Replaces every known secret in the strings and keys of a value by `«redacted:kind»`.
    pub fn redact_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(redacted) = self.redacted(text) {
                    *text = redacted;
                }
            }
            Value::Array(elements) => elements.iter_mut().for_each(|one| self.redact_value(one)),
            Value::Object(fields) => {
                if fields.keys().any(|key| self.redacted(key).is_some()) {
                    *fields = std::mem::take(fields)
                        .into_iter()
                        .map(|(key, value)| (self.redact_str(&key), value))
                        .collect();
                }
                fields.values_mut().for_each(|one| self.redact_value(one));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The text with every known secret replaced by `«redacted:kind»`.
    #[must_use]
    pub fn redact_str(&self, text: &str) -> String {
        self.redacted(text).unwrap_or_else(|| text.to_owned())
    }

    /// The kind of the first known secret in the bytes, raw, in hex, in base64 at any alignment, percent-encoded, as
    /// part of a JSON string, or as a list of numbers.
    #[must_use]
    pub fn find_in(&self, bytes: &[u8]) -> Option<String> {
        let forms = self.0.read().unwrap_or_else(PoisonError::into_inner);
        forms.find(bytes).map(|hit| hit.kind.to_owned())
    }

    /// `None` if there is nothing to redact.
    fn redacted(&self, text: &str) -> Option<String> {
        let forms = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut rest = text;
        let mut clean = String::new();
        // Forms are UTF-8, so a hit begins and ends between characters.
        while let Some((before, hit, after)) = forms.find(rest.as_bytes()).and_then(|hit| {
            let end = hit.start + hit.length;
            Some((rest.get(..hit.start)?, hit, rest.get(end..)?))
        }) {
            clean.push_str(before);
            clean.push_str("«redacted:");
            clean.push_str(hit.kind);
            clean.push('»');
            rest = after;
        }
        (!clean.is_empty()).then(|| clean + rest)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// A secret that cannot be looked for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("secret of kind {kind} has {got} bytes, {least} at least")]
pub struct SecretTooShort {
    /// Its kind.
    pub kind: String,
    /// Its length in bytes.
    pub got: usize,
    /// The least length in bytes.
    pub least: usize,
}

struct Hit<'a> {
    start: usize,
    length: usize,
    kind: &'a str,
}

/// Every form of every secret, by its first bytes; within a group the longest first.
struct Forms {
    by_key: HashMap<[u8; KEY], Vec<(Vec<u8>, String)>>,
    /// Whether a key with that [`slot`] is known: spares most positions of a long text the map.
    slots: Vec<bool>,
}

impl Default for Forms {
    fn default() -> Self {
        Self {
            by_key: HashMap::new(),
            slots: vec![false; 1 << 16],
        }
    }
}

impl Forms {
    fn add(&mut self, kind: &str, form: Vec<u8>) {
        let Some(key) = form.first_chunk::<KEY>() else {
            return;
        };
        if let Some(known) = self.slots.get_mut(slot(*key)) {
            *known = true;
        }
        let group = self.by_key.entry(*key).or_default();
        if !group.iter().any(|(known, _)| *known == form) {
            group.push((form, kind.to_owned()));
            group.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        }
    }

    fn find(&self, bytes: &[u8]) -> Option<Hit<'_>> {
        if self.by_key.is_empty() {
            return None;
        }
        bytes.windows(KEY).enumerate().find_map(|(start, window)| {
            let key: [u8; KEY] = window.try_into().ok()?;
            if self.slots.get(slot(key)) != Some(&true) {
                return None;
            }
            let rest = bytes.get(start..)?;
            let (form, kind) = self
                .by_key
                .get(&key)?
                .iter()
                .find(|(form, _)| rest.starts_with(form))?;
            Some(Hit {
                start,
                length: form.len(),
                kind,
            })
        })
    }
}

/// Sixteen well-mixed bits of a key (multiplication by 2^64 divided by the golden ratio).
fn slot(key: [u8; KEY]) -> usize {
    let mixed = u64::from_le_bytes(key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 48).unwrap_or_default()
}

fn forms_of(value: &str) -> Vec<Vec<u8>> {
    let bytes = value.as_bytes();
    let lower = hex(bytes);
    let json = Value::from(value).to_string();
    let percent = |unit: fn(u8) -> String| {
        let encode = |byte: &u8| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(*byte).to_string()
            }
            _ => unit(*byte),
        };
        bytes.iter().map(encode).collect::<String>().into_bytes()
    };
    let mut forms = vec![
        bytes.to_vec(),
        lower.to_uppercase().into_bytes(),
        lower.into_bytes(),
        percent(|byte| format!("%{byte:02X}")),
        percent(|byte| format!("%{byte:02x}")),
        json.get(1..json.len() - 1).unwrap_or_default().into(),
    ];
    for between in [",", ", "] {
        let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
        forms.push(numbers.join(between).into_bytes());
    }
    for shift in 0..3 {
        forms.push(base64_core(bytes, shift, |bytes| STANDARD.encode(bytes)));
        forms.push(base64_core(bytes, shift, |bytes| URL_SAFE.encode(bytes)));
    }
    forms
}

/// The characters that a secret has in base64 whatever stands around it, `shift` bytes after a multiple of three.
///
/// A character that also carries bits of a neighbour is left out, so padding does not matter.
fn base64_core(secret: &[u8], shift: usize, encode: impl Fn(&[u8]) -> String) -> Vec<u8> {
    let padded = [&vec![0; shift], secret].concat();
    let encoded = encode(&padded).into_bytes();
    let first = (shift * 8).div_ceil(6);
    let end = padded.len() * 8 / 6;
    encoded.get(first..end).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests;
