//! Secrets of a run: replaced by commitments before they are recorded, and looked for before anything is written.

mod commitment;
mod slots;

use std::collections::HashMap;
use std::fmt;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;
use thiserror::Error;

pub(crate) use commitment::Commitments;
pub use commitment::Salting;
use slots::Slots;

use crate::digest::hex;

/// The shortest secret, in bytes: shorter ones would be found everywhere by chance.
pub const SECRET_LEAST: usize = 8;

/// The length of the beginning by which forms are looked up.
const KEY: usize = SECRET_LEAST;

/// The passwords, tokens and keys of a run, known as the run makes them. Shared by all workers.
#[derive(Default)]
pub struct Secrets {
    forms: RwLock<Forms>,
    commitments: Commitments,
}

impl Secrets {
    /// No secrets yet; commitments are salted with this.
    #[must_use]
    pub fn new(salting: Salting) -> Self {
        Self {
            forms: RwLock::default(),
            commitments: Commitments::new(salting),
        }
    }

    /// What stands in the record in the place of a value, `«redacted:kind:…»`: a commitment that a salt opens later.
    #[must_use]
    pub fn commit(&self, kind: &str, value: &str) -> String {
        self.commitments.commit(kind, value)
    }

    pub(crate) fn commitments(&self) -> &Commitments {
        &self.commitments
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
        let mut forms = self.forms.write().unwrap_or_else(PoisonError::into_inner);
        for form in forms_of(value) {
            forms.add(kind, form);
        }
        Ok(())
    }

    /// The kind of the first known secret in the bytes, raw, in hex, in base64 at any alignment, percent-encoded, as
    /// part of a JSON string, or as a list of numbers.
    #[must_use]
    pub fn find_in(&self, bytes: &[u8]) -> Option<String> {
        let forms = self.forms.read().unwrap_or_else(PoisonError::into_inner);
        forms.find(bytes).map(ToOwned::to_owned)
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

/// Every form of every secret, by its first bytes; within a group the longest first.
#[derive(Default)]
struct Forms {
    by_key: HashMap<[u8; KEY], Vec<(Vec<u8>, String)>>,
    slots: Slots,
}

impl Forms {
    fn add(&mut self, kind: &str, form: Vec<u8>) {
        let Some(&key) = form.first_chunk::<KEY>() else {
            return;
        };
        let group = self.by_key.entry(key).or_default();
        if !group.iter().any(|(known, _)| *known == form) {
            group.push((form, kind.to_owned()));
            group.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        }
        self.slots.add(key, self.by_key.keys());
    }

    /// The kind of the first form in the bytes.
    fn find(&self, bytes: &[u8]) -> Option<&str> {
        if self.by_key.is_empty() {
            return None;
        }
        bytes.windows(KEY).enumerate().find_map(|(start, window)| {
            let key: [u8; KEY] = window.try_into().ok()?;
            if !self.slots.may_know(key) {
                return None;
            }
            let rest = bytes.get(start..)?;
            let group = self.by_key.get(&key)?.iter();
            let mut hits = group.filter(|(form, _)| rest.starts_with(form));
            hits.next().map(|(_, kind)| kind.as_str())
        })
    }
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
