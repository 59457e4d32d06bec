//! What became of a mutant.

use serde::{Deserialize, Serialize};

use crate::mutant::Id;

/// A mutant and what became of it; a line of `fates.jsonl`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) mutant: Id,
    pub(crate) fate: Fate,
    /// The check that noticed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) check: Option<String>,
}

/// What the audit made of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fate {
    /// It does not compile: no program has this fault.
    Unviable,
    /// It compiles perhaps, but cannot be chosen at run time (a constant, a condition that binds). Not judged.
    NotWoven,
    /// No check ever came to this place: missed, without a run.
    NotReached,
    /// Every check that comes to this place passes.
    Missed,
    /// A check fails: the promise is seen to be broken.
    Failed,
    /// A check ends as an error or undecided: something was noticed, and not the promise.
    Disturbed,
    /// The audit did not come to an end in its time.
    TimedOut,
}
