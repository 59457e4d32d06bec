//! The folder of a campaign.

use std::{io, path::Path};

use harness_evidence::{Campaign, CoveragePoint, json_text};

use crate::{failure::Failure, measurement};

/// Writes what the campaign came to; the crashes are there already.
pub(super) fn campaign(
    out: &Path,
    campaign: &Campaign,
    points: impl Iterator<Item = CoveragePoint>,
) -> Result<(), Failure> {
    let text = json_text(campaign).map_err(io::Error::from)?;
    let mut lines = String::new();
    for point in points {
        lines += &serde_json::to_string(&point).map_err(io::Error::from)?;
        lines.push('\n');
    }
    measurement::write(out, "coverage.jsonl", &lines)?;
    measurement::write(out, "campaign.json", &text)
}
