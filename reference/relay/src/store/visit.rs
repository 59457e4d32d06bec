use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::committer::wipe;
use super::job::Woken;
use super::sqlite::{BUSY, Rows};
use super::{StoreError, TablesMut};
use crate::refusal::Refusal;

/// Why a visit changed nothing.
#[derive(Debug)]
pub(crate) enum VisitError {
    /// The store is not usable.
    Store(StoreError),
    /// The work itself refused.
    Refused(Refusal),
}

/// Does one piece of work in the store of a relay that may be running in another process: all or nothing, between two of its
/// writes.
pub(crate) fn visit<T>(
    folder: &Path,
    work: impl FnOnce(&mut dyn TablesMut) -> Result<T, Refusal>,
) -> Result<T, VisitError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(folder.join("relay.db"), flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let mut rows = Rows {
        connection: &connection,
        woken: Woken::default(),
    };
    let done = work(&mut rows).map_err(VisitError::Refused)?;
    let wanted = rows.woken.wipe;
    connection.execute_batch("COMMIT")?;
    if wanted {
        wipe(&connection).map_err(VisitError::Store)?;
    }
    Ok(done)
}

impl From<rusqlite::Error> for VisitError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(StoreError::Engine(error))
    }
}
