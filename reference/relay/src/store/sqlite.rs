use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use ruma::UserId;
use rusqlite::{Connection, OptionalExtension, params};

use super::checkpoint;
use super::committer::{Errand, commit_forever};
use super::job::{ReadJob, Woken, WriteJob};
use super::{Key, Span, Store, StoreError, Table, Tables, TablesMut};
use crate::conduct::{Conduct, Flaw};
use crate::wake::Wake;

/// The tables in one SQLite file: WAL, `synchronous=FULL`, one writing thread.
pub(crate) struct Sqlite {
    submit: Option<SyncSender<Errand>>,
    committer: Option<JoinHandle<()>>,
    readers: Arc<Readers>,
    reads_follow_writes: bool,
    _lock: File,
}

/// The rows as one connection sees them inside its transaction.
pub(super) struct Rows<'c> {
    pub(super) connection: &'c Connection,
    pub(super) woken: Woken,
}

struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Sqlite {
    /// Opens or makes the store in `folder` and starts its committer.
    ///
    /// With `relay-ack-before-commit` reads follow the writer, because what it has not committed is visible nowhere else.
    pub(crate) fn open(
        folder: &Path,
        wake: Arc<Wake>,
        conduct: &Conduct,
    ) -> Result<Self, StoreError> {
        let lock = lock(folder)?;
        let path = folder.join("relay.db");
        let connection = connect(&path)?;
        create_tables(&connection)?;
        let careless = conduct.has(Flaw::LeavesDeletedBytes);
        // Zeroes what is removed, but not every copy that SQLite made when it moved rows: see `wipe`.
        connection.pragma_update(None, "secure_delete", !careless)?;
        let (submit, errands) = sync_channel(QUEUE);
        let checkpoints = checkpoint::start(connect(&path)?);
        let committer = std::thread::spawn(move || {
            commit_forever(&connection, &errands, &wake, (&checkpoints, careless));
        });
        Ok(Self {
            submit: Some(submit),
            committer: Some(committer),
            readers: Arc::new(Readers {
                path,
                idle: Mutex::new(Vec::new()),
            }),
            reads_follow_writes: conduct.has(Flaw::AckBeforeCommit),
            _lock: lock,
        })
    }

    fn queue(&self, errand: Errand) -> Result<(), StoreError> {
        let submit = self.submit.as_ref().ok_or(StoreError::Closed)?;
        submit.try_send(errand).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy(QUEUE),
            TrySendError::Disconnected(_) => StoreError::Closed,
        })
    }
}

impl Store for Sqlite {
    fn submit(&self, job: Box<dyn WriteJob>) -> Result<(), StoreError> {
        self.queue(Errand::Write(job))
    }

    fn view(&self, job: Box<dyn ReadJob>) -> Result<(), StoreError> {
        if self.reads_follow_writes {
            return self.queue(Errand::Read(job));
        }
        let readers = Arc::clone(&self.readers);
        tokio::task::spawn_blocking(move || readers.run(job));
        Ok(())
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // Closing the queue ends the committer after it has committed what waits.
        drop(self.submit.take());
        if let Some(committer) = self.committer.take() {
            committer.join().ok();
        }
    }
}

impl Readers {
    /// Runs a read in a transaction of its own. On an engine error the job is dropped, which its
    /// caller sees as a closed store.
    fn run(&self, job: Box<dyn ReadJob>) {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let Ok(connection) = idle.map_or_else(|| connect(&self.path), Ok) else {
            return;
        };
        if connection.execute_batch("BEGIN").is_err() {
            return;
        }
        job.run(&Rows {
            connection: &connection,
            woken: Woken::default(),
        });
        if connection.execute_batch("COMMIT").is_err() {
            return;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
    }
}

impl Tables for Rows<'_> {
    fn fetch(&self, table: Table, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = format!("SELECT value FROM {} WHERE key = ?1", table.name());
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement
            .query_row([key.as_str()], value_at::<0>)
            .optional()?)
    }

    fn scan(
        &self,
        table: Table,
        span: &Span,
        limit: usize,
        backwards: bool,
    ) -> Result<Vec<(Key, Vec<u8>)>, StoreError> {
        let order = if backwards { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT key, value FROM {} WHERE key >= ?1 AND key < ?2 ORDER BY key {order} LIMIT ?3",
            table.name()
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![span.from, span.to, limit], |row| {
            Ok((Key::stored(row.get(0)?), value_at::<1>(row)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn head(&self) -> Result<u64, StoreError> {
        Ok(super::load(self, Table::Meta, &Key::of(&["position"]))?.unwrap_or(0))
    }

    fn bytes(&self) -> Result<u64, StoreError> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        let bytes: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }
}

impl TablesMut for Rows<'_> {
    fn put(&mut self, table: Table, key: &Key, value: &[u8]) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT OR REPLACE INTO {} (key, value) VALUES (?1, ?2)",
            table.name()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        // JSON is stored as text, so that SQLite's own tools and functions read it.
        match std::str::from_utf8(value) {
            Ok(text) if table != Table::MediaBytes => {
                statement.execute(params![key.as_str(), text])
            }
            _ => statement.execute(params![key.as_str(), value]),
        }?;
        Ok(())
    }

    fn delete(&mut self, table: Table, key: &Key) -> Result<(), StoreError> {
        let sql = format!("DELETE FROM {} WHERE key = ?1", table.name());
        self.connection
            .prepare_cached(&sql)?
            .execute([key.as_str()])?;
        Ok(())
    }

    fn delete_span(&mut self, table: Table, span: &Span) -> Result<usize, StoreError> {
        let sql = format!("DELETE FROM {} WHERE key >= ?1 AND key < ?2", table.name());
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .execute(params![span.from, span.to])?)
    }

    fn next(&mut self) -> Result<u64, StoreError> {
        let next = self.head()?.saturating_add(1);
        super::save(self, Table::Meta, &Key::of(&["position"]), &next)?;
        Ok(next)
    }

    fn wake(&mut self, user: &UserId) {
        self.woken.users.insert(user.to_owned());
    }

    fn wipe(&mut self) {
        self.woken.wipe = true;
    }
}

fn value_at<const COLUMN: usize>(row: &rusqlite::Row<'_>) -> rusqlite::Result<Vec<u8>> {
    Ok(row.get_ref(COLUMN)?.as_bytes()?.to_vec())
}

pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Checkpoints have a thread of their own.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}

pub(super) fn create_tables(connection: &Connection) -> Result<(), StoreError> {
    let got: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if got != 0 && got != LAYOUT {
        return Err(StoreError::Layout {
            got,
            wanted: LAYOUT,
        });
    }
    let mut sql = String::from("BEGIN;");
    for table in Table::ALL {
        sql.push_str(&format!(
            "CREATE TABLE IF NOT EXISTS {} (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;",
            table.name()
        ));
    }
    sql.push_str(&format!("PRAGMA user_version = {LAYOUT}; COMMIT;"));
    Ok(connection.execute_batch(&sql)?)
}

pub(super) fn lock(folder: &Path) -> Result<File, StoreError> {
    let unusable = |source| StoreError::Folder {
        path: folder.to_owned(),
        source,
    };
    // Metadata of people's talks: nobody else on the machine reads it.
    let mut private = DirBuilder::new();
    private.recursive(true).mode(0o700);
    private.create(folder).map_err(unusable)?;
    let lock = File::create(folder.join("lock")).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse(folder.to_owned())),
        Err(std::fs::TryLockError::Error(source)) => Err(unusable(source)),
    }
}

/// Number of the layout of tables and rows.
pub(super) const LAYOUT: u32 = 2;
/// Writes that may wait: sixteen full batches.
const QUEUE: usize = 8192;
/// Reading connections kept open: more than the cores they would run on.
const IDLE_READERS: usize = 8;
/// Statements kept parsed: five for each table.
const STATEMENTS: usize = 140;
/// How long SQLite waits for a lock that only checkpoints and start-up take.
pub(super) const BUSY: std::time::Duration = std::time::Duration::from_secs(5);
