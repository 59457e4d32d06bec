use std::collections::BTreeSet;

use ruma::UserId;
use serde::de::DeserializeOwned;

use super::account::Device;
use super::claims::FallbackKey;
use super::device_lists::note_device_change;
use crate::config::RegistrationToken;
use crate::refusal::Refusal;
use crate::secret::TokenHash;
use crate::store::{Key, Span, Table, TablesMut, save};

/// Changes a store that comes out of a backup, so that what happened after the backup is not undone to anybody's harm.
///
/// - One-time keys may have been handed out since: they go, and clients upload fresh ones. Fallback keys count as used.
/// - Sessions may have been ended since: they go, and everybody logs in again, on the device he has.
/// - Registration tokens may have been used up since: those of `tokens` are, and new ones must be issued.
/// - Numbers may have been given out since: the stream goes on far behind them, so no client's position is ahead of it.
/// - Keys may have changed since: every account counts as changed, so that clients look again.
pub(crate) fn settle(
    tables: &mut dyn TablesMut,
    tokens: &[RegistrationToken],
) -> Result<(), Refusal> {
    let head = tables.head()?.saturating_add(JUMP);
    save(tables, Table::Meta, &Key::of(&["position"]), &head)?;
    tables.delete_span(Table::OneTimeKeys, &Span::all())?;
    for (row, mut key) in rows::<FallbackKey>(tables, Table::FallbackKeys)? {
        key.used = true;
        save(tables, Table::FallbackKeys, &row, &key)?;
    }
    tables.delete_span(Table::Sessions, &Span::all())?;
    let mut users = BTreeSet::new();
    for (row, mut device) in rows::<Device>(tables, Table::Devices)? {
        device.token = None;
        save(tables, Table::Devices, &row, &device)?;
        users.extend(UserId::parse(row.part(0)).ok());
    }
    for token in tokens {
        let hash = TokenHash::of(token.token());
        save(
            tables,
            Table::Invitations,
            &Key::of(&[hash.as_str()]),
            &token.uses(),
        )?;
    }
    for user in users {
        note_device_change(tables, &user)?;
    }
    Ok(())
}

fn rows<T: DeserializeOwned>(
    tables: &dyn crate::store::Tables,
    table: Table,
) -> Result<Vec<(Key, T)>, Refusal> {
    Ok(tables.list(table, &Span::all())?)
}

/// More numbers than a relay gives out between a backup and its restoration.
const JUMP: u64 = 1 << 40;
