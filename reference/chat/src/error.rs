//! Why the terminal client stops.

use reference_client::{Refusal, SelfTestError, StoreError};
use thiserror::Error;

/// What ends the terminal client, or keeps it from starting.
#[derive(Debug, Error)]
pub enum Error {
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program was built so that it must not be used.
    #[error(transparent)]
    SelfTest(#[from] SelfTestError),
    /// The address is none, or its certificate authority cannot be read.
    #[error("{0}")]
    Address(String),
    /// The invitation is not for this relay or user.
    #[error("the invitation is refused: {0}")]
    Invitation(String),
    /// The relay refuses to make the account.
    #[error("the relay makes no account: {status} {reason}")]
    Registration {
        /// The HTTP status; 0 when no answer came.
        status: u16,
        /// The relay's words.
        reason: String,
    },
    /// The core or the relay refuses the login.
    #[error("cannot log in: {0}")]
    Login(Refusal),
    /// Nobody is logged in and no user was named.
    #[error("nobody is logged in on this device; name a user")]
    NoUser,
    /// The terminal is gone.
    #[error("the terminal is gone: {0}")]
    Terminal(#[from] std::io::Error),
}
