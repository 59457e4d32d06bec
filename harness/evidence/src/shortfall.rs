//! Why a run does not read as passed.

use serde::{Deserialize, Serialize};

use crate::{IcsFinding, Outcome, Overall};

/// One reason why the overall verdict is not `Passed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "shortfall", rename_all = "snake_case")]
pub enum Shortfall {
    /// The run was broken off.
    BrokenOff {},
    /// No check was carried out on the target.
    NothingRan {},
    /// A planned case is missing, or there is one that was not planned or is there twice.
    CasesDiffer {
        /// The check's id.
        check: String,
    },
    /// A check failed, and no live deviation declares that.
    Failed {
        /// The check's id.
        check: String,
    },
    /// A check failed as the target's manifest declares.
    Declared {
        /// The check's id.
        check: String,
    },
    /// A check was neither passed nor failed.
    NotDecided {
        /// The check's id.
        check: String,
        /// What became of it.
        outcome: Outcome,
    },
    /// A check passed, but it has no weak twin to show that it can fail.
    NoTwin {
        /// The check's id.
        check: String,
    },
    /// A weak twin was not caught, or not for the right reason.
    TwinMissed {
        /// The check's id.
        check: String,
        /// The flaw's name.
        flaw: String,
    },
    /// A check did not pass on a benign variant of the reference.
    VariantMisjudged {
        /// The check's id.
        check: String,
        /// The variant's name.
        variant: String,
    },
    /// What the vendor declares of the target is not what it shows.
    IcsContradicted {
        /// The declaration, and what was seen.
        finding: IcsFinding,
    },
    /// A deviation is declared for a check that does not fail.
    DeviationStale {
        /// The check's id.
        check: String,
    },
    /// A deviation is past its last day.
    DeviationExpired {
        /// The check's id.
        check: String,
        /// The last day.
        expires: String,
    },
    /// Inputs made a fuzz target crash.
    FuzzCrashed {
        /// The target's name.
        target: String,
        /// How many different ones.
        crashes: usize,
    },
    /// A fuzz target did not come to its end, or a crash of it is not kept.
    FuzzFaulted {
        /// The target's name.
        target: String,
    },
}

impl Shortfall {
    /// The best overall verdict that it leaves possible.
    #[must_use]
    pub fn allows(&self) -> Overall {
        match self {
            Self::Failed { .. } => Overall::Failed,
            Self::BrokenOff {} | Self::CasesDiffer { .. } => Overall::Incomplete,
            Self::NothingRan {}
            | Self::NotDecided { .. }
            | Self::NoTwin { .. }
            | Self::TwinMissed { .. }
            | Self::VariantMisjudged { .. }
            | Self::IcsContradicted { .. }
            | Self::DeviationStale { .. }
            | Self::DeviationExpired { .. }
            | Self::FuzzCrashed { .. }
            | Self::FuzzFaulted { .. } => Overall::Undecided,
            Self::Declared { .. } => Overall::PassedWithDeviations,
        }
    }
}
