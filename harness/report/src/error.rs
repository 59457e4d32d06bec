//! Why there is no rendering.

use thiserror::Error;

/// Why there is no rendering.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A template could not be written.
    #[error("report not rendered: {0}")]
    Html(#[source] askama::Error),
    /// The XML could not be written.
    #[error("JUnit report not rendered: {0}")]
    Junit(#[source] quick_junit::SerializeError),
    /// The results have no JSON form.
    #[error("results have no JSON form: {0}")]
    Json(#[source] serde_json::Error),
}
