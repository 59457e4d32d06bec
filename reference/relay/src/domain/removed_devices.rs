//! Devices that were taken off their account's list: what their dead token still answers.

use std::collections::BTreeMap;

use ruma::{OwnedDeviceId, OwnedUserId};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::to_raw_value;

use super::account::Session;
use super::device_statements::{check_signature, hash, removal, statements};
use super::to_device::{Messages, send};
use crate::refusal::Refusal;
use crate::secret::TokenHash;
use crate::store::{Key, Table, Tables, TablesMut, load, save};

/// A removed device's word that it has erased what it held.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Erasure {
    domain: String,
    user_id: OwnedUserId,
    device_id: OwnedDeviceId,
    statement: String,
    #[serde(rename = "time")]
    _time: u64,
    signatures: BTreeMap<OwnedUserId, BTreeMap<String, String>>,
}

/// Remembers whose a dead token was, if its device was taken off the list.
pub(crate) fn remember(
    tables: &mut dyn TablesMut,
    session: &Session,
    token: &TokenHash,
) -> Result<(), Refusal> {
    if removal(&*tables, &session.user, session.device.as_str())?.is_some() {
        let row = Key::of(&[token.as_str()]);
        save(tables, Table::RemovedSessions, &row, session)?;
    }
    Ok(())
}

/// Whose the dead token was.
pub(crate) fn removed_session(
    tables: &dyn Tables,
    token: &TokenHash,
) -> Result<Option<Session>, Refusal> {
    let row = Key::of(&[token.as_str()]);
    Ok(load(tables, Table::RemovedSessions, &row)?)
}

/// The list that proves to a device that it was removed; empty if it was not.
pub(crate) fn proof(tables: &dyn Tables, session: &Session) -> Result<Vec<Value>, Refusal> {
    if removal(tables, &session.user, session.device.as_str())?.is_none() {
        return Ok(Vec::new());
    }
    statements(tables, &session.user, 1)
}

/// Passes the word of a removed device on to the devices that are left, once.
pub(crate) fn erased(
    tables: &mut dyn TablesMut,
    session: &Session,
    token: &TokenHash,
    word: &Value,
    bounds: (usize, u64),
) -> Result<(), Refusal> {
    let read = Erasure::deserialize(word)
        .map_err(|error| Refusal::bad_json("the word is not well formed").because(error))?;
    let about = read.user_id == session.user && read.device_id == session.device;
    if !about || read.domain != DOMAIN {
        return Err(Refusal::forbidden("the word is of another device"));
    }
    let found = removal(&*tables, &session.user, session.device.as_str())?;
    let (statement, object) = found.ok_or_else(|| Refusal::forbidden("nobody removed it"))?;
    if hash(&object)? != read.statement {
        return Err(Refusal::invalid("the word is about another statement"));
    }
    let by_user = read.signatures.get(&session.user);
    let signature = by_user.and_then(|all| all.get(&format!("ed25519:{}", read.device_id)));
    check_signature(word, signature, &statement.ed25519)?;
    let content = to_raw_value(word).map_err(|error| Refusal::internal().because(error))?;
    let to_all = BTreeMap::from([("*".to_owned(), content)]);
    let messages = Messages(BTreeMap::from([(session.user.clone(), to_all)]));
    send(tables, &session.user, DOMAIN, &messages, bounds)?;
    tables.delete(Table::RemovedSessions, &Key::of(&[token.as_str()]))?;
    Ok(())
}

/// The word that keeps it from being taken for any other signed object; also the event's type.
const DOMAIN: &str = "dev.pruefstand.devices.erased";
