use std::sync::mpsc::{Receiver, SyncSender};

use rusqlite::Connection;

use super::StoreError;
use super::job::{ReadJob, Woken, WriteJob};
use super::sqlite::Rows;
use crate::wake::Wake;

/// What the committer is asked to do.
pub(super) enum Errand {
    /// One write.
    Write(Box<dyn WriteJob>),
    /// One read that must see what is not committed yet (`relay-ack-before-commit` only).
    Read(Box<dyn ReadJob>),
}

/// Commits what waits, at most [`BATCH`] writes at once, until the queue is closed.
pub(super) fn commit_forever(
    connection: &Connection,
    errands: &Receiver<Errand>,
    wake: &Wake,
    (checkpoints, careless): (&SyncSender<()>, bool),
) {
    while let Ok(first) = errands.recv() {
        let mut batch = vec![first];
        batch.extend(errands.try_iter().take(BATCH - 1));
        let woken = commit(connection, batch, careless);
        wake.all(&woken.users);
        // A full slot means that a checkpoint is asked for already.
        checkpoints.try_send(()).ok();
    }
    if !connection.is_autocommit() {
        connection.execute_batch("COMMIT").ok();
    }
}

fn commit(connection: &Connection, batch: Vec<Errand>, careless: bool) -> Woken {
    let begun = begin(connection);
    let mut rows = Rows {
        connection,
        woken: Woken::default(),
    };
    let mut done = Vec::with_capacity(batch.len());
    for errand in batch {
        match (errand, &begun) {
            (Errand::Read(job), _) => job.run(&rows),
            (Errand::Write(job), Err(_)) => job.finish(Err(StoreError::Closed)),
            (Errand::Write(job), Ok(())) => done.extend(run(&mut rows, job)),
        }
    }
    // Only flawed writes leave nobody waiting for the commit; they stay open until one does.
    if done.is_empty() {
        return rows.woken;
    }
    // A full disk makes SQLite roll the whole batch back by itself: then nothing is committed.
    let committed = !connection.is_autocommit() && connection.execute_batch("COMMIT").is_ok();
    if !committed && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK").ok();
    }
    let wiped = if committed && rows.woken.wipe && !careless {
        wipe(connection)
    } else {
        Ok(())
    };
    for job in done {
        job.finish(match (committed, &wiped) {
            (true, Ok(())) => Ok(()),
            (true, Err(_)) => Err(StoreError::NotWiped),
            (false, _) => Err(StoreError::Closed),
        });
    }
    rows.woken
}

/// Writes the file anew from its live rows and empties the write-ahead log. `secure_delete` alone is not enough: when SQLite
/// moves rows between pages, their old places keep a copy until they are written over.
pub(super) fn wipe(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("VACUUM")?;
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    (busy == 0).then_some(()).ok_or(StoreError::NotWiped)
}

fn begin(connection: &Connection) -> Result<(), StoreError> {
    if connection.is_autocommit() {
        connection.execute_batch("BEGIN IMMEDIATE")?;
    }
    Ok(())
}

/// Runs one write inside the batch; gives it back if it is to be answered after the commit.
fn run(rows: &mut Rows<'_>, mut job: Box<dyn WriteJob>) -> Option<Box<dyn WriteJob>> {
    // Outside the batch's transaction a savepoint would commit on its own.
    let lost = rows.connection.is_autocommit();
    if lost || rows.connection.execute_batch("SAVEPOINT job").is_err() {
        job.finish(Err(StoreError::Closed));
        return None;
    }
    let end = if job.run(rows) {
        "RELEASE job"
    } else {
        "ROLLBACK TO job; RELEASE job"
    };
    if let Err(error) = rows.connection.execute_batch(end) {
        job.finish(Err(error.into()));
        return None;
    }
    if job.unsynced() {
        job.finish(Ok(()));
        return None;
    }
    Some(job)
}

/// Writes in one commit: from here on more of them save nothing (`performance.md`, group commit).
const BATCH: usize = 512;

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::store::sqlite::create_tables;
    use crate::store::{Key, Table, Tables, TablesMut};

    /// Writes one row and notes whether the commit was acknowledged.
    struct Put {
        key: Key,
        bytes: usize,
        acknowledged: Arc<Mutex<Vec<Key>>>,
    }

    impl WriteJob for Put {
        fn run(&mut self, tables: &mut dyn TablesMut) -> bool {
            tables
                .put(Table::MediaBytes, &self.key, &vec![b'x'; self.bytes])
                .is_ok()
        }

        fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
            if committed.is_ok() {
                self.acknowledged.lock().unwrap().push(self.key);
            }
        }

        fn unsynced(&self) -> bool {
            false
        }
    }

    #[test]
    fn what_a_full_disk_rolls_back_is_not_acknowledged() {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("relay.db")).unwrap();
        create_tables(&connection).unwrap();
        // The file may grow by no more than a few pages: the second write fills the disk.
        connection.pragma_update(None, "cache_size", 4).unwrap();
        connection
            .pragma_update(None, "max_page_count", 80)
            .unwrap();
        let acknowledged = Arc::new(Mutex::new(Vec::new()));
        let batch = [("first", 10), ("huge", 4 << 20), ("last", 10)].map(|(key, bytes)| {
            let (key, acknowledged) = (Key::of(&[key]), Arc::clone(&acknowledged));
            Errand::Write(Box::new(Put {
                key,
                bytes,
                acknowledged,
            }) as Box<dyn WriteJob>)
        });
        commit(&connection, Vec::from(batch), false);
        let rows = Rows {
            connection: &connection,
            woken: Woken::default(),
        };
        let stored = |key: &str| {
            rows.fetch(Table::MediaBytes, &Key::of(&[key]))
                .unwrap()
                .is_some()
        };
        assert!(!stored("huge"));
        for key in acknowledged.lock().unwrap().iter() {
            assert!(stored(&key.part(0)), "{key:?} was acknowledged and is gone");
        }
        assert!(connection.is_autocommit());
    }
}
