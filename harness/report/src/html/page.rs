//! What the templates ask for.

use askama::Template;
use harness_evidence::{CaseResult, Outcome, Overall, Results};

use super::DETAIL_LIMIT;
use super::bar::Bar;
use super::capacity::Capacity;
use super::claims::Claimed;
use super::coverage::Row;
use super::failure::Failure;
use super::fuzzing::Fuzzing;
use super::latency::Latency;
use super::list::{List, more};
use super::mark::Mark;
use super::relay_view::RelayView;
use super::trend::Trend;
use crate::facts::Facts;
use crate::matrix::Matrix;
use crate::words::{Words, fill};

/// How many findings the first page names.
const WORST_LIMIT: usize = 5;

#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page<'a> {
    pub(super) w: &'static Words,
    pub(super) r: &'a Results,
    pub(super) facts: Facts<'a>,
    pub(super) policy: String,
    pub(super) style: &'static str,
    pub(super) script: &'static str,
    /// The plan's SHA-256, hex.
    pub(super) plan: String,
    pub(super) levels: Vec<Bar>,
    pub(super) groups: Vec<Bar>,
    pub(super) requirements: Vec<Row<'a>>,
    pub(super) claims: Vec<Claimed<'a>>,
    pub(super) failures: Vec<Failure<'a>>,
    pub(super) latency: Option<Latency>,
    pub(super) fuzzing: Option<Fuzzing<'a>>,
    pub(super) capacity: Option<Capacity<'a>>,
    pub(super) trend: Trend<'a>,
    pub(super) relay_view: RelayView<'a>,
    pub(super) matrix: Matrix<'a>,
}

impl<'a> Page<'a> {
    pub(super) fn overall_class(&self) -> &'static str {
        match self.r.overall {
            Overall::Passed => "pass",
            Overall::Failed => "fail",
            Overall::PassedWithDeviations | Overall::Undecided | Overall::Incomplete => "open",
        }
    }

    pub(super) fn reasons(&self) -> List {
        List::of(self.facts.reasons(), self.w)
    }

    pub(super) fn worst(&self) -> &[Failure<'a>] {
        self.failures
            .get(..WORST_LIMIT.min(self.failures.len()))
            .unwrap_or_default()
    }

    pub(super) fn more_failures(&self) -> Option<String> {
        more(self.failures.len(), WORST_LIMIT, self.w)
    }

    /// Checks that did not come to a verdict, then requirements without a check.
    pub(super) fn not_tested(&self) -> List {
        let cases = self.facts.with(&[Outcome::NotRun]).into_iter();
        let cases = cases.map(|case| {
            let detail = [case.verdict.reason.as_str(), &case.verdict.detail];
            let detail: Vec<_> = detail.into_iter().filter(|one| !one.is_empty()).collect();
            format!("{} ({})", case.check, detail.join(": "))
        });
        let uncovered = self.r.requirements.iter();
        let uncovered = uncovered
            .filter(|one| one.is_uncovered())
            .map(|one| format!("{} ({})", one.id, self.w.labels.uncovered));
        List::of(cases.chain(uncovered).collect(), self.w)
    }

    pub(super) fn open(&self) -> Vec<&'a CaseResult> {
        self.facts
            .with(&[Outcome::Error, Outcome::Inconclusive, Outcome::NotRun])
    }

    pub(super) fn not_applicable(&self) -> Vec<&'a CaseResult> {
        self.facts.with(&[Outcome::NotApplicable])
    }

    pub(super) fn passed(&self) -> Vec<&'a CaseResult> {
        self.facts.with(&[Outcome::Pass])
    }

    /// The flaws that a twin ran on and was not caught with.
    pub(super) fn missed(&self) -> List {
        let twins = self.r.instrument.twins();
        let missed = twins.filter(|flaw| !flaw.caught && flaw.outcome != Outcome::NotRun);
        List::of(missed.map(|flaw| flaw.flaw.clone()).collect(), self.w)
    }

    pub(super) fn purpose(&self, check: &str) -> &'a str {
        self.facts.check(check).map_or("", |check| &check.purpose)
    }

    pub(super) fn twins(&self, check: &str) -> String {
        let (caught, twins) = self.r.instrument.caught_by(check);
        format!("{caught}/{twins}")
    }

    pub(super) fn witness(&self, case: &CaseResult) -> &'static str {
        let witness = case.verdict.witness;
        witness.map_or("–", |witness| self.w.witness(witness))
    }

    pub(super) fn mark(&self, outcome: Outcome) -> Mark {
        Mark::of(outcome, self.w)
    }

    /// What the manifest or the target says, or that it says nothing.
    pub(super) fn or_unknown<'t>(&self, text: &'t str) -> &'t str
    where
        'static: 't,
    {
        if text.is_empty() {
            self.w.labels.unknown
        } else {
            text
        }
    }

    /// The share of requirements with a check that passed or failed, in percent.
    pub(super) fn decided(&self, bar: &Bar) -> String {
        let decided = bar.parts.iter();
        let decided = decided.filter(|part| matches!(part.mark.class, "pass" | "fail"));
        self.w
            .percent(decided.map(|part| part.count).sum(), bar.total)
    }

    pub(super) fn filled(&self, text: &str, value: impl TryInto<u64>) -> String {
        fill(text, &[("count", &self.w.count(value))])
    }

    pub(super) fn no_detail(&self) -> String {
        self.filled(self.w.page.no_detail, DETAIL_LIMIT)
    }

    pub(super) fn end(&self) -> String {
        fill(self.w.verify.end, &[("run", &self.r.plan.run)])
    }
}
