//! Where the relay keeps everything: ordered tables behind a [`Store`].
//!
//! The domain is written once over [`Tables`] and [`TablesMut`]; a store decides how the tables
//! are kept and when a write is durable. Writes run one at a time in one order, so each of them
//! may check and change whatever it likes, and a replicated store could ship their effects.

mod backup;
mod checkpoint;
mod committer;
mod job;
mod key;
mod sqlite;
mod tables;
mod visit;

pub(crate) use backup::{backup, restore};
pub(crate) use job::{read, write, write_unsynced};
pub(crate) use key::{Key, Span};
pub(crate) use sqlite::Sqlite;
pub(crate) use tables::{Table, Tables, TablesMut, load, save};
pub(crate) use visit::{VisitError, visit};

use job::{ReadJob, WriteJob};

/// A durable set of ordered tables.
pub(crate) trait Store: Send + Sync + 'static {
    /// Queues a write. It runs alone, in order, all or nothing, and is answered once it is durable.
    fn submit(&self, job: Box<dyn WriteJob>) -> Result<(), StoreError>;

    /// Runs a read on one consistent snapshot that holds every write answered before.
    fn view(&self, job: Box<dyn ReadJob>) -> Result<(), StoreError>;
}

/// What a store could not do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine refused; the text is its own and never leaves the relay.
    #[error("store engine failed: {0}")]
    Engine(#[from] rusqlite::Error),
    /// The store's folder or lock file is not usable.
    #[error("store folder {path} is not usable: {source}")]
    Folder {
        /// The folder asked for.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another relay holds the folder.
    #[error("store folder {0} is in use by another relay")]
    InUse(std::path::PathBuf),
    /// The file was written by a relay with another layout.
    #[error("store layout is {got}, this relay reads {wanted}")]
    Layout {
        /// Layout number found in the file.
        got: u32,
        /// Layout number this relay writes.
        wanted: u32,
    },
    /// A row does not read back as what it must be.
    #[error("row of table {table} is damaged: {source}")]
    Damaged {
        /// Table of the row.
        table: &'static str,
        /// Why it does not parse.
        source: serde_json::Error,
    },
    /// More writes wait than the queue holds.
    #[error("{0} writes are waiting, no more are taken")]
    Busy(usize),
    /// A backup or a store is there already, and nothing is overwritten.
    #[error("{0} exists already; move it away first")]
    Exists(std::path::PathBuf),
    /// A backup cannot be read or written.
    #[error("{path}: {source}")]
    Copy {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A backup fails SQLite's own check.
    #[error("{0} is damaged or no backup of a relay")]
    Unsound(std::path::PathBuf),
    /// The rows are removed, but a long read kept their bytes in the files.
    #[error("removed rows are not wiped yet")]
    NotWiped,
    /// The committer is gone: the relay is closing or its disk failed.
    #[error("store is closed")]
    Closed,
}
