//! The page as data for a typesetter: the same facts from the same values, and every drawing as a file of its own.

mod cases;
mod drawing;
mod first;
mod instrument;
mod object;
mod requirement;

use harness_evidence::{Outcome, Results, Transcript};
use serde::Serialize;
use serde_json::Value;

use super::mark::Mark;
use super::page::Page;
use super::{Transcripts, page};
use crate::facts::Facts;
use crate::words::Words;
use crate::{Language, ReportError};
use cases::{Case, Failed};
use drawing::Drawings;
use first::First;
use instrument::{Calibration, Durations, Fuzzing};
use object::{Environment, Object};
use requirement::{Group, Requirement};

/// A report as data.
#[derive(Debug)]
pub struct Print {
    /// Everything that is said, by chapter, numbers and moments as the language writes them. Texts of a target stand in it
    /// unchanged: whoever typesets it neutralises them.
    pub data: Value,
    /// The drawings as SVG; the data names each by its position.
    pub drawings: Vec<String>,
}

/// What the report says, for print. `transcript` reads a transcript by its path in the run's folder.
///
/// # Errors
/// [`ReportError`].
pub fn print(
    results: &Results,
    transcript: &dyn Fn(&str) -> Option<Transcript>,
    language: Language,
) -> Result<Print, ReportError> {
    let read = Transcripts::read(results, transcript);
    let page = page(Facts::new(results, language.words()), &read, &[])?;
    let mut drawings = Drawings::default();
    let data = Data::of(&page, &mut drawings)?;
    Ok(Print {
        data: serde_json::to_value(data).map_err(ReportError::Json)?,
        drawings: drawings.into_files(),
    })
}

#[derive(Serialize)]
struct Data<'a> {
    w: &'static Words,
    run: &'a str,
    first: First<'a>,
    object: Object<'a>,
    groups: Vec<Group<'a>>,
    requirements: Vec<Requirement<'a>>,
    /// Every outcome, so that a shape may stand for its word in tables.
    legend: Vec<Mark>,
    failures: Vec<Failed<'a>>,
    /// What stands with a failure that is not shown in detail.
    no_detail: String,
    open: Vec<Case<'a>>,
    not_applicable: Vec<Case<'a>>,
    passed: Vec<Case<'a>>,
    durations: Option<Durations<'a>>,
    fuzzing: Option<Fuzzing<'a>>,
    calibration: Calibration<'a>,
    environment: Environment<'a>,
    end: String,
}

impl<'a> Data<'a> {
    fn of(page: &'a Page<'a>, drawings: &mut Drawings) -> Result<Self, ReportError> {
        let cases = |cases: Vec<_>| cases.into_iter().map(|case| Case::of(page, case)).collect();
        Ok(Self {
            w: page.w,
            run: &page.r.plan.run,
            first: First::of(page),
            object: Object::of(page),
            groups: page.groups.iter().map(|bar| Group::of(page, bar)).collect(),
            requirements: requirement::all(page),
            legend: Outcome::ALL.map(|outcome| page.mark(outcome)).into(),
            failures: cases::failures(page, drawings)?,
            no_detail: page.no_detail(),
            open: cases(page.open()),
            not_applicable: cases(page.not_applicable()),
            passed: cases(page.passed()),
            durations: Durations::of(page, drawings)?,
            fuzzing: Fuzzing::of(page),
            calibration: Calibration::of(page),
            environment: Environment::of(page),
            end: page.end(),
        })
    }
}
