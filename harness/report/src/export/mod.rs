//! The same results for machines: pure functions of the results, the same bytes every time, each with invariants of its own beside it.

mod csv;
mod oscal;
mod sarif;
mod statement;

use harness_evidence::Results;
use serde_json::Value;

pub use statement::{summary_statement, test_result_statement};

use crate::{ReportError, junit};

/// Every export with its file name, in a fixed order.
///
/// # Errors
/// [`ReportError`].
pub fn exports(results: &Results) -> Result<Vec<(String, String)>, ReportError> {
    let json = |value: &Value| {
        let text = serde_json::to_string_pretty(value).map_err(ReportError::Json)?;
        Ok::<_, ReportError>(text + "\n")
    };
    let files = [
        ("findings.sarif", json(&sarif::findings(results))?),
        ("full.sarif", json(&sarif::full(results))?),
        ("junit.xml", junit(results)?),
        ("oscal-assessment-plan.json", json(&oscal::plan(results))?),
        (
            "oscal-assessment-results.json",
            json(&oscal::results(results))?,
        ),
        ("requirements.csv", csv::requirements(results)),
    ];
    Ok(files.map(|(name, text)| (name.to_owned(), text)).into())
}

#[cfg(test)]
mod tests;
