//! What must hold, as data.

use serde::{Deserialize, Serialize};

use crate::Claim;

/// A step of a check that says what must be observed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// The code of its violation, such as `replay-shown`; stable, used to tell why a twin was caught.
    pub code: String,
    /// What it is for.
    pub role: Role,
    /// The entry numbers of the observations that it is about.
    pub about: Vec<usize>,
    /// What must hold.
    pub claim: Claim,
}

/// What an expectation is for. A pass needs the control, the attack and, if there is one, its application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The honest run works: without it a dead product would pass everything. Violated: inconclusive.
    Control,
    /// The attack was really applied. Violated: inconclusive.
    Applied,
    /// The attack must not succeed. Violated: fail.
    Attack,
    /// The valid twin of the bad input is accepted. Violated: inconclusive, for then the defect was not the reason.
    Twin,
    /// The next honest step works: the attack left no damage. Violated: fail.
    State,
}
