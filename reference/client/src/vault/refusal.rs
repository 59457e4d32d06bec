//! Why something about the device's own data was refused.

use thiserror::Error;

use crate::{RefusalClass, SealError};

/// Why something about the device's own data was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VaultRefusal {
    /// The user must open the lock first.
    #[error("the app is locked")]
    Locked,
    /// There is no lock to close or to open.
    #[error("no lock is set")]
    NoLock,
    /// The PIN or passphrase of the lock is wrong.
    #[error("the lock does not open, {left} tries are left")]
    LockClosed {
        /// Tries until everything is erased.
        left: u32,
    },
    /// That was the last try: the device's data is gone.
    #[error("the last try failed and everything is erased")]
    Erased,
    /// A PIN or passphrase is easier to guess than it may be.
    #[error("{what}: got {got}, at least {least} needed")]
    TooWeak {
        /// What there is too little of.
        what: &'static str,
        /// How much there is.
        got: usize,
        /// How much is needed.
        least: usize,
    },
    /// The organisation's policy forbids it.
    #[error("the policy forbids {0}")]
    Forbidden(&'static str),
    /// Another copy of this device is running somewhere.
    #[error("another copy of this device was started")]
    Cloned,
    /// A file of keys is not what an export wrote, or was cut.
    #[error("the file is malformed: {0}")]
    FileMalformed(&'static str),
    /// The passphrase is wrong, or the file was changed.
    #[error("the file does not open: the passphrase is wrong or the file was changed")]
    FileClosed,
    /// The recovery secret is mistyped.
    #[error("the recovery secret is mistyped: {0}")]
    SecretMistyped(&'static str),
    /// The recovery secret is not the one that belongs to what is stored.
    #[error("the recovery secret is another one")]
    SecretWrong,
    /// Nothing to recover is stored, or it is incomplete.
    #[error("the relay holds nothing that can be recovered: {0}")]
    NothingStored(&'static str),
    /// What was recovered is not the identity that is known for this account.
    #[error("the recovered identity is not the identity of this account")]
    IdentityForeign,
    /// Shares are missing or do not belong together.
    #[error("shares: got {got}, needed {needed}")]
    SharesMissing {
        /// Usable shares.
        got: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The identity of this account has not signed the public key that the relay serves for its backup (ATK-BAK-02).
    #[error("the public key of the backup is not one that the identity of this account has signed")]
    BackupKeyRefused,
    /// Something sealed is refused.
    #[error(transparent)]
    Sealed(#[from] SealError),
}

impl VaultRefusal {
    pub(crate) fn class(&self) -> RefusalClass {
        match self {
            Self::Locked | Self::NoLock | Self::NothingStored(_) => RefusalClass::State,
            Self::LockClosed { .. } | Self::SecretWrong | Self::Erased => RefusalClass::Auth,
            Self::TooWeak { .. } | Self::Forbidden(_) | Self::Cloned => RefusalClass::Policy,
            Self::FileMalformed(_) | Self::SecretMistyped(_) => RefusalClass::Parse,
            Self::FileClosed => RefusalClass::Mac,
            Self::IdentityForeign | Self::BackupKeyRefused => RefusalClass::UnknownKey,
            Self::SharesMissing { .. } => RefusalClass::Limit,
            Self::Sealed(SealError::Cost { .. }) => RefusalClass::Limit,
            Self::Sealed(_) => RefusalClass::Other,
        }
    }

    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::NoLock => "no_lock",
            Self::LockClosed { .. } => "lock_closed",
            Self::Erased => "erased",
            Self::TooWeak { .. } => "too_weak",
            Self::Forbidden(_) => "forbidden_by_policy",
            Self::Cloned => "device_cloned",
            Self::FileMalformed(_) => "file_malformed",
            Self::FileClosed => "file_closed",
            Self::SecretMistyped(_) => "secret_mistyped",
            Self::SecretWrong => "secret_wrong",
            Self::NothingStored(_) => "nothing_stored",
            Self::IdentityForeign => "identity_foreign",
            Self::BackupKeyRefused => "backup_key_refused",
            Self::SharesMissing { .. } => "shares_missing",
            Self::Sealed(SealError::Cost { .. }) => "cost_refused",
            Self::Sealed(_) => "seal_failed",
        }
    }
}
