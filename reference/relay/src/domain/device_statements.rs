//! The signed list of an account's devices: statements chained by their hashes, kept as they came.
//!
//! The relay refuses what would fork or break the chain, so that an honest account cannot harm
//! itself. Clients check everything again and trust nothing of that.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use ruma::{CanonicalJsonValue, OwnedUserId, UserId};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::cross_signing::{Usage, public_cross_signing_key};
use super::device_lists::note_device_change;
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, save};

/// What the relay reads of a statement.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Statement {
    domain: String,
    user_id: OwnedUserId,
    /// The public master key whose list this is.
    identity: String,
    seq: u64,
    previous: Option<String>,
    act: Act,
    pub(crate) device_id: String,
    #[serde(rename = "curve25519")]
    _curve25519: String,
    pub(crate) ed25519: String,
    #[serde(rename = "time")]
    _time: u64,
    signatures: BTreeMap<OwnedUserId, BTreeMap<String, String>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Add,
    Remove,
}

/// Adds a statement to the list of `user`; one of a new identity begins a new list.
pub(crate) fn append(
    tables: &mut dyn TablesMut,
    user: &UserId,
    statement: &Value,
) -> Result<(), Refusal> {
    let read = parse(statement)?;
    if read.user_id != user || read.domain != DOMAIN {
        return Err(Refusal::forbidden("the statement is not about your list"));
    }
    if public_cross_signing_key(tables, user, Usage::Master)?.as_deref() != Some(&read.identity) {
        return Err(Refusal::invalid("the statement is of another identity"));
    }
    let last = last(tables, user)?;
    let head = last
        .as_ref()
        .filter(|(read_last, _)| read_last.identity == read.identity);
    let next = head.map_or(1, |(head, _)| head.seq.saturating_add(1));
    let previous = head.map(|(_, statement)| hash(statement)).transpose()?;
    if read.seq != next || read.previous != previous {
        return Err(conflict("the statement does not follow the last one"));
    }
    if next > STATEMENTS {
        return Err(Refusal::full("statements of one list", 1000));
    }
    let signer = public_cross_signing_key(tables, user, Usage::SelfSigning)?;
    verify(statement, &read, signer.as_deref().unwrap_or_default())?;
    if last.is_some() && head.is_none() {
        tables.delete_span(Table::DeviceStatements, &Span::under(&[user.as_str()]))?;
    }
    let row = Key::numbered(&[user.as_str()], next);
    save(tables, Table::DeviceStatements, &row, statement)?;
    note_device_change(tables, user)
}

/// The statements of `user` from number `from` on.
pub(crate) fn statements(
    tables: &dyn Tables,
    user: &UserId,
    from: u64,
) -> Result<Vec<Value>, Refusal> {
    let span = Span::numbers(&[user.as_str()], from.saturating_sub(1), u64::MAX - 1);
    let rows = tables.list::<Value>(Table::DeviceStatements, &span)?;
    Ok(rows.into_iter().map(|(_, statement)| statement).collect())
}

/// The statement that took a device off the list, if none came after it for that device.
pub(crate) fn removal(
    tables: &dyn Tables,
    user: &UserId,
    device: &str,
) -> Result<Option<(Statement, Value)>, Refusal> {
    let mut about = statements(tables, user, 1)?
        .into_iter()
        .filter_map(|statement| Some((parse(&statement).ok()?, statement)))
        .filter(|(read, _)| read.device_id == device);
    Ok(about
        .next_back()
        .filter(|(read, _)| read.act == Act::Remove))
}

/// SHA-256 of what the signatures of an object cover, unpadded base64.
pub(crate) fn hash(object: &Value) -> Result<String, Refusal> {
    Ok(STANDARD_NO_PAD.encode(Sha256::digest(signed_part(object)?.as_bytes())))
}

/// Checks the signature of `user` under `key_id` on an object.
pub(crate) fn check_signature(
    object: &Value,
    signature: Option<&String>,
    key: &str,
) -> Result<(), Refusal> {
    let wrong = || Refusal::forbidden("the signature is wrong");
    let bytes = |text: &str| STANDARD_NO_PAD.decode(text).map_err(|_error| wrong());
    let key: [u8; 32] = bytes(key)?.try_into().map_err(|_bytes| wrong())?;
    let key = VerifyingKey::from_bytes(&key).map_err(|_error| wrong())?;
    let signature = bytes(signature.ok_or_else(wrong)?)?;
    let signature = Signature::from_slice(&signature).map_err(|_error| wrong())?;
    key.verify_strict(signed_part(object)?.as_bytes(), &signature)
        .map_err(|_error| wrong())
}

fn verify(statement: &Value, read: &Statement, key: &str) -> Result<(), Refusal> {
    let by_user = read.signatures.get(&read.user_id);
    let signature = by_user.and_then(|all| all.get(&format!("ed25519:{key}")));
    check_signature(statement, signature, key)
}

fn last(tables: &dyn Tables, user: &UserId) -> Result<Option<(Statement, Value)>, Refusal> {
    let span = Span::under(&[user.as_str()]);
    let rows = tables.page::<Value>(Table::DeviceStatements, &span, 1, true)?;
    match rows.into_iter().next() {
        Some((_, statement)) => Ok(Some((parse(&statement)?, statement))),
        None => Ok(None),
    }
}

fn parse(statement: &Value) -> Result<Statement, Refusal> {
    let length = statement.to_string().len();
    if length > STATEMENT_BYTES {
        return Err(Refusal::too_large("statement", length, STATEMENT_BYTES));
    }
    Statement::deserialize(statement)
        .map_err(|error| Refusal::bad_json("statement is not well formed").because(error))
}

/// Canonical JSON without the signatures (spec, "Signing JSON").
fn signed_part(object: &Value) -> Result<String, Refusal> {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("signatures");
        fields.remove("unsigned");
    }
    let canonical = CanonicalJsonValue::try_from(object)
        .map_err(|error| Refusal::bad_json("object has no canonical form").because(error))?;
    Ok(canonical.to_string())
}

fn conflict(text: &str) -> Refusal {
    Refusal::new(http::StatusCode::CONFLICT, "M_CONFLICT", text)
}

/// The word that keeps a statement from being taken for any other signed object.
const DOMAIN: &str = "dev.pruefstand.devices.v1";

/// A statement is about 700 bytes.
const STATEMENT_BYTES: usize = 4096;

/// Statements of one list; an account that changes devices daily gets by for years.
const STATEMENTS: u64 = 1000;
