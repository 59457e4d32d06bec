//! Identifiers as the relay spells them; two kinds never mix.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A user, `@local:server`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(String);

/// One device of a user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(String);

/// A room, `!opaque:server`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoomId(String);

/// An event in a room, `$opaque`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(String);

/// The transaction of one verification.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FlowId(String);

/// The caller's number of one verb; its `Done` or `Refused` carries it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// The core's number of one HTTP request; its response carries it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

impl UserId {
    /// Takes the text as it is; the relay decides whether it names something.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as the relay spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl DeviceId {
    /// Takes the text as it is; the relay decides whether it names something.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as the relay spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl RoomId {
    /// Takes the text as it is; the relay decides whether it names something.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as the relay spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl EventId {
    /// Takes the text as it is; the relay decides whether it names something.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as the relay spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FlowId {
    /// Takes the text as it is; the relay decides whether it names something.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as the relay spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FlowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
