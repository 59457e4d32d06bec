//! What can be done for the safety of the device's own data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An act on the device's own data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VaultAct {
    /// Look at the state of the own data. Value: `{"rolled_back": bool}`: whether an older copy of the store was put back.
    Status {},
}
