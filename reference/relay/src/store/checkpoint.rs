use std::sync::mpsc::{SyncSender, sync_channel};

use rusqlite::Connection;

/// Starts the thread that moves the write-ahead log into the file, off the path of commits.
///
/// Each message on the channel says that something was committed; dropping it ends the thread.
pub(super) fn start(connection: Connection) -> SyncSender<()> {
    let (committed, notices) = sync_channel(1);
    std::thread::spawn(move || {
        let mut commits = 0_u32;
        while notices.recv().is_ok() {
            commits += 1;
            if commits >= COMMITS {
                commits = 0;
                // PASSIVE never blocks a writer; what it could not move waits for the next time.
                connection
                    .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_row| Ok(()))
                    .ok();
            }
        }
    });
    committed
}

/// Commits between checkpoints: keeps the log within a few megabytes of small events.
const COMMITS: u32 = 256;
