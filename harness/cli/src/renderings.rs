//! Everything that is rendered from a record, in one place: for a run, for an archive, and to compare with what stands in one.

use harness_evidence::{Results, Transcript};
use harness_report::Language;

use crate::failure::Failure;

/// Path and content of every rendering. `read` gives the transcripts that the edition has.
pub(crate) fn all(
    results: &Results,
    read: &dyn Fn(&str) -> Option<Transcript>,
) -> Result<Vec<(String, String)>, Failure> {
    let failed = |error: harness_report::ReportError| Failure::Report(error.to_string());
    let html = |language| harness_report::html(results, read, language).map_err(failed);
    let junit = harness_report::junit(results).map_err(failed)?;
    Ok(vec![
        ("report.de.html".to_owned(), html(Language::De)?),
        ("report.en.html".to_owned(), html(Language::En)?),
        ("exports/junit.xml".to_owned(), junit),
    ])
}

/// The name of the report for people in a language.
pub(crate) fn report(language: Language) -> &'static str {
    match language {
        Language::De => "report.de.html",
        Language::En => "report.en.html",
    }
}
