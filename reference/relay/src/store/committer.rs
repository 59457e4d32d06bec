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
    checkpoints: &SyncSender<()>,
) {
    while let Ok(first) = errands.recv() {
        let mut batch = vec![first];
        batch.extend(errands.try_iter().take(BATCH - 1));
        let woken = commit(connection, batch);
        wake.all(&woken.0);
        // A full slot means that a checkpoint is asked for already.
        checkpoints.try_send(()).ok();
    }
    if !connection.is_autocommit() {
        connection.execute_batch("COMMIT").ok();
    }
}

fn commit(connection: &Connection, batch: Vec<Errand>) -> Woken {
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
    let committed = connection.is_autocommit() || connection.execute_batch("COMMIT").is_ok();
    if !committed {
        connection.execute_batch("ROLLBACK").ok();
    }
    for job in done {
        job.finish(if committed {
            Ok(())
        } else {
            Err(StoreError::Closed)
        });
    }
    rows.woken
}

fn begin(connection: &Connection) -> Result<(), StoreError> {
    if connection.is_autocommit() {
        connection.execute_batch("BEGIN IMMEDIATE")?;
    }
    Ok(())
}

/// Runs one write inside the batch; gives it back if it is to be answered after the commit.
fn run(rows: &mut Rows<'_>, mut job: Box<dyn WriteJob>) -> Option<Box<dyn WriteJob>> {
    if let Err(error) = rows.connection.execute_batch("SAVEPOINT job") {
        job.finish(Err(error.into()));
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
