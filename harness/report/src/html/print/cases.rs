//! The checks: a form for each failed one, a row for each other.

use harness_evidence::{CaseResult, PlannedCheck};
use serde::Serialize;

use super::drawing::Drawings;
use crate::ReportError;
use crate::html::excerpt::Line;
use crate::html::failure::{Failure, Step};
use crate::html::mark::Mark;
use crate::html::page::Page;
use crate::html::sequence::Row;

/// A check that did not fail.
#[derive(Serialize)]
pub(super) struct Case<'a> {
    check: &'a str,
    purpose: &'a str,
    mark: Mark,
    reason: &'a str,
    detail: &'a str,
    witness: &'static str,
    twins: String,
    transcript: &'a str,
    replay: String,
}

/// A check that failed.
#[derive(Serialize)]
pub(super) struct Failed<'a> {
    case: Case<'a>,
    form: Option<Form<'a>>,
    deviation: Option<&'a str>,
    milliseconds: String,
    sha256: &'a str,
    is_detailed: bool,
    drawing: Option<usize>,
    /// What is drawn, as rows.
    sequence: &'a [Row],
    steps: &'a [Step],
    excerpt: &'a [Line],
}

/// What the plan says of a check.
#[derive(Serialize)]
struct Form<'a> {
    version: u32,
    level: &'static str,
    precondition: &'a str,
    expected: &'a str,
    requirements: &'a [String],
    attacks: &'a [String],
    witness: &'static str,
}

impl<'a> Case<'a> {
    pub(super) fn of(page: &Page<'a>, case: &'a CaseResult) -> Self {
        Self {
            check: &case.check,
            purpose: page.purpose(&case.check),
            mark: page.mark(case.verdict.outcome),
            reason: &case.verdict.reason,
            detail: &case.verdict.detail,
            witness: page.witness(case),
            twins: page.twins(&case.check),
            transcript: &case.transcript,
            replay: page.facts.replay(&case.check),
        }
    }
}

pub(super) fn failures<'a>(
    page: &'a Page<'a>,
    drawings: &mut Drawings,
) -> Result<Vec<Failed<'a>>, ReportError> {
    let failures = page.failures.iter();
    failures
        .map(|failure| {
            let sequence = failure.sequence.as_ref().filter(|_| failure.is_detailed);
            let drawing = sequence.map(|sequence| drawings.sequence(page.w, failure, sequence));
            Ok(Failed {
                drawing: drawing.transpose()?,
                sequence: sequence.map_or(&[], |sequence| sequence.rows.as_slice()),
                ..failed(page, failure)
            })
        })
        .collect()
}

fn failed<'a>(page: &Page<'a>, failure: &'a Failure<'a>) -> Failed<'a> {
    Failed {
        case: Case::of(page, failure.case),
        form: failure.check.map(|check| form(page, check)),
        deviation: failure.case.deviation.as_deref(),
        milliseconds: page.w.count(failure.case.milliseconds),
        sha256: &failure.case.sha256,
        is_detailed: failure.is_detailed,
        drawing: None,
        sequence: &[],
        steps: &failure.steps,
        excerpt: &failure.excerpt,
    }
}

fn form<'a>(page: &Page<'_>, check: &'a PlannedCheck) -> Form<'a> {
    Form {
        version: check.version,
        level: page.w.severity(check.severity),
        precondition: &check.precondition,
        expected: &check.expected,
        requirements: &check.requirements,
        attacks: &check.attacks,
        witness: page.w.witness(check.witness),
    }
}
