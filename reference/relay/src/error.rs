use crate::settings::SettingsError;
use crate::store::StoreError;
use crate::tls::TlsError;

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
    /// The settings are not usable.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Certificates or keys are not usable.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The charter is none, or its root did not sign it.
    #[error("the charter is not usable: {reason}")]
    Charter {
        /// What is wrong with it.
        reason: String,
    },
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
