//! The folder of a campaign.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use harness_evidence::{Campaign, CoveragePoint, json_text};

use crate::failure::Failure;

/// Makes the folder; a campaign is never written over another.
pub(super) fn create(out: &Path) -> Result<(), Failure> {
    let made = match out.parent() {
        Some(parent) => fs::create_dir_all(parent).and_then(|()| fs::create_dir(out)),
        None => fs::create_dir(out),
    };
    made.map_err(|reason| failure(out, reason))
}

/// Writes what the campaign came to; the crashes are there already.
pub(super) fn campaign(
    out: &Path,
    campaign: &Campaign,
    points: impl Iterator<Item = CoveragePoint>,
) -> Result<(), Failure> {
    let write = |name: &str, text: &str| {
        let path = out.join(name);
        fs::write(&path, text).map_err(|reason| failure(&path, reason))
    };
    let text = json_text(campaign).map_err(io::Error::from)?;
    let mut lines = String::new();
    for point in points {
        lines += &serde_json::to_string(&point).map_err(io::Error::from)?;
        lines.push('\n');
    }
    write("coverage.jsonl", &lines)?;
    write("campaign.json", &text)
}

fn failure(path: &Path, reason: io::Error) -> Failure {
    Failure::File {
        path: PathBuf::from(path),
        reason,
    }
}
