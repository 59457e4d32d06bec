//! A cell of the kill matrix.

use harness_evidence::{FlawResult, Outcome, VariantResult};

/// What a check made of a flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Meant for it, and failed for the right reason.
    Caught,
    /// Meant for it, and did not.
    Missed,
    /// Meant for it, and did not run.
    Left,
    /// Not meant for it, and failed all the same.
    Also,
    /// Not meant for it, and neither failed nor passed: the flaw broke the scene.
    Undecided,
    /// Not meant for it, and passed.
    Quiet,
    /// Never came by the place of the flaw or variant, so the twin did as the reference does.
    Unasked,
    /// Did not run on it.
    Absent,
}

impl Cell {
    pub(crate) fn of(flaw: &FlawResult) -> Self {
        match (flaw.expected.is_empty(), flaw.caught) {
            (false, true) => Self::Caught,
            (false, false) if flaw.outcome == Outcome::NotRun => Self::Left,
            (false, false) => Self::Missed,
            (true, _) if flaw.outcome == Outcome::Fail => Self::Also,
            (true, _) if flaw.outcome == Outcome::Pass => Self::Quiet,
            (true, _) => Self::Undecided,
        }
    }

    pub(crate) fn of_variant(variant: &VariantResult) -> Self {
        match variant.outcome {
            Outcome::Pass => Self::Quiet,
            _ => Self::Missed,
        }
    }

    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Caught => "✓",
            Self::Missed => "✗",
            Self::Also => "●",
            Self::Undecided => "○",
            Self::Quiet => "·",
            Self::Unasked => " ",
            Self::Left | Self::Absent => "–",
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Caught => "pass",
            Self::Missed => "fail",
            Self::Left
            | Self::Also
            | Self::Undecided
            | Self::Quiet
            | Self::Unasked
            | Self::Absent => "na",
        }
    }
}
