//! The result of a run: the only truth that reports render.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Deviation, Facets, Measured, Outcome, Plan, Severity, Shortfall, Verdict};

mod fold;

/// Everything that a report needs, folded from a [`crate::RunRecord`] by [`Results::fold`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// The plan, whole.
    pub plan: Plan,
    /// The bench itself.
    pub tool: Tool,
    /// When the run was opened, RFC 3339, UTC.
    pub opened: String,
    /// When it was closed; absent in a run that was broken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
    /// Whether every planned case was carried out.
    pub complete: bool,
    /// The overall verdict.
    pub overall: Overall,
    /// Why it is not `Passed`: everything, worst first.
    pub shortfalls: Vec<Shortfall>,
    /// Counts over the cases on the target itself.
    pub counts: Counts,
    /// Every check of the plan on the target, sorted by check; also those that did not run.
    pub cases: Vec<CaseResult>,
    /// The requirements to report on, sorted by id; without a check their outcome is `NotRun`.
    pub requirements: Vec<RequirementResult>,
    /// How well the bench itself sees: every weak twin with its result.
    pub instrument: Instrument,
    /// The deviations that the target's manifest declares.
    pub deviations: Vec<Deviation>,
    /// What was measured beside the checks, and changes no verdict of them.
    #[serde(default, skip_serializing_if = "Measured::is_empty")]
    pub measured: Measured,
    /// The command that made the run.
    pub command: String,
}

/// The bench.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its version.
    pub version: String,
    /// The version of the judge.
    pub judge: u32,
}

/// The overall verdict, best first.
///
/// A failure dominates, also in a run that was broken off. A declared deviation stays a failure in counts and
/// requirements; it only keeps the run from reading as a new failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overall {
    /// The run is complete, every applicable check passed, and every weak twin was caught for the right reason.
    Passed,
    /// As `Passed`, but for failures that the target's manifest declares, with a reason and an expiry that is not past.
    PassedWithDeviations,
    /// None failed, but something was not decided, not run or not shown to be able to fail, or a declared deviation is
    /// stale or expired.
    Undecided,
    /// The run was broken off, or what was carried out is not what was planned.
    Incomplete,
    /// At least one check failed.
    Failed,
}

/// How many had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "one count an outcome, named like it")]
pub struct Counts {
    pub pass: usize,
    pub fail: usize,
    pub inconclusive: usize,
    pub error: usize,
    pub not_run: usize,
    pub not_applicable: usize,
}

impl Counts {
    /// Counts outcomes.
    #[must_use]
    pub fn of(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            let count = match outcome {
                Outcome::Pass => &mut counts.pass,
                Outcome::Fail => &mut counts.fail,
                Outcome::Inconclusive => &mut counts.inconclusive,
                Outcome::Error => &mut counts.error,
                Outcome::NotRun => &mut counts.not_run,
                Outcome::NotApplicable => &mut counts.not_applicable,
            };
            *count += 1;
        }
        counts
    }

    /// Of one outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        match outcome {
            Outcome::Pass => self.pass,
            Outcome::Fail => self.fail,
            Outcome::Inconclusive => self.inconclusive,
            Outcome::Error => self.error,
            Outcome::NotRun => self.not_run,
            Outcome::NotApplicable => self.not_applicable,
        }
    }

    /// Of all outcomes.
    #[must_use]
    pub fn total(&self) -> usize {
        Outcome::ALL.iter().map(|one| self.count(*one)).sum()
    }
}

/// A check on the target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResult {
    /// The check's id.
    pub check: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The transcript's path in the run's folder; empty if the case did not run.
    pub transcript: String,
    /// Its SHA-256, hex; empty if the case did not run.
    pub sha256: String,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// The reason of the live deviation that declares this failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<String>,
}

/// A requirement with the merged outcome of its checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementResult {
    /// Its id in the catalogue.
    pub id: String,
    /// How binding it is.
    pub severity: Severity,
    /// The text in English.
    pub text_en: String,
    /// The text in German.
    pub text_de: String,
    /// The source clauses.
    pub sources: Vec<String>,
    /// How it is tested, how deep, for whom.
    #[serde(flatten)]
    pub facets: Facets,
    /// The merged outcome.
    pub outcome: Outcome,
    /// The rule by which it does not apply to the target; absent if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The checks that bear on it.
    pub checks: Vec<String>,
}

impl RequirementResult {
    /// Whether it applies to the target and no check looks at it.
    #[must_use]
    pub fn is_uncovered(&self) -> bool {
        self.checks.is_empty() && self.outcome != Outcome::NotApplicable
    }
}

/// How well the bench sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// Every weak twin that was planned or ran, sorted by check, then flaw.
    pub flaws: Vec<FlawResult>,
    /// Every case on a benign variant, sorted by check, then variant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<VariantResult>,
    /// By check: the flaws and variants whose places its honest case came by. On all others the check has the honest verdict, for a
    /// twin that is never asked how it differs behaves as the reference. Empty unless the whole matrix was run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<String, BTreeSet<String>>,
}

impl Instrument {
    /// How many twins were caught for the right reason, and how many there are.
    #[must_use]
    pub fn caught(&self) -> (usize, usize) {
        let caught = self.twins().filter(|flaw| flaw.caught).count();
        (caught, self.twins().count())
    }

    /// The same for the twins of one check.
    #[must_use]
    pub fn caught_by(&self, check: &str) -> (usize, usize) {
        let twins = || self.twins().filter(|flaw| flaw.check == check);
        (twins().filter(|flaw| flaw.caught).count(), twins().count())
    }

    /// The results that a check is meant for.
    pub fn twins(&self) -> impl Iterator<Item = &FlawResult> {
        self.flaws.iter().filter(|flaw| !flaw.expected.is_empty())
    }
}

/// A check carried out on a benign variant of the reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantResult {
    /// The check's id.
    pub check: String,
    /// The variant's name.
    pub variant: String,
    /// The outcome; anything but `Pass` tells of the check, not of the variant.
    pub outcome: Outcome,
    /// The verdict's reason code.
    pub reason: String,
    /// The transcript's path in the run's folder.
    pub transcript: String,
    /// Its SHA-256, hex.
    pub sha256: String,
}

/// A check carried out on a weak twin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlawResult {
    /// The check's id.
    pub check: String,
    /// The flaw's name.
    pub flaw: String,
    /// The code of the expectation that must be violated; empty if this check is not meant for this flaw.
    pub expected: String,
    /// Whether the case failed, and for that reason.
    pub caught: bool,
    /// The outcome; `NotRun` if it was planned and is missing.
    pub outcome: Outcome,
    /// The verdict's reason code.
    pub reason: String,
    /// The transcript's path in the run's folder.
    pub transcript: String,
    /// Its SHA-256, hex.
    pub sha256: String,
}
