use ruma::{RoomId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::event::raw;
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, load, save};

/// What a client keeps on the relay for itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct AccountData {
    content: Box<RawValue>,
    changed: u64,
}

/// Where it belongs: to the account, or to one room of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) user: &'a UserId,
    pub(crate) room: Option<&'a RoomId>,
}

#[derive(Serialize)]
struct ClientAccountData<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    content: &'a RawValue,
}

/// Writes one entry and wakes the user's other devices.
pub(crate) fn put(
    tables: &mut dyn TablesMut,
    scope: Scope<'_>,
    kind: &str,
    content: Box<RawValue>,
    limit: usize,
) -> Result<(), Refusal> {
    let row = Key::of(&[scope.user.as_str(), scope.room_part(), kind]);
    if tables.fetch(Table::AccountData, &row)?.is_none() {
        let span = Span::under(&[scope.user.as_str()]);
        if tables.scan(Table::AccountData, &span, limit, false)?.len() >= limit {
            return Err(Refusal::full("account data entries", limit));
        }
    }
    let changed = tables.next()?;
    save(
        tables,
        Table::AccountData,
        &row,
        &AccountData { content, changed },
    )?;
    tables.wake(scope.user);
    Ok(())
}

/// Reads one entry.
pub(crate) fn content(
    tables: &dyn Tables,
    scope: Scope<'_>,
    kind: &str,
) -> Result<Box<RawValue>, Refusal> {
    let row = Key::of(&[scope.user.as_str(), scope.room_part(), kind]);
    let entry: Option<AccountData> = load(tables, Table::AccountData, &row)?;
    entry
        .map(|entry| entry.content)
        .ok_or_else(|| Refusal::not_found("there is no such data"))
}

/// Entries of a scope changed after `after`, with their types, as a client sees them.
pub(crate) fn changed(
    tables: &dyn Tables,
    scope: Scope<'_>,
    after: u64,
) -> Result<Vec<(String, Box<RawValue>)>, Refusal> {
    let span = Span::under(&[scope.user.as_str(), scope.room_part()]);
    let mut found = Vec::new();
    for (row, entry) in tables.list::<AccountData>(Table::AccountData, &span)? {
        if entry.changed > after {
            let kind = row.part(2);
            let event = raw(&ClientAccountData {
                kind: &kind,
                content: &entry.content,
            })?;
            found.push((kind, event));
        }
    }
    Ok(found)
}

impl Scope<'_> {
    fn room_part(&self) -> &str {
        self.room.map_or("", RoomId::as_str)
    }
}
