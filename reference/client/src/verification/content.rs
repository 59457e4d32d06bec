//! The contents of the events of a flow, read strictly and written canonically.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::CancelCode;
use crate::{Conduct, Flaw};

/// The one method of verification.
pub(super) const METHOD: &str = "m.sas.v1";
/// Key agreement with both ephemeral keys in the derivation; its predecessor left them out.
const AGREEMENT: &str = "curve25519-hkdf-sha256";
const HASH: &str = "sha256";
/// MAC in right base64; its predecessor encoded wrongly.
const MAC: &str = "hkdf-hmac-sha256.v2";
/// Both forms of the string: who offers less is not believed (VEC-S-07).
const SHORT_AUTH: [&str; 2] = ["decimal", "emoji"];

#[derive(Deserialize)]
pub(super) struct Request {
    pub(super) from_device: String,
    pub(super) methods: Vec<String>,
    /// Milliseconds since the epoch.
    pub(super) timestamp: u64,
    pub(super) transaction_id: String,
}

#[derive(Deserialize)]
pub(super) struct Ready {
    pub(super) from_device: String,
    pub(super) methods: Vec<String>,
}

#[derive(Deserialize)]
struct Start {
    from_device: String,
    method: String,
    key_agreement_protocols: Vec<String>,
    hashes: Vec<String>,
    message_authentication_codes: Vec<String>,
    short_authentication_string: Vec<String>,
}

#[derive(Deserialize)]
struct Accept {
    key_agreement_protocol: String,
    hash: String,
    message_authentication_code: String,
    short_authentication_string: Vec<String>,
    commitment: String,
}

#[derive(Deserialize)]
pub(super) struct Key {
    pub(super) key: String,
}

#[derive(Deserialize)]
pub(super) struct Mac {
    /// MAC of each key, by key id.
    pub(super) mac: BTreeMap<String, String>,
    /// MAC of the sorted key ids.
    pub(super) keys: String,
}

#[derive(Deserialize)]
pub(super) struct Cancel {
    pub(super) code: String,
}

/// Reads a content; what cannot be read cancels the flow (ATK-VER-12).
pub(super) fn read<'a, T: Deserialize<'a>>(content: &'a Value) -> Result<T, CancelCode> {
    T::deserialize(content).or(Err(CancelCode::InvalidMessage))
}

/// The content of our start event, without the transaction id.
pub(super) fn start(from_device: &str) -> Value {
    json!({
        "from_device": from_device,
        "method": METHOD,
        "key_agreement_protocols": [AGREEMENT],
        "hashes": [HASH],
        "message_authentication_codes": [MAC],
        "short_authentication_string": SHORT_AUTH,
    })
}

/// Whether a start event of `device` offers what we take. Nothing older is taken (ATK-VER-05).
pub(crate) fn check_start(content: &Value, device: &str) -> Result<(), CancelCode> {
    let start: Start = read(content)?;
    if start.from_device != device {
        return Err(CancelCode::InvalidMessage);
    }
    let offers = |list: &[String], wanted: &str| list.iter().any(|offer| offer == wanted);
    let is_ours = start.method == METHOD
        && offers(&start.key_agreement_protocols, AGREEMENT)
        && offers(&start.hashes, HASH)
        && offers(&start.message_authentication_codes, MAC)
        && SHORT_AUTH
            .iter()
            .all(|form| offers(&start.short_authentication_string, form));
    if !is_ours {
        return Err(CancelCode::UnknownMethod);
    }
    Ok(())
}

/// The content of our accept event, without the transaction id.
pub(super) fn accept(commitment: &str) -> Value {
    json!({
        "key_agreement_protocol": AGREEMENT,
        "hash": HASH,
        "message_authentication_code": MAC,
        "short_authentication_string": SHORT_AUTH,
        "commitment": commitment,
    })
}

/// The commitment of an accept event that chose what we offered.
pub(crate) fn check_accept(content: &Value, conduct: &Conduct) -> Result<String, CancelCode> {
    let accept: Accept = read(content)?;
    let mut forms = accept.short_authentication_string;
    forms.sort_unstable();
    let is_ours = accept.key_agreement_protocol == AGREEMENT
        && accept.hash == HASH
        && (accept.message_authentication_code == MAC || conduct.has(Flaw::SasAcceptLegacy))
        && forms == SHORT_AUTH;
    if !is_ours {
        return Err(CancelCode::UnknownMethod);
    }
    Ok(accept.commitment)
}
