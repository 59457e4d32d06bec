//! `report.html`: one file that needs nothing else, no network, and no script to be read.

mod axis;
mod bar;
mod capacity;
mod claims;
mod coverage;
mod excerpt;
mod failure;
mod fields;
mod fuzzing;
mod latency;
mod list;
mod mark;
pub(crate) mod neutral;
mod page;
mod policy;
mod print;
pub(crate) mod relay_view;
mod resample;
mod sequence;
mod transcripts;
mod trend;

use askama::Template as _;
use harness_evidence::{Results, Transcript, json_text, sha256_hex};

use crate::facts::Facts;
use crate::matrix::Matrix;
use crate::{Language, ReportError};
use capacity::Capacity;
use failure::Failure;
use fuzzing::Fuzzing;
use latency::Latency;
use page::Page;
pub use print::{Print, print};
pub(crate) use transcripts::Transcripts;
use trend::Trend;

/// How many failures are shown with sequence and excerpt; the others with their form and the way to their transcript.
const DETAIL_LIMIT: usize = 40;

/// The whole report as one HTML file. `transcript` reads a transcript by its path in the run's folder.
///
/// # Errors
/// [`ReportError`].
pub fn html(
    results: &Results,
    transcript: &dyn Fn(&str) -> Option<Transcript>,
    language: Language,
) -> Result<String, ReportError> {
    html_with_trend(results, transcript, &[], language)
}

/// As [`html()`], with the results of earlier runs in any order: those with the same plan are compared, the others shown as a
/// break.
///
/// # Errors
/// [`ReportError`].
pub fn html_with_trend(
    results: &Results,
    transcript: &dyn Fn(&str) -> Option<Transcript>,
    earlier: &[Results],
    language: Language,
) -> Result<String, ReportError> {
    let read = Transcripts::read(results, transcript);
    render(Facts::new(results, language.words()), &read, earlier)
}

/// The report in the words of `facts`.
pub(crate) fn render(
    facts: Facts<'_>,
    read: &Transcripts,
    earlier: &[Results],
) -> Result<String, ReportError> {
    let page = page(facts, read, earlier)?;
    page.render().map_err(ReportError::Html)
}

/// What the report says in the words of `facts`.
fn page<'a>(
    facts: Facts<'a>,
    read: &Transcripts,
    earlier: &[Results],
) -> Result<Page<'a>, ReportError> {
    let (results, words) = (facts.results, facts.words);
    let plan = json_text(&results.plan).map_err(ReportError::Json)?;
    Ok(Page {
        w: words,
        r: results,
        facts,
        policy: policy::policy(),
        style: policy::STYLE,
        script: policy::SCRIPT,
        plan: sha256_hex(plan.as_bytes()),
        levels: coverage::by_level(results, words),
        groups: coverage::by_group(results, words),
        requirements: coverage::rows(facts),
        claims: claims::claims(facts),
        failures: failures(facts, read),
        latency: Latency::of(results, words),
        fuzzing: Fuzzing::of(results, words),
        capacity: Capacity::of(results, words),
        trend: Trend::of(facts, earlier),
        relay_view: read.gathered.view(facts),
        matrix: Matrix::readable(&results.instrument),
    })
}

/// The failures, worst first.
fn failures<'a>(facts: Facts<'a>, read: &Transcripts) -> Vec<Failure<'a>> {
    let none = Transcript::default();
    let failed = facts.failed().into_iter().enumerate();
    failed
        .map(|(position, case)| {
            let transcript = read.detailed.get(&case.check).unwrap_or(&none);
            Failure::new(facts, case, transcript, position < DETAIL_LIMIT)
        })
        .collect()
}

#[cfg(test)]
mod tests;
