//! The record of a run, read from a folder or an archive that nobody has verified here.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{Bundle, Edition};
use crate::bag::{self, MANIFEST, WHOLE_MANIFEST};
use crate::folder::RESULTS;
use crate::{Results, Transcript, sha256_hex};

/// A run as its record has it.
#[derive(Debug)]
pub struct Record {
    bundle: Bundle,
    /// The results.
    pub results: Results,
    /// The results as they stand in the record, byte for byte.
    pub results_json: Vec<u8>,
}

/// Why there is no record to read.
#[derive(Debug, Error)]
#[error("{}: {reason}", path.display())]
pub struct RecordError {
    path: PathBuf,
    reason: String,
}

impl Record {
    /// Opens it and reads the results.
    ///
    /// # Errors
    /// [`RecordError`], with the file in the bundle that it is about.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let unusable = |reason: String| RecordError {
            path: path.to_owned(),
            reason,
        };
        let bundle = Bundle::open(path).map_err(|error| unusable(error.to_string()))?;
        let of_results = |error: &dyn std::fmt::Display| unusable(format!("{RESULTS}: {error}"));
        let results_json = bundle.read(RESULTS).map_err(|error| of_results(&error))?;
        let results = serde_json::from_slice(&results_json).map_err(|error| of_results(&error))?;
        Ok(Self {
            bundle,
            results,
            results_json,
        })
    }

    /// A transcript by its path in the record, if an edition has it and it can be read.
    #[must_use]
    pub fn transcript(&self, path: &str, edition: Edition) -> Option<Transcript> {
        let kept = !edition.withholds(&bag::in_payload(path));
        kept.then(|| self.bundle.transcript(path)).flatten()
    }

    /// The manifest over the whole record: its name and its SHA-256, hex. `None` for a run that never came to one, and where the results are not
    /// those that it lists: nobody shall read other results under its digest.
    #[must_use]
    pub fn manifest(&self) -> Option<(&'static str, String)> {
        let results = sha256_hex(&self.results_json);
        let digest = |name: &'static str| {
            let bytes = self.bundle.read(name).ok()?;
            let text = String::from_utf8_lossy(&bytes);
            let mut lines = text.lines().filter_map(bag::parse_line);
            let lists = lines.any(|(sha256, path)| path == RESULTS && sha256 == results);
            Some((name, lists.then(|| sha256_hex(&bytes))))
        };
        let (name, sha256) = digest(WHOLE_MANIFEST).or_else(|| digest(MANIFEST))?;
        Some((name, sha256?))
    }
}

impl Bundle {
    /// A transcript by its path in the record, if it can be read.
    #[must_use]
    pub fn transcript(&self, path: &str) -> Option<Transcript> {
        serde_json::from_slice(&self.read(&bag::in_payload(path)).ok()?).ok()
    }
}
