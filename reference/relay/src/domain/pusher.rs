use ruma::{OwnedDeviceId, RoomId, UserId};
use serde::{Deserialize, Serialize};

use super::account::Session;
use super::membership::joined_members;
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, save};

/// How a phone is woken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pusher {
    pub(crate) device: OwnedDeviceId,
    pub(crate) app_id: String,
    pub(crate) pushkey: String,
    pub(crate) url: String,
}

/// Keeps a pusher; the same app and key again replace the former.
pub(crate) fn put(
    tables: &mut dyn TablesMut,
    user: &UserId,
    pusher: &Pusher,
    limit: usize,
) -> Result<(), Refusal> {
    let row = Key::of(&[user.as_str(), &pusher.app_id, &pusher.pushkey]);
    let known = tables.scan(Table::Pushers, &Span::under(&[user.as_str()]), limit, false)?;
    if known.len() >= limit && tables.fetch(Table::Pushers, &row)?.is_none() {
        return Err(Refusal::full("pushers of this account", limit));
    }
    Ok(save(tables, Table::Pushers, &row, pusher)?)
}

/// Removes a pusher.
pub(crate) fn remove(
    tables: &mut dyn TablesMut,
    user: &UserId,
    (app_id, pushkey): (&str, &str),
) -> Result<(), Refusal> {
    Ok(tables.delete(Table::Pushers, &Key::of(&[user.as_str(), app_id, pushkey]))?)
}

/// Removes the pushers of a device that goes.
pub(crate) fn remove_of_device(
    tables: &mut dyn TablesMut,
    session: &Session,
) -> Result<(), Refusal> {
    for pusher in pushers(tables, &session.user)? {
        if pusher.device == session.device {
            remove(tables, &session.user, (&pusher.app_id, &pusher.pushkey))?;
        }
    }
    Ok(())
}

/// All pushers of a user.
pub(crate) fn pushers(tables: &dyn Tables, user: &UserId) -> Result<Vec<Pusher>, Refusal> {
    let rows = tables.list(Table::Pushers, &Span::under(&[user.as_str()]))?;
    Ok(rows.into_iter().map(|(_, pusher)| pusher).collect())
}

/// Pushers of everybody in a room but one.
pub(crate) fn pushers_of_room(
    tables: &dyn Tables,
    room: &RoomId,
    but: &UserId,
) -> Result<Vec<Pusher>, Refusal> {
    let mut found = Vec::new();
    for member in joined_members(tables, room)? {
        if member != but {
            found.extend(pushers(tables, &member)?);
        }
    }
    Ok(found)
}
