//! The machine that a measurement was made on.

use serde::{Deserialize, Serialize};

/// A machine, as its system describes it. What the system does not say is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Cores that the bench may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores: Option<u64>,
    /// The processor's model, as it names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Memory, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

/// How many processes ran or waited to run on average, in hundredths of a process: what else went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadAverage {
    /// Over the last minute.
    pub one_minute: u64,
    /// Over the last five.
    pub five_minutes: u64,
    /// Over the last fifteen.
    pub fifteen_minutes: u64,
}

/// Where the load came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placement {
    /// From the relay's own machine, whose cores both share; there is no network between them.
    #[serde(rename = "same machine, loopback")]
    SameMachine,
}
