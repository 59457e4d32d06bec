//! Why a command did not do what it was asked for, and its exit code.

use std::{io, path::PathBuf};

use harness_evidence::FolderError;
use harness_suite::{CatalogueError, RunError, TargetError};
use thiserror::Error;

/// Every required check passed and the run is complete.
pub(crate) const PASSED: u8 = 0;
/// A check failed.
pub(crate) const FAILED: u8 = 1;
/// No failure, but not passed either: inconclusive, error, not run, incomplete.
pub(crate) const UNDECIDED: u8 = 2;
/// Wrong arguments.
pub(crate) const USAGE: u8 = 64;
/// A target or a file is not available.
pub(crate) const UNAVAILABLE: u8 = 69;
/// The bench itself failed.
pub(crate) const INTERNAL: u8 = 70;

/// One line that says what to do next.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// There is no run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The manifest cannot be used.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The evidence cannot be written or read.
    #[error(transparent)]
    Evidence(#[from] FolderError),
    /// The catalogue that is built in is broken.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The report cannot be rendered.
    #[error("the report cannot be rendered: {0}")]
    Report(String),
    /// A file cannot be used.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// Standard output is closed or full.
    #[error("cannot write the result: {0}")]
    Output(#[from] io::Error),
    /// The system gives no random numbers.
    #[error("no random numbers: {0}")]
    Random(String),
    /// The arguments name something that does not exist.
    #[error("{0}")]
    Usage(String),
    /// The reference process failed.
    #[error("{0}")]
    Reference(String),
}

impl Failure {
    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Run(RunError::UnknownCheck(_) | RunError::UnknownFlaw(_)) => {
                USAGE
            }
            Self::Target(_)
            | Self::Evidence(_)
            | Self::File { .. }
            | Self::Output(_)
            | Self::Reference(_) => UNAVAILABLE,
            Self::Run(
                RunError::Target(_)
                | RunError::Driver(_)
                | RunError::Probe(_)
                | RunError::Evidence(_)
                | RunError::Scratch { .. },
            ) => UNAVAILABLE,
            Self::Catalogue(_) | Self::Report(_) | Self::Random(_) => INTERNAL,
        }
    }
}
