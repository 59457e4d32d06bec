//! What is wrong with a measurement.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::Difference;

/// Why a folder is not taken as a measurement.
#[derive(Debug, Error)]
#[error("{}: {reason}", folder.display())]
pub struct MeasuredError {
    folder: PathBuf,
    reason: String,
}

impl MeasuredError {
    pub(super) fn new(folder: &Path, reason: &dyn fmt::Display) -> Self {
        Self {
            folder: folder.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// One thing in a measurement that is not as it must be, with its file.
#[derive(Debug, Error)]
#[error("{file}: {reason}")]
pub(crate) struct Fault {
    file: String,
    reason: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The file cannot be read.
    Unread,
    /// It is not what its name says.
    Malformed,
    /// It does not follow from what else is recorded.
    Contradiction,
}

impl Fault {
    pub(super) fn unread(file: impl Into<String>, reason: &dyn fmt::Display) -> Self {
        Self::new(file, reason, Kind::Unread)
    }

    pub(super) fn malformed(file: impl Into<String>, reason: &dyn fmt::Display) -> Self {
        Self::new(file, reason, Kind::Malformed)
    }

    pub(super) fn contradiction(file: impl Into<String>, reason: &dyn fmt::Display) -> Self {
        Self::new(file, reason, Kind::Contradiction)
    }

    fn new(file: impl Into<String>, reason: &dyn fmt::Display, kind: Kind) -> Self {
        Self {
            file: file.into(),
            reason: reason.to_string(),
            kind,
        }
    }
}

impl From<Fault> for Difference {
    fn from(Fault { file, reason, kind }: Fault) -> Self {
        match kind {
            Kind::Unread => Self::NotRead { file, reason },
            Kind::Malformed => Self::NotParsed { file, reason },
            Kind::Contradiction => Self::MeasuredDiffers { file, reason },
        }
    }
}
