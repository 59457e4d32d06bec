//! Everything that is rendered from a record, in one place: for a run, for an archive, and to compare with what stands in one.

use harness_evidence::{Results, Transcript};
use harness_report::Language;

use crate::failure::Failure;

/// Path and content of every rendering. `read` gives the transcripts that the edition has.
pub(crate) fn all(
    results: &Results,
    read: &dyn Fn(&str) -> Option<Transcript>,
) -> Result<Vec<(String, String)>, Failure> {
    with_trend(results, read, &[])
}

/// The same, with a report that compares with earlier runs.
pub(crate) fn with_trend(
    results: &Results,
    read: &dyn Fn(&str) -> Option<Transcript>,
    earlier: &[Results],
) -> Result<Vec<(String, String)>, Failure> {
    let failed = |error: harness_report::ReportError| Failure::Report(error.to_string());
    let html = |language| {
        harness_report::html_with_trend(results, read, earlier, language).map_err(failed)
    };
    let mut all = vec![
        ("report.de.html".to_owned(), html(Language::De)?),
        ("report.en.html".to_owned(), html(Language::En)?),
    ];
    let exports = harness_report::exports(results, read).map_err(failed)?;
    all.extend(
        exports
            .into_iter()
            .map(|(name, text)| (format!("exports/{name}"), text)),
    );
    Ok(all)
}

/// What the run says in the words of policy engines, about the record that a manifest is over.
pub(crate) fn statements(results: &Results, manifest_sha256: &str) -> [String; 2] {
    [
        harness_report::test_result_statement(results, manifest_sha256),
        harness_report::summary_statement(results, manifest_sha256),
    ]
}

/// The name of the report for people in a language.
pub(crate) fn report(language: Language) -> &'static str {
    match language {
        Language::De => "report.de.html",
        Language::En => "report.en.html",
    }
}
