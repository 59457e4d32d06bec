//! A campaign of the fuzzers with its coverage and its crashes, as one folder.

use serde::{Deserialize, Serialize};

use super::campaign::{Campaign, FuzzTarget};
use super::coverage::{self, CoveragePoint};
use super::crash::{CRASH_INPUT_LIMIT, Crash, Repro};
use super::fault::Fault;
use super::source::Source;
use crate::{Shortfall, sha256_hex};

/// Where it lies in a run's folder.
pub(super) const PLACE: &str = "data/fuzz/";

pub(super) const CAMPAIGN: &str = "campaign.json";
const COVERAGE: &str = "coverage.jsonl";

const CAMPAIGN_LIMIT: u64 = 1024 * 1024;
const COVERAGE_LIMIT: u64 = 8 * 1024 * 1024;
const REPRO_LIMIT: u64 = 64 * 1024;

/// What results say of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fuzzed {
    /// The campaign, whole.
    pub campaign: Campaign,
    /// How coverage grew, by target; thinned, so that lines can be drawn.
    pub coverage: Vec<CoveragePoint>,
    /// Every crash, in the order of the targets.
    pub crashes: Vec<Crash>,
}

impl Fuzzed {
    /// Reads a campaign with all that belongs to it, and nothing else.
    pub(super) fn read(source: &mut Source<'_>) -> Result<Self, Fault> {
        let campaign: Campaign = source.json(CAMPAIGN, CAMPAIGN_LIMIT)?;
        if let Some(reason) = campaign.contradiction() {
            return Err(Fault::contradiction(source.path(CAMPAIGN), &reason));
        }
        let path = source.path(COVERAGE);
        let points = coverage::parse(source.bytes(COVERAGE, COVERAGE_LIMIT)?, &campaign);
        let points = points.map_err(|reason| Fault::malformed(path, &reason))?;
        let crashes = crashes(source, &campaign)?;
        source.nothing_else()?;
        Ok(Self {
            coverage: coverage::thinned(&points, &campaign),
            campaign,
            crashes,
        })
    }

    pub(super) fn shortfalls(&self) -> Vec<Shortfall> {
        let shortfall = |one: &FuzzTarget| {
            let target = one.name.clone();
            match (one.crashes.len(), one.fault.is_empty()) {
                (0, true) => None,
                (0, false) => Some(Shortfall::FuzzFaulted { target }),
                (crashes, _) => Some(Shortfall::FuzzCrashed { target, crashes }),
            }
        };
        self.campaign.targets.iter().filter_map(shortfall).collect()
    }
}

/// Every crash that the campaign names; its folder holds the input with that digest.
fn crashes(source: &mut Source<'_>, campaign: &Campaign) -> Result<Vec<Crash>, Fault> {
    let mut crashes = Vec::new();
    for target in &campaign.targets {
        for sha256 in &target.crashes {
            let folder = format!("crashes/{}/{sha256}", target.name);
            let name = format!("{folder}/input");
            if sha256_hex(source.bytes(&name, CRASH_INPUT_LIMIT)?) != *sha256 {
                let reason = "not the input that its folder is named by";
                return Err(Fault::contradiction(source.path(&name), &reason));
            }
            let name = format!("{folder}/repro.json");
            let repro: Repro = source.json(&name, REPRO_LIMIT)?;
            if repro.target != target.name || repro.executions > target.executions {
                let reason = "not what the campaign says of the target";
                return Err(Fault::contradiction(source.path(&name), &reason));
            }
            let sha256 = sha256.clone();
            crashes.push(Crash { sha256, repro });
        }
    }
    Ok(crashes)
}
