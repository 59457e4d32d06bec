use crate::store::StoreError;

/// Why a relay did not start or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server name is none.
    #[error("{got:?} is no Matrix server name: {source}")]
    ServerName {
        /// Name given.
        got: String,
        /// What is wrong with it.
        source: ruma::IdParseError,
    },
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A command line option is missing or wrong.
    #[error("{0}")]
    Usage(String),
    /// Reading or writing outside the store failed.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
}
