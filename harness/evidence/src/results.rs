//! The result of a run: the only truth that reports render.

use serde::{Deserialize, Serialize};

use crate::{Outcome, Plan, Severity, Verdict};

/// Everything that a report needs, and nothing that cannot be derived from plan, transcripts and events.
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
    /// Counts over the cases on the target itself.
    pub counts: Counts,
    /// The cases on the target, sorted by check.
    pub cases: Vec<CaseResult>,
    /// The requirements that the checks bear on, sorted by id.
    pub requirements: Vec<RequirementResult>,
    /// How well the bench itself sees: every weak twin with its result.
    pub instrument: Instrument,
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

/// The overall verdict. Only `Passed` reads as passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overall {
    /// Every planned check passed, every twin was caught, the run is complete.
    Passed,
    /// At least one check failed.
    Failed,
    /// None failed, but something was not decided, not run, or the instrument missed a twin.
    Undecided,
    /// The run was broken off.
    Incomplete,
}

/// How many cases had which outcome.
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

/// One case: a check carried out once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResult {
    /// The check's id.
    pub check: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The transcript's path in the run's folder.
    pub transcript: String,
    /// Its SHA-256, hex; empty if the case did not run.
    pub sha256: String,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// The deviation that the target's manifest declares for this check, with its reason.
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
    /// The merged outcome.
    pub outcome: Outcome,
    /// The checks that bear on it.
    pub checks: Vec<String>,
}

/// How well the bench sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// Every weak twin that ran, sorted by check, then flaw.
    pub flaws: Vec<FlawResult>,
}

impl Instrument {
    /// How many twins were caught for the right reason, and how many ran.
    #[must_use]
    pub fn caught(&self) -> (usize, usize) {
        (
            self.flaws
                .iter()
                .filter(|flaw| !flaw.expected.is_empty() && flaw.caught)
                .count(),
            self.flaws
                .iter()
                .filter(|flaw| !flaw.expected.is_empty())
                .count(),
        )
    }
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
    /// The outcome.
    pub outcome: Outcome,
    /// The verdict's reason code.
    pub reason: String,
    /// The transcript's path in the run's folder.
    pub transcript: String,
    /// Its SHA-256, hex.
    pub sha256: String,
}
