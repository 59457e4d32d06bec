use std::io;

use harness_suite::{HttpError, TargetError};
use thiserror::Error;

/// Why a relay was not measured.
#[derive(Debug, Error)]
pub enum LoadError {
    /// It cannot be started, or does not answer.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// It gave no answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// It is not on this machine.
    #[error("load goes to a relay on 127.0.0.1 only, this one is at {0}")]
    NotHere(String),
    /// Its process is not known.
    #[error("the manifest must start the relay, or its CPU and memory cannot be measured")]
    NotOurs,
    /// It refused what every relay must take.
    #[error("the relay answered {status} to {what}: {answer}")]
    Refused {
        /// What it refused.
        what: &'static str,
        /// The HTTP status.
        status: u16,
        /// The beginning of its answer.
        answer: String,
    },
    /// The system says nothing about the process.
    #[error("the relay's process cannot be looked at: {0}")]
    Process(io::Error),
    /// A connection broke.
    #[error("a connection to the relay broke: {0}")]
    Connection(io::Error),
    /// A sender ended by itself.
    #[error("a sender ended before its time")]
    Sender,
}
