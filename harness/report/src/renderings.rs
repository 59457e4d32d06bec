//! Everything that is rendered from a record, from one reading of its transcripts.

use harness_evidence::{Results, Transcript};

use crate::facts::Facts;
use crate::html::{Transcripts, render};
use crate::{Language, ReportError, export};

/// Path in the run's folder and content of every rendering: the report in each language, compared with earlier runs, and all exports.
/// `read` gives the transcripts that the edition has.
///
/// # Errors
/// [`ReportError`].
pub fn renderings(
    results: &Results,
    read: &dyn Fn(&str) -> Option<Transcript>,
    earlier: &[Results],
) -> Result<Vec<(String, String)>, ReportError> {
    let transcripts = Transcripts::read(results, read);
    let mut all = Vec::new();
    for language in [Language::De, Language::En] {
        let facts = Facts::new(results, language.words());
        let page = render(facts, &transcripts, earlier)?;
        all.push((language.report().to_owned(), page));
    }
    let exports = export::with(results, read, &transcripts)?.into_iter();
    all.extend(exports.map(|(name, text)| (format!("exports/{name}"), text)));
    Ok(all)
}

impl Language {
    /// The file name of the report for people.
    #[must_use]
    pub fn report(self) -> &'static str {
        match self {
            Self::De => "report.de.html",
            Self::En => "report.en.html",
        }
    }
}
