//! From a record to the bytes of a PDF file.

use std::collections::BTreeMap;

use harness_evidence::{Edition, Record, Results};
use harness_report::{Language, Print, ReportError};
use serde_json::{Value, json};
use thiserror::Error;
use typst::diag::{SourceDiagnostic, Warned};
use typst::ecow::EcoVec;
use typst::foundations::{Bytes, Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::cover::{covered, neutral};
use crate::moment::moment;
use crate::world::Desk;

/// The most checks, cases, requirements, claims and deviations, and the most results on weak twins and benign variants.
const COUNT_LIMIT: usize = 5_000;
const TWIN_LIMIT: usize = 50_000;

/// The longest data that Typst is given, in bytes; it bounds time and memory. A thousand checks with fifty failures have one MiB.
const DATA_LIMIT: usize = 4 * 1024 * 1024;

/// The longest results that are printed, in bytes: what is made of them before [`DATA_LIMIT`] is looked at takes several times that memory.
const RESULTS_LIMIT: usize = 32 * 1024 * 1024;

/// Why there is no PDF file.
#[derive(Debug, Error)]
pub enum PdfError {
    /// The record is larger than any that is printed.
    #[error("{what}: {got}, more than the {limit} that are printed")]
    TooLarge {
        /// Of what there is too much.
        what: &'static str,
        /// How much there is.
        got: usize,
        /// How much there may be.
        limit: usize,
    },
    /// An archived document needs a date, and the record has none.
    #[error("the record has no time in UTC that it was closed or opened at")]
    NoTime,
    /// The report's data could not be made.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The data has no JSON form.
    #[error("data has no JSON form: {0}")]
    Json(#[from] serde_json::Error),
    /// Typst refused, which is a defect of the templates.
    #[error("not set: {0}; this is a defect of the bench, please report it")]
    Typst(String),
}

/// The report on a record as PDF/A-3a and PDF/UA-1, with the results attached.
///
/// # Errors
/// [`PdfError`].
pub fn pdf(record: &Record, language: Language) -> Result<Vec<u8>, PdfError> {
    let date = date(&record.results).ok_or(PdfError::NoTime)?;
    let laid = LaidOut::of(record, language)?;
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
        .map_err(|error| PdfError::Typst(error.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(record.results.plan.run.clone()),
        creator: Smart::Custom(Some(format!(
            "pruefstand-pdf {}",
            env!("CARGO_PKG_VERSION")
        ))),
        timestamp: Some(Timestamp::new_utc(date)),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&laid.document, &options).map_err(|complaints| first(&laid.desk, &complaints))
}

/// A report that is laid out.
pub(crate) struct LaidOut {
    desk: Desk,
    pub(crate) document: PagedDocument,
    /// What Typst would warn an author of.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests look at it"))]
    pub(crate) warnings: EcoVec<SourceDiagnostic>,
}

impl LaidOut {
    pub(crate) fn of(record: &Record, language: Language) -> Result<Self, PdfError> {
        limit(record)?;
        let read = |path: &str| record.transcript(path, Edition::Full);
        let print = harness_report::print(&record.results, &read, language)?;
        let desk = Desk::new(files(record, print)?)
            .map_err(|error| PdfError::Typst(format!("{error:?}")))?;
        let Warned { output, warnings } = typst::compile::<PagedDocument>(&desk);
        Ok(Self {
            document: output.map_err(|complaints| first(&desk, &complaints))?,
            warnings,
            desk,
        })
    }
}

/// What bounds the time that setting takes.
fn limit(record: &Record) -> Result<(), PdfError> {
    let results = &record.results;
    let counts = [
        ("bytes of results", record.results_json.len(), RESULTS_LIMIT),
        ("checks", results.plan.checks.len(), COUNT_LIMIT),
        ("cases", results.cases.len(), COUNT_LIMIT),
        ("requirements", results.requirements.len(), COUNT_LIMIT),
        ("claims", results.plan.target.claims.len(), COUNT_LIMIT),
        ("deviations", results.deviations.len(), COUNT_LIMIT),
        ("weak twins", results.instrument.flaws.len(), TWIN_LIMIT),
        (
            "benign variants",
            results.instrument.variants.len(),
            TWIN_LIMIT,
        ),
    ];
    let mut counts = counts.into_iter();
    match counts.find(|(_, got, limit)| got > limit) {
        Some((what, got, limit)) => Err(PdfError::TooLarge { what, got, limit }),
        None => Ok(()),
    }
}

/// When the run was closed; of one that was broken off, when it was opened.
fn date(results: &Results) -> Option<Datetime> {
    moment(results.closed.as_deref().unwrap_or(&results.opened))
}

/// What the templates read.
fn files(record: &Record, print: Print) -> Result<BTreeMap<String, Bytes>, PdfError> {
    let mut data = neutral(print.data);
    let manifest = record.manifest();
    let manifest = manifest.map(|(file, sha256)| json!({"file": file, "sha256": sha256}));
    if let Value::Object(fields) = &mut data {
        fields.insert("manifest".to_owned(), manifest.unwrap_or_default());
    }
    let data = serde_json::to_vec(&data)?;
    if data.len() > DATA_LIMIT {
        return Err(PdfError::TooLarge {
            what: "bytes of text",
            got: data.len(),
            limit: DATA_LIMIT,
        });
    }
    let drawings = print.drawings.iter().enumerate();
    let drawings = drawings.map(|(n, svg)| {
        let svg = Bytes::from_string(covered(svg));
        (format!("/drawing-{n}.svg"), svg)
    });
    let own = [
        ("/data.json".to_owned(), Bytes::new(data)),
        (
            "/results.json".to_owned(),
            Bytes::new(record.results_json.clone()),
        ),
    ];
    Ok(drawings.chain(own).collect())
}

/// The first thing that Typst complains of, and where.
fn first(desk: &Desk, complaints: &[SourceDiagnostic]) -> PdfError {
    let message = complaints.first().map(|complaint| {
        let hints = complaint.hints.iter().map(|hint| format!(" ({})", hint.v));
        let hints: String = hints.collect();
        let place = desk.place(complaint.span).unwrap_or_default();
        format!("{}{hints}{place}", complaint.message)
    });
    PdfError::Typst(message.unwrap_or_default())
}
