//! An outcome as word, shape and colour, so that it hangs on none of the three alone.

use harness_evidence::{Outcome, RequirementResult};
use serde::Serialize;

use crate::words::{Words, symbol};

#[derive(Serialize)]
pub(super) struct Mark {
    pub(super) symbol: &'static str,
    pub(super) word: &'static str,
    pub(super) class: &'static str,
}

impl Mark {
    pub(super) fn of(outcome: Outcome, words: &Words) -> Self {
        let class = match outcome {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Inconclusive | Outcome::Error | Outcome::NotRun => "open",
            Outcome::NotApplicable => "na",
        };
        Self {
            symbol: symbol(outcome),
            word: words.outcome(outcome),
            class,
        }
    }

    /// Of a requirement; one without a check was not looked at.
    pub(super) fn of_requirement(requirement: &RequirementResult, words: &Words) -> Self {
        if requirement.is_uncovered() {
            Self::uncovered(words)
        } else {
            Self::of(requirement.outcome, words)
        }
    }

    pub(super) fn uncovered(words: &Words) -> Self {
        Self {
            symbol: "▨",
            word: words.labels.uncovered,
            class: "none",
        }
    }
}
