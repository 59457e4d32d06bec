use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::job::Woken;
use super::sqlite::{LAYOUT, Rows, lock};
use super::{StoreError, TablesMut};
use crate::refusal::Refusal;

/// Copies the store in `folder` into the new file `out`, while a relay may be running on it.
///
/// The copy is the state of one moment, written whole and checked. Nothing of what was removed is in it.
pub(crate) fn backup(folder: &Path, out: &Path) -> Result<(), StoreError> {
    let store = folder.join("relay.db");
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&store, flags)?;
    connection.busy_timeout(super::sqlite::BUSY)?;
    // SQLite takes an empty file, so it is never there for others to read.
    let file = private(out)?;
    let path = out.to_string_lossy();
    connection.execute("VACUUM INTO ?1", [path.as_ref()])?;
    file.sync_all().map_err(copy(out))?;
    sync_folder(out)?;
    check(out)
}

/// Puts a backup into `folder` as the store of a relay that is not running, and lets `settle` change what must not come back as
/// it was. An existing store is never overwritten.
pub(crate) fn restore(
    backup: &Path,
    folder: &Path,
    settle: impl FnOnce(&mut dyn TablesMut) -> Result<(), Refusal>,
) -> Result<(), StoreError> {
    check(backup)?;
    let _lock = lock(folder)?;
    let store = folder.join("relay.db");
    if store.exists() {
        return Err(StoreError::Exists(store));
    }
    // Under another name until it is settled: a relay started after a crash must not find it half done.
    let unfinished = folder.join("restoring.db");
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(copy(&unfinished)(error));
        }
        _ => {}
    }
    let mut to = private(&unfinished)?;
    let mut from = File::open(backup).map_err(copy(backup))?;
    std::io::copy(&mut from, &mut to).map_err(copy(&unfinished))?;
    drop(to);
    let connection = Connection::open(&unfinished)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let mut rows = Rows {
        connection: &connection,
        woken: Woken::default(),
    };
    settle(&mut rows).map_err(|_refusal| StoreError::Unsound(backup.to_owned()))?;
    connection.execute_batch("COMMIT; VACUUM")?;
    connection
        .close()
        .map_err(|(_connection, error)| StoreError::Engine(error))?;
    std::fs::rename(&unfinished, &store).map_err(copy(&store))?;
    sync_folder(&store)
}

/// Whether a file is a whole store of this layout.
fn check(path: &Path) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let unsound = |_error| StoreError::Unsound(path.to_owned());
    let verdict: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(unsound)?;
    let got: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(unsound)?;
    if verdict != "ok" || got == 0 {
        return Err(StoreError::Unsound(path.to_owned()));
    }
    if got != LAYOUT {
        return Err(StoreError::Layout {
            got,
            wanted: LAYOUT,
        });
    }
    Ok(())
}

/// A new file that only its owner reads.
fn private(path: &Path) -> Result<File, StoreError> {
    let opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    opened.map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            StoreError::Exists(path.to_owned())
        } else {
            copy(path)(error)
        }
    })
}

/// Makes a new name in a folder durable.
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let opened = File::open(folder).and_then(|folder| folder.sync_all());
    opened.map_err(copy(folder))
}

fn copy(path: &Path) -> impl Fn(std::io::Error) -> StoreError {
    move |source| StoreError::Copy {
        path: path.to_owned(),
        source,
    }
}
