//! What a run hands over when it ends: the facts from which results are folded.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Facets, Measured, Outcome, Plan, RequirementResult, Severity, Tool, Verdict};

/// One case that was carried out; the body of its `case.closed` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The check's id.
    pub check: String,
    /// The seeded flaw if it ran on a weak twin, or the plan's variant if it ran on a benign one; absent if it ran on the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaw: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// The transcript's path in the run's folder.
    pub transcript: String,
    /// The transcript's SHA-256, hex.
    pub sha256: String,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

/// What an honest case of a matrix came by; the body of its `case.asked` event.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    pub(crate) check: String,
    pub(crate) asked: BTreeSet<String>,
}

impl CaseRecord {
    /// Whether the case failed for exactly this reason.
    #[must_use]
    pub fn caught(&self, code: &str) -> bool {
        self.verdict.outcome == Outcome::Fail && self.verdict.reason == code
    }
}

/// A requirement of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
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
}

impl Requirement {
    /// The requirement that a result is about.
    #[must_use]
    pub fn of(result: &RequirementResult) -> Self {
        Self {
            id: result.id.clone(),
            severity: result.severity,
            text_en: result.text_en.clone(),
            text_de: result.text_de.clone(),
            sources: result.sources.clone(),
            facets: result.facets.clone(),
        }
    }
}

/// A failure that the target's manifest declares in advance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    /// The check that is known to fail.
    pub check: String,
    /// Why.
    pub reason: String,
    /// The last day on which it counts, `YYYY-MM-DD`.
    pub expires: String,
}

impl Deviation {
    /// Whether it still counts on the day of an RFC 3339 time. An expiry that is no day never counts.
    #[must_use]
    pub fn is_live(&self, opened: &str) -> bool {
        let today = opened.get(..10).filter(|day| is_day(day));
        is_day(&self.expires) && today.is_some_and(|today| today <= self.expires.as_str())
    }
}

/// Whether a text has the shape `YYYY-MM-DD`, so that days compare as texts.
fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(n, byte)| match n {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// Everything that a run knows at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// The plan.
    pub plan: Plan,
    /// The bench.
    pub tool: Tool,
    /// When the run was opened, RFC 3339, UTC.
    pub opened: String,
    /// When it was closed; `None` if it was broken off.
    pub closed: Option<String>,
    /// The cases that were carried out, on the target and on weak twins, in any order.
    pub cases: Vec<CaseRecord>,
    /// What the reference was asked for in the honest cases of a matrix.
    pub asked: BTreeMap<String, BTreeSet<String>>,
    /// The requirements to report on.
    pub requirements: Vec<Requirement>,
    /// The deviations that the target's manifest declares.
    pub deviations: Vec<Deviation>,
    /// What was measured beside the checks.
    pub measured: Measured,
    /// The command that made the run.
    pub command: String,
}
