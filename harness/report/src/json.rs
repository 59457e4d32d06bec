//! The results as they are, for programs.

use harness_evidence::{Results, json_text};

use crate::ReportError;

/// The results as indented JSON, byte for byte as in `results.json`.
///
/// Texts of the target stand in it unchanged; JSON escapes what it must, and a reader neutralises before it shows them.
///
/// # Errors
/// [`ReportError::Json`].
pub fn json(results: &Results) -> Result<String, ReportError> {
    json_text(results).map_err(ReportError::Json)
}
