//! The verdict of one case.

use serde::{Deserialize, Serialize};

use crate::{Outcome, Role, Witness};

/// The fold of a case's expectations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The outcome.
    pub outcome: Outcome,
    /// Why, as a stable code: of the decisive expectation, or of the bench (`attack-not-applied`, `nothing-expected`, …).
    /// Empty for a pass.
    pub reason: String,
    /// The role of the decisive expectation; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// One line about what was seen; text from the target may be in it.
    pub detail: String,
    /// The weakest witness among the observations about the attack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// Every expectation with its result, in order.
    pub judgements: Vec<Judgement>,
}

/// The result of one expectation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// The entry number of the expectation.
    pub expectation: usize,
    /// Whether it held; absent if the observations do not decide it.
    pub held: Option<bool>,
    /// What was seen, in one line.
    pub seen: String,
}
