//! Why a run's folder could not be written.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::EventLogError;

/// Why a run's folder could not be written; names the file, never a secret.
#[derive(Debug, Error)]
pub enum FolderError {
    /// The operating system refused, such as a full disk or a folder that is there already.
    #[error("{file}: {error}")]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// An event was not logged.
    #[error("{file}: {error}")]
    Log {
        /// The log.
        file: PathBuf,
        /// Why.
        #[source]
        error: EventLogError,
    },
    /// A value has no JSON form.
    #[error("{what} has no JSON form: {error}")]
    NotJson {
        /// The file or event.
        what: String,
        /// Why.
        #[source]
        error: serde_json::Error,
    },
    /// A known secret stands in what was to be written; nothing was written.
    #[error("{file} not written: it holds a secret of kind {kind}")]
    SecretFound {
        /// The file.
        file: PathBuf,
        /// The secret's kind.
        kind: String,
    },
    /// An id is no safe file name.
    #[error("{id:?} is no id: 1 to {limit} of a-z 0-9 . - without a dot at either end")]
    NotAnId {
        /// The id.
        id: String,
        /// The longest, in bytes.
        limit: usize,
    },
    /// A rendering's name is no path inside the folder.
    #[error("{path:?} is no path inside a run's folder")]
    NotAPath {
        /// The path.
        path: String,
    },
}

impl FolderError {
    pub(crate) fn io(file: &Path, error: io::Error) -> Self {
        Self::Io {
            file: file.to_owned(),
            error,
        }
    }

    pub(crate) fn not_json(what: &str, error: serde_json::Error) -> Self {
        Self::NotJson {
            what: what.to_owned(),
            error,
        }
    }
}
