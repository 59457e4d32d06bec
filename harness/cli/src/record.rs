//! The record of a run, read from a folder or an archive that nobody has verified here.

use std::path::Path;

use harness_evidence::{Bundle, Edition, Results, Transcript, visible};

use crate::failure::Failure;

/// A run as its record has it.
pub(crate) struct Record {
    bundle: Bundle,
    pub(crate) results: Results,
}

impl Record {
    /// Opens it and reads the results.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let unusable = |reason: String| {
            let name = visible(&path.display().to_string());
            Failure::Usage(format!("{name}: {reason}; `pruefstand verify` tells more"))
        };
        let bundle = Bundle::open(path).map_err(|error| unusable(error.to_string()))?;
        let file = "data/results.json";
        let bytes = bundle
            .read(file)
            .map_err(|error| unusable(format!("{file}: {error}")))?;
        let results =
            serde_json::from_slice(&bytes).map_err(|error| unusable(format!("{file}: {error}")))?;
        Ok(Self { bundle, results })
    }

    /// A transcript by its path in the record, if an edition has it and it can be read.
    pub(crate) fn transcript(&self, path: &str, edition: Edition) -> Option<Transcript> {
        let path = format!("data/{path}");
        let kept = !edition.withholds(&path);
        let bytes = kept.then(|| self.bundle.read(&path).ok()).flatten()?;
        serde_json::from_slice(&bytes).ok()
    }
}
