//! Where an operation stops.

use std::fmt;

use super::VectorError;

/// Where an input was refused, in the order in which a message is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VectorStage {
    /// Text: base64, UTF-8, JSON.
    Decode,
    /// Structure of bytes or fields.
    Parse,
    /// A key is refused when it is imported.
    Key,
    /// MAC, signature or hash.
    Authenticate,
    /// Padding and what else decryption shows.
    Decrypt,
    /// Names: sender, recipient, room, session, key id, usage.
    Bind,
    /// Replay, index, gap, consumed key.
    State,
    /// Floor, cap, algorithm, version.
    Policy,
}

impl fmt::Display for VectorStage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Decode => "decode",
            Self::Parse => "parse",
            Self::Key => "key",
            Self::Authenticate => "authenticate",
            Self::Decrypt => "decrypt",
            Self::Bind => "bind",
            Self::State => "state",
            Self::Policy => "policy",
        })
    }
}

/// What an operation puts out if it takes its inputs, or why it stops.
pub(super) type Taken = Result<Option<Vec<u8>>, Stop>;

/// Why an operation does not come to its end.
pub(super) enum Stop {
    /// The product refuses the input.
    Refused(VectorStage),
    /// The vector does not fit the operation.
    NotRun(VectorError),
}

impl From<VectorStage> for Stop {
    fn from(stage: VectorStage) -> Self {
        Self::Refused(stage)
    }
}

impl From<VectorError> for Stop {
    fn from(error: VectorError) -> Self {
        Self::NotRun(error)
    }
}
