//! The words that a file may use for results, stages and kinds of faults.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether an input is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It must be taken.
    Valid,
    /// It must be refused.
    Invalid,
}

/// What an implementation really does with an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Measured {
    /// It takes it.
    Valid,
    /// It refuses it.
    Invalid,
    /// It has no such operation, or gave no answer.
    Unsupported,
}

/// Where an invalid input must fail at the latest. Later stages may rely on earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
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

/// What a flag means.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Note {
    /// What kind of fault an implementation has that gets a vector with this flag wrong.
    pub bug_type: BugType,
    /// What the vector is about.
    pub description: String,
    /// What the fault leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
    /// Where that is said: clause, paper, CVE, attack of the catalogue.
    pub source: String,
}

/// Kinds of faults; Wycheproof's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BugType {
    /// No fault: an ordinary input, most often a valid one.
    Basic,
    /// What is not authentic is taken as if it were.
    AuthBypass,
    /// Secrets leak.
    Confidentiality,
    /// An old form that is still met.
    Legacy,
    /// An edge of the arithmetic.
    EdgeCase,
    /// Several things may go wrong.
    CanOfWorms,
    /// Defined by a specification, though implementations differ.
    Defined,
    /// A fault that a named product had.
    KnownBug,
    /// A check is missing.
    MissingStep,
    /// Parameters were changed.
    ModifiedParameter,
    /// Parameters are too weak.
    WeakParams,
    /// Another primitive than the right one.
    WrongPrimitive,
    /// One signature, many encodings.
    SignatureMalleability,
    /// One value, many encodings.
    Malleability,
    /// What must work does not.
    Functionality,
    /// Not known.
    Unknown,
}

impl fmt::Display for Measured {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unsupported => "unsupported",
        })
    }
}

impl fmt::Display for Stage {
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
