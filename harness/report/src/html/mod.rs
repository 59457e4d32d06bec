//! `report.html`: one file that needs nothing else, no network, and no script to be read.

mod bar;
mod claims;
mod coverage;
mod excerpt;
mod failure;
mod fields;
mod latency;
mod list;
mod mark;
pub(crate) mod neutral;
mod page;
mod policy;
pub(crate) mod relay_view;
mod resample;
mod sequence;
mod trend;

use std::collections::BTreeMap;

use askama::Template as _;
use harness_evidence::{Results, Transcript, json_text, sha256_hex};

use crate::facts::Facts;
use crate::matrix::Matrix;
use crate::{Language, ReportError};
use failure::Failure;
use latency::Latency;
use page::Page;
use relay_view::Gathered;
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
    render(Facts::new(results, language.words()), transcript, earlier)
}

fn render(
    facts: Facts<'_>,
    transcript: &dyn Fn(&str) -> Option<Transcript>,
    earlier: &[Results],
) -> Result<String, ReportError> {
    let (results, words) = (facts.results, facts.words);
    let plan = json_text(&results.plan).map_err(ReportError::Json)?;
    let (relay_view, failures) = read(facts, transcript);
    let page = Page {
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
        failures,
        latency: Latency::of(results, words),
        trend: Trend::of(facts, earlier),
        relay_view,
        matrix: Matrix::readable(&results.instrument),
    };
    page.render().map_err(ReportError::Html)
}

/// Reads every transcript of a case on the target once: what the server saw, and the failures, worst first.
fn read<'a>(
    facts: Facts<'a>,
    transcript: &dyn Fn(&str) -> Option<Transcript>,
) -> (relay_view::RelayView<'a>, Vec<Failure<'a>>) {
    let failed = facts.failed();
    let detailed: Vec<_> = failed
        .iter()
        .take(DETAIL_LIMIT)
        .map(|case| &case.check)
        .collect();
    let mut kept = BTreeMap::new();
    let mut gathered = Gathered::default();
    for case in &facts.results.cases {
        let path = Some(case.transcript.as_str()).filter(|path| !path.is_empty());
        if let Some(transcript) = path.and_then(transcript) {
            gathered.add(&transcript);
            if detailed.contains(&&case.check) {
                kept.insert(case.check.as_str(), transcript);
            }
        }
    }
    let failures = failed.into_iter().enumerate().map(|(position, case)| {
        let transcript = kept.remove(case.check.as_str()).unwrap_or_default();
        Failure::new(facts, case, &transcript, position < DETAIL_LIMIT)
    });
    (gathered.view(facts), failures.collect())
}

#[cfg(test)]
mod tests;
