use ruma::{OwnedRoomId, RoomId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::account::{devices, remove_device};
use super::event::Event;
use super::membership::{Change, MemberState, change};
use super::retention::{remove_events, remove_media};
use crate::conduct::{Conduct, Flaw};
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, save};

/// What is left of somebody who was erased: that it was done, and that the name is never given to anybody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// When, milliseconds since 1970-01-01 UTC.
    pub(crate) erased: u64,
    /// How many rows were removed.
    pub(crate) rows: u64,
}

/// How rows of a table belong to a person.
enum Bond {
    /// He is this part of the key.
    Key(usize),
    /// His id stands at this JSON pointer of the value.
    Value(&'static str),
}

/// Whether somebody with this id was erased.
pub(crate) fn was_erased(tables: &dyn Tables, user: &UserId) -> Result<bool, Refusal> {
    Ok(tables.fetch(Table::Erased, &tombstone(user))?.is_some())
}

/// Everything that the relay holds of a person, by table: keys of rows and their values. Hashes of secrets are left out: they
/// say nothing about him and would serve a thief.
pub(crate) fn export(tables: &dyn Tables, user: &UserId) -> Result<Value, Refusal> {
    let mut all = Map::new();
    for table in Table::ALL {
        let mut rows = Vec::new();
        for (key, value) in rows_of(tables, table, user)? {
            rows.push(json!({ "key": shown(table, &key), "value": readable(table, &value) }));
        }
        if !rows.is_empty() {
            all.insert(table.name().to_owned(), rows.into());
        }
    }
    Ok(json!({ "user": user, "tables": all }))
}

/// Removes a person: account, devices, keys, files, account data, queues, what he wrote, his receipts. He leaves his rooms; the
/// state that he gave them stays, or they would fall apart for the others.
pub(crate) fn erase(
    tables: &mut dyn TablesMut,
    user: &UserId,
    now: u64,
    conduct: &Conduct,
) -> Result<Receipt, Refusal> {
    leave_rooms(tables, user, now)?;
    for (device, _) in devices(tables, user)? {
        if !conduct.has(Flaw::ErasureForgetsKeys) {
            remove_device(tables, user, &device, false)?;
        }
    }
    let mut rows = remove_messages(tables, user)?;
    for table in Table::ALL {
        if kept(table, conduct) {
            continue;
        }
        for (key, _) in rows_of(tables, table, user)? {
            match table {
                Table::Media => remove_media(tables, &[key.part(0)])?,
                _ => tables.delete(table, &key)?,
            }
            rows += 1;
        }
    }
    strip_memberships(tables, user)?;
    let receipt = Receipt { erased: now, rows };
    save(tables, Table::Erased, &tombstone(user), &receipt)?;
    tables.wake(user);
    Ok(receipt)
}

/// Tables that an erasure passes over: rooms belong to all their members; and what a flaw forgets.
fn kept(table: Table, conduct: &Conduct) -> bool {
    let keys = [
        Table::DeviceKeys,
        Table::OneTimeKeys,
        Table::FallbackKeys,
        Table::CrossSigningKeys,
    ];
    match table {
        Table::Events | Table::Rooms | Table::Members | Table::MemberChanges => true,
        Table::Media => conduct.has(Flaw::ErasureForgetsMedia),
        Table::AccountData => conduct.has(Flaw::ErasureForgetsAccountData),
        _ => conduct.has(Flaw::ErasureForgetsKeys) && keys.contains(&table),
    }
}

/// Rows of a table that belong to a person. It reads whole tables where it must: this is asked for rarely.
fn rows_of(
    tables: &dyn Tables,
    table: Table,
    user: &UserId,
) -> Result<Vec<(Key, Vec<u8>)>, Refusal> {
    let mut found = Vec::new();
    for bond in bonds(table) {
        let span = match bond {
            Bond::Key(0) => Span::under(&[user.as_str()]),
            Bond::Key(_) | Bond::Value(_) => Span::all(),
        };
        let mut rows = tables.scan(table, &span, usize::MAX, false)?;
        if let Bond::Key(0) = bond {
            let own = Key::of(&[user.as_str()]);
            rows.extend(tables.fetch(table, &own)?.map(|value| (own, value)));
        }
        let mine = |(key, value): &(Key, Vec<u8>)| match bond {
            Bond::Key(part) => key.part(*part) == user.as_str(),
            Bond::Value(pointer) => {
                let value = serde_json::from_slice::<Value>(value).unwrap_or_default();
                value.pointer(pointer).and_then(Value::as_str) == Some(user.as_str())
            }
        };
        found.extend(rows.into_iter().filter(mine));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// How each table knows people. A new table must say it here: the match has no wildcard.
fn bonds(table: Table) -> &'static [Bond] {
    match table {
        Table::Accounts
        | Table::Devices
        | Table::DeviceKeys
        | Table::OneTimeKeys
        | Table::FallbackKeys
        | Table::CrossSigningKeys
        | Table::Memberships
        | Table::AccountData
        | Table::Filters
        | Table::Pushers
        | Table::DeviceStatements
        | Table::Admissions
        | Table::Transactions => &[Bond::Key(0)],
        Table::ToDevice => &[Bond::Key(0), Bond::Value("/message/sender")],
        Table::Members | Table::ReceiptPlaces => &[Bond::Key(1)],
        Table::Signatures => &[Bond::Key(0), Bond::Key(2)],
        Table::Sessions | Table::RemovedSessions | Table::Receipts => &[Bond::Value("/user")],
        Table::Events => &[Bond::Value("/sender"), Bond::Value("/state_key")],
        Table::Media => &[Bond::Value("/uploader")],
        Table::Rooms => &[Bond::Value("/creator")],
        Table::DeviceChanges | Table::MemberChanges => &[Bond::Value("")],
        // Of nobody, or found through another table: places and state through events, bytes and ends through media.
        // What administrators did to somebody stays in their log, under his id.
        Table::Meta
        | Table::Policies
        | Table::Directories
        | Table::DirectoryPages
        | Table::Acts
        | Table::Invitations
        | Table::EventPlaces
        | Table::State
        | Table::MediaBytes
        | Table::MediaEnds
        | Table::RoomLifetimes
        | Table::Erased => &[],
    }
}

fn leave_rooms(tables: &mut dyn TablesMut, user: &UserId, now: u64) -> Result<(), Refusal> {
    for (room, member) in memberships(tables, user)? {
        if matches!(member, MemberState::Join | MemberState::Invite) {
            let leave = Change {
                sender: user.to_owned(),
                target: user.to_owned(),
                to: MemberState::Leave,
                reason: None,
                is_direct: None,
                signed: None,
            };
            change(tables, &room, leave, now)?;
        }
    }
    Ok(())
}

fn memberships(
    tables: &dyn Tables,
    user: &UserId,
) -> Result<Vec<(OwnedRoomId, MemberState)>, Refusal> {
    let span = Span::under(&[user.as_str()]);
    let rows = tables.list::<super::membership::Member>(Table::Memberships, &span)?;
    Ok(rows
        .into_iter()
        .filter_map(|(key, member)| Some((RoomId::parse(key.part(1)).ok()?, member.state)))
        .collect())
}

/// Removes what a person wrote into rooms; gives the number of events.
fn remove_messages(tables: &mut dyn TablesMut, user: &UserId) -> Result<u64, Refusal> {
    let mut removed = 0;
    for (key, value) in rows_of(tables, Table::Events, user)? {
        let event: Event = parse(&value)?;
        if event.sender != user || event.state_key.is_some() {
            continue;
        }
        if let Ok(room) = RoomId::parse(key.part(0)) {
            remove_events(tables, &room, &[(key.number(), event.event_id)])?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Leaves nothing in a person's membership events but the membership: no name, no reason.
fn strip_memberships(tables: &mut dyn TablesMut, user: &UserId) -> Result<(), Refusal> {
    for (key, value) in rows_of(tables, Table::Events, user)? {
        let mut event: Event = parse(&value)?;
        let own =
            event.kind == super::room::MEMBER && event.state_key.as_deref() == Some(user.as_str());
        if own {
            let content: Value = super::room::parse(&event)?;
            event.content = super::event::raw(&json!({ "membership": content.get("membership") }))?;
        }
        if event.sent_by.take().is_some() || own {
            save(tables, Table::Events, &key, &event)?;
        }
    }
    Ok(())
}

fn parse(value: &[u8]) -> Result<Event, Refusal> {
    serde_json::from_slice(value).map_err(|error| Refusal::internal().because(error))
}

/// A value as the person may read it.
fn readable(table: Table, value: &[u8]) -> Value {
    let mut value = serde_json::from_slice::<Value>(value).unwrap_or_default();
    let secret = match table {
        Table::Accounts => "password",
        Table::Devices => "token",
        _ => return value,
    };
    if let Some(object) = value.as_object_mut() {
        object.remove(secret);
    }
    value
}

/// A key as the person may read it.
fn shown(table: Table, key: &Key) -> &str {
    match table {
        Table::Sessions => "hash of an access token",
        _ => key.as_str(),
    }
}

/// The row that says that somebody was erased; his id cannot be read from it.
fn tombstone(user: &UserId) -> Key {
    let hash = Sha256::digest(format!("dev.pruefstand.erased {user}"));
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    Key::of(&[&hex])
}
