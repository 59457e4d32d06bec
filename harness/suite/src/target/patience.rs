//! How long the bench waits for a part of the target.

use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;

/// The longest wait, in seconds: a run that stands still for longer helps nobody.
const LONGEST: u16 = 600;

/// A wait in whole seconds, 1 to 600.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub struct Patience(u16);

/// A wait that is none, or longer than anybody waits.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("a patience of {got} seconds is not between 1 and {LONGEST}")]
pub struct PatienceError {
    got: u16,
}

impl Patience {
    /// For one answer of a driver: honest ones take milliseconds, but a loaded machine may be slow.
    pub(super) const DRIVER: Self = Self(20);
    /// For a relay to become ready.
    pub(super) const RELAY: Self = Self(60);

    /// The wait.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.seconds())
    }

    /// The wait in seconds.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0.into()
    }

    pub(super) fn of_driver() -> Self {
        Self::DRIVER
    }
}

impl TryFrom<u16> for Patience {
    type Error = PatienceError;

    fn try_from(seconds: u16) -> Result<Self, PatienceError> {
        if (1..=LONGEST).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(PatienceError { got: seconds })
        }
    }
}
