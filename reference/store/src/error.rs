//! Why a folder is not used.

use std::{io, path::PathBuf};

use reference_client::StoreError;
use thiserror::Error;

/// Why a folder is not used.
#[derive(Debug, Error)]
pub enum FileError {
    /// The system says no.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another program has it open.
    #[error("{0} is in use by another program")]
    InUse(PathBuf),
    /// A part before the end is not what was written.
    #[error("the records are damaged at byte {at}: {what}")]
    Damaged {
        /// Where.
        at: usize,
        /// How.
        what: &'static str,
    },
    /// The file is larger than any store.
    #[error("the file has {got} bytes, at most {limit} are read")]
    TooLarge {
        /// Bytes of the file.
        got: u64,
        /// The most that is read.
        limit: u64,
    },
    /// The secret would lie where a copy of the store takes it along.
    #[error("the device's secret must not lie with the store in {0}")]
    SameFolder(PathBuf),
    /// The file of the device's secret is not what was written.
    #[error("the device's secret is malformed")]
    SecretMalformed,
}

impl From<FileError> for StoreError {
    fn from(error: FileError) -> Self {
        Self(error.to_string())
    }
}
