//! Why a sealed store does not open.

use thiserror::Error;

use crate::StoreError;

/// Why a sealed store does not open, or something sealed is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    /// The key is wrapped for another device, the passphrase is wrong, or the wrapping was changed.
    #[error(
        "the key of the store does not open: it belongs to another device, or the passphrase is wrong"
    )]
    KeyClosed,
    /// The store was sealed with a passphrase and none was given.
    #[error("the store needs its passphrase")]
    PassphraseMissing,
    /// A passphrase was given for a store without one; it would be no protection.
    #[error("the store has no passphrase")]
    PassphraseUnused,
    /// A part is missing, changed, or from another time than the rest.
    #[error("the store is damaged: {0}")]
    Damaged(&'static str),
    /// The format is of a later version.
    #[error("the format has version {got}, known is up to {limit}")]
    Version {
        /// The version found.
        got: u32,
        /// The latest one known.
        limit: u32,
    },
    /// A derivation of a key from a passphrase costs an attacker too little, or this device too much.
    #[error("the {what} of a key derivation is {got}, allowed are {least} to {most}")]
    Cost {
        /// Which figure.
        what: &'static str,
        /// The figure found.
        got: u32,
        /// The smallest allowed.
        least: u32,
        /// The largest allowed.
        most: u32,
    },
    /// One key has sealed as much as it may (NIST SP 800-38D section 8.3).
    #[error("the key of the store has sealed {0} records, the most that one key may")]
    KeyUsedUp(u64),
    /// The cryptography itself failed.
    #[error("the cryptography failed: {0}")]
    Crypto(String),
    /// The records below cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SealError> for StoreError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Store(error) => error,
            error => Self(error.to_string()),
        }
    }
}
