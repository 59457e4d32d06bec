//! Renderings of evidence: pure functions, one a file.
//!
//! The results are the only truth; nothing is computed here that does not follow from them and from the transcripts.
//! Every text that may come from a target goes through [`harness_evidence::visible`] and then through the writer's own
//! escaping. No rendering says more than a self-assessment may say.

#[cfg(test)]
#[path = "../tests/renderings/campaign.rs"]
mod campaign;
mod cell;
#[cfg(test)]
#[path = "../tests/renderings/corpus.rs"]
mod corpus;
mod diff;
mod error;
mod export;
mod facts;
#[cfg(test)]
#[path = "../tests/renderings/fixture.rs"]
mod fixture;
mod html;
mod json;
mod junit;
mod lints;
mod matrix;
mod renderings;
#[cfg(test)]
#[path = "../tests/renderings/statement.rs"]
mod statement;
mod terminal;
mod words;

pub use diff::{Change, Comparison, Kind, Side, diff};
pub use error::ReportError;
pub use export::{exports, summary_statement, test_result_statement};
pub use html::{Print, html, html_with_trend, print};
pub use json::json;
pub use junit::junit;
pub use lints::{Both, Lint, LintState, lints};
pub use matrix::{matrix_html, matrix_text};
pub use renderings::renderings;
pub use terminal::terminal;
pub use words::Language;
