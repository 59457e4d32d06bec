//! What can be wrong with a target before a check can say anything about it.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::check::Stop;

/// A target that cannot be described, started, reached or populated.
#[derive(Debug, Error)]
pub enum TargetError {
    /// A file or folder of the target cannot be used.
    #[error("cannot use {}: {reason}", path.display())]
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// What the manifest names as part of the product cannot be measured.
    #[error("cannot measure {}: {reason}", path.display())]
    NotMeasured {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// A manifest or account file is larger than any real one.
    #[error("{} is longer than {limit} bytes", path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// A manifest or account file says something that is not understood.
    #[error("{}: {reason}", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// Where and what, in one line.
        reason: String,
    },
    /// Attack traffic would leave this machine.
    #[error(
        "{url} is not on this machine; attack traffic goes to loopback unless the manifest says allow_remote = true"
    )]
    NotLoopback {
        /// The relay's address.
        url: String,
    },
    /// Not an address of a relay.
    #[error("{url} is not the address of a relay: {reason}")]
    NotAnAddress {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The relay's program does not start.
    #[error("cannot start {program}: {reason}")]
    NotStarted {
        /// The program.
        program: String,
        /// Why.
        reason: io::Error,
    },
    /// The relay ended before it was ready.
    #[error("the relay ended before it was ready ({status}); its last words: {last}")]
    EndedEarly {
        /// How it ended.
        status: String,
        /// The last line of its standard error.
        last: String,
    },
    /// The relay runs and does not become ready.
    #[error("the relay was not ready after {seconds} seconds")]
    NotReady {
        /// How long was waited.
        seconds: u64,
    },
    /// Something answers, but not as a Matrix homeserver does.
    #[error("{url} is no Matrix homeserver: it offers no versions (status {status})")]
    NotARelay {
        /// The address.
        url: String,
        /// The HTTP status of its answer.
        status: u16,
    },
    /// Something else answers where the relay is to be started.
    #[error("{url} answers already, although the relay is not started yet")]
    AddressInUse {
        /// The address.
        url: String,
    },
    /// The relay did not make an account.
    #[error("the relay made no account {localpart}: status {status} {errcode}")]
    NotRegistered {
        /// Which.
        localpart: String,
        /// The HTTP status.
        status: u16,
        /// The Matrix error code, if there was one.
        errcode: String,
    },
    /// All accounts of the account file are in use.
    #[error("all {limit} accounts of the account file are in use")]
    NoAccountLeft {
        /// How many there are.
        limit: usize,
    },
    /// The manifest offers no further single-use invitation.
    #[error("the target has no single-use invitation left; {limit} were given")]
    NoInvitationLeft {
        /// How many there were.
        limit: usize,
    },
    /// The manifest does not say how the relay is started for an organisation.
    #[error("the manifest does not say how the relay is started for an organisation")]
    NoOrganisation,
    /// The relay gave no answer.
    #[error("{reason}")]
    NoAnswer {
        /// Which relay, which request, and why.
        reason: String,
    },
}

impl From<TargetError> for Stop {
    fn from(error: TargetError) -> Self {
        match error {
            TargetError::NotRegistered { .. } => Self::target(error.to_string()),
            TargetError::Unusable { .. }
            | TargetError::TooLong { .. }
            | TargetError::Malformed { .. }
            | TargetError::NotLoopback { .. }
            | TargetError::NotAnAddress { .. }
            | TargetError::NotStarted { .. }
            | TargetError::EndedEarly { .. }
            | TargetError::NotReady { .. }
            | TargetError::NotARelay { .. }
            | TargetError::AddressInUse { .. }
            | TargetError::NoAccountLeft { .. }
            | TargetError::NoInvitationLeft { .. }
            | TargetError::NoOrganisation
            | TargetError::NotMeasured { .. }
            | TargetError::NoAnswer { .. } => Self::environment(error.to_string()),
        }
    }
}
