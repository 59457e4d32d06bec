//! `report.html`: one file that needs nothing else, no script, no network.

mod bar;
mod excerpt;
mod failure;
pub(crate) mod neutral;
mod sequence;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use harness_evidence::{
    CaseResult, Outcome, RequirementResult, Results, Severity, Transcript, json_text, sha256_hex,
};
use sha2::{Digest as _, Sha256};

use crate::facts::Facts;
use crate::matrix::Matrix;
use crate::words::{Words, fill, symbol};
use crate::{Language, ReportError};
use bar::Bar;
use failure::Failure;

const STYLE: &str = include_str!("../../templates/style.css");

/// How many findings the first page names.
const WORST_LIMIT: usize = 5;

/// How many untested things and reasons the first page names.
const LIST_LIMIT: usize = 8;

/// The whole report as one HTML file. `transcript` reads a transcript by its path in the run's folder.
///
/// # Errors
/// [`ReportError`].
pub fn html(
    results: &Results,
    transcript: &dyn Fn(&str) -> Option<Transcript>,
    language: Language,
) -> Result<String, ReportError> {
    let words = language.words();
    let facts = Facts::new(results, words);
    let plan = json_text(&results.plan).map_err(ReportError::Json)?;
    let failures = facts.failed().into_iter();
    let failures = failures.map(|case| Failure::new(facts, case, transcript(&case.transcript)));
    let page = Page {
        w: words,
        r: results,
        facts,
        policy: policy(),
        style: STYLE,
        plan: sha256_hex(plan.as_bytes()),
        bars: bars(results, words),
        failures: failures.collect(),
        matrix: Matrix::of(&results.instrument),
    };
    page.render().map_err(ReportError::Html)
}

/// Nothing but our own style sheet runs or loads, even if an escape were forgotten.
fn policy() -> String {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'")
}

fn bars(results: &Results, words: &'static Words) -> Vec<Bar> {
    [Severity::Must, Severity::Should, Severity::May]
        .into_iter()
        .filter_map(|severity| {
            let of = |one: &&RequirementResult| one.severity == severity;
            let requirements: Vec<_> = results.requirements.iter().filter(of).collect();
            (!requirements.is_empty()).then(|| Bar::new(&requirements, severity, words))
        })
        .collect()
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    w: &'static Words,
    r: &'a Results,
    facts: Facts<'a>,
    policy: String,
    style: &'static str,
    plan: String,
    bars: Vec<Bar>,
    failures: Vec<Failure<'a>>,
    matrix: Matrix<'a>,
}

impl<'a> Page<'a> {
    fn overall_class(&self) -> &'static str {
        use harness_evidence::Overall;
        match self.r.overall {
            Overall::Passed => "pass",
            Overall::Failed => "fail",
            Overall::PassedWithDeviations | Overall::Undecided | Overall::Incomplete => "open",
        }
    }

    fn reasons(&self) -> List {
        List::of(self.facts.reasons(), self.w)
    }

    fn worst(&self) -> &[Failure<'a>] {
        self.failures
            .get(..WORST_LIMIT.min(self.failures.len()))
            .unwrap_or_default()
    }

    fn more_failures(&self) -> Option<String> {
        more(self.failures.len(), WORST_LIMIT, self.w)
    }

    /// Checks that did not come to a verdict, then requirements without a check.
    fn not_tested(&self) -> List {
        let cases = self.facts.with(&[Outcome::NotRun]).into_iter();
        let cases = cases.map(|case| {
            let detail = [case.verdict.reason.as_str(), &case.verdict.detail];
            let detail: Vec<_> = detail.into_iter().filter(|one| !one.is_empty()).collect();
            format!("{} ({})", case.check, detail.join(": "))
        });
        let uncovered = self.r.requirements.iter();
        let uncovered = uncovered
            .filter(|one| one.checks.is_empty())
            .map(|one| format!("{} ({})", one.id, self.w.labels.uncovered));
        List::of(cases.chain(uncovered).collect(), self.w)
    }

    fn open(&self) -> Vec<&'a CaseResult> {
        self.facts
            .with(&[Outcome::Error, Outcome::Inconclusive, Outcome::NotRun])
    }

    fn not_applicable(&self) -> Vec<&'a CaseResult> {
        self.facts.with(&[Outcome::NotApplicable])
    }

    fn passed(&self) -> Vec<&'a CaseResult> {
        self.facts.with(&[Outcome::Pass])
    }

    fn missed(&self) -> Vec<&'a str> {
        let twins = self.r.instrument.twins();
        twins
            .filter(|flaw| !flaw.caught)
            .map(|flaw| flaw.flaw.as_str())
            .collect()
    }

    fn purpose(&self, check: &str) -> &'a str {
        self.facts.check(check).map_or("", |check| &check.purpose)
    }

    fn twins(&self, check: &str) -> String {
        let (caught, twins) = self.r.instrument.caught_by(check);
        format!("{caught}/{twins}")
    }

    fn witness(&self, case: &CaseResult) -> &'static str {
        let witness = case.verdict.witness;
        witness.map_or("–", |witness| self.w.witness(witness))
    }

    fn mark(&self, outcome: Outcome) -> Mark {
        Mark::of(outcome, self.w)
    }

    /// The text of a requirement in the language of the report.
    fn text<'r>(&self, requirement: &'r RequirementResult) -> &'r str {
        if self.w.code == "de" {
            &requirement.text_de
        } else {
            &requirement.text_en
        }
    }

    /// What a requirement's or a check's worth the name of says, or that nothing is said.
    fn or_unknown<'t>(&self, text: &'t str) -> &'t str
    where
        'static: 't,
    {
        if text.is_empty() {
            self.w.labels.unknown
        } else {
            text
        }
    }
}

/// An outcome as word, shape and colour.
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
}

/// The beginning of a list, and how much is left out.
struct List {
    items: Vec<String>,
    more: Option<String>,
}

impl List {
    fn of(mut items: Vec<String>, words: &Words) -> Self {
        let more = more(items.len(), LIST_LIMIT, words);
        items.truncate(LIST_LIMIT);
        Self { items, more }
    }
}

fn more(count: usize, limit: usize, words: &Words) -> Option<String> {
    let more = count.checked_sub(limit).filter(|more| *more > 0)?;
    Some(fill(words.page.more, &[("count", &more.to_string())]))
}
