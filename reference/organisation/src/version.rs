use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a text is no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("version is not three numbers with dots between them")]
pub struct VersionFault;

/// A client's version, `major.minor.patch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    /// Breaks with earlier ones.
    pub major: u16,
    /// Adds to earlier ones.
    pub minor: u16,
    /// Repairs earlier ones.
    pub patch: u16,
}

/// A cryptographic suite by its number; higher is newer. 1 is Olm and Megolm version 1 as vodozemac 0.11 speaks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Suite(pub u16);

impl Version {
    /// The version of its text.
    ///
    /// # Errors
    /// If it is not three numbers, each without leading zeros, with dots between them.
    pub fn parse(text: &str) -> Result<Self, VersionFault> {
        let mut numbers = text.split('.').map(str::parse);
        let mut next = || numbers.next().and_then(Result::ok).ok_or(VersionFault);
        let version = Self {
            major: next()?,
            minor: next()?,
            patch: next()?,
        };
        if version.to_string() != text {
            return Err(VersionFault);
        }
        Ok(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl TryFrom<String> for Version {
    type Error = VersionFault;

    fn try_from(text: String) -> Result<Self, VersionFault> {
        Self::parse(&text)
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}
