//! The same results for machines and for papers of others: pure functions of the record, the same bytes every time.

mod csv;
mod lints;
mod markdown;
mod oscal;
mod sarif;
mod security_target;
mod statement;
mod tom_annex;

use harness_evidence::{Results, Transcript};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

pub use statement::{summary_statement, test_result_statement};

use crate::facts::Facts;
use crate::html::relay_view;
use crate::{Language, ReportError, junit};

/// Reads a transcript by its path in the record, if there is one.
type Read<'a> = &'a dyn Fn(&str) -> Option<Transcript>;

/// Every export with its file name, in a fixed order. `read` gives the transcripts that the edition has.
///
/// # Errors
/// [`ReportError`].
pub fn exports(
    results: &Results,
    read: &dyn Fn(&str) -> Option<Transcript>,
) -> Result<Vec<(String, String)>, ReportError> {
    let json = |value: &Value| {
        let text = serde_json::to_string_pretty(value).map_err(ReportError::Json)?;
        Ok::<_, ReportError>(text + "\n")
    };
    let seen = relay_view::seen(Facts::new(results, Language::En.words()), read);
    let target = |language| security_target::security_target(results, &seen, language);
    let annex = |language| tom_annex::tom_annex(results, &seen, language);
    let files = [
        ("findings.sarif", json(&sarif::findings(results, read))?),
        ("full.sarif", json(&sarif::full(results, read))?),
        ("junit.xml", junit(results)?),
        ("lints.json", json(&lints::list(results))?),
        ("oscal-assessment-plan.json", json(&oscal::plan(results))?),
        (
            "oscal-assessment-results.json",
            json(&oscal::results(results))?,
        ),
        (
            "oscal-component-definition.json",
            json(&oscal::component_definition(results))?,
        ),
        ("requirements.csv", csv::requirements(results)),
        ("security-target.de.md", target(Language::De)),
        ("security-target.en.md", target(Language::En)),
        ("tom-annex.de.md", annex(Language::De)),
        ("tom-annex.en.md", annex(Language::En)),
    ];
    Ok(files.map(|(name, text)| (name.to_owned(), text)).into())
}

/// What stays as it is in the path of a URI (RFC 3986: unreserved, and the slash).
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A path of the record as a relative URI behind a folder of ours.
fn uri(folder: &str, path: &str) -> String {
    format!("{folder}{}", utf8_percent_encode(path, PATH))
}

#[cfg(test)]
mod tests;
