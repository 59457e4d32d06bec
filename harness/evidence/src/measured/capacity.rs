//! `capacity.json`: how many messages a second a relay took, at what price, and whether it went on so.

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::machine::{LoadAverage, Machine, Placement};
use super::source::Source;
use super::step::LoadStep;
use crate::Artefact;
use crate::digest::is_sha256_hex;

/// Where it lies in a run's folder.
pub(super) const PLACE: &str = "data/load/";

pub(super) const CAPACITY: &str = "capacity.json";

/// The format that is read and written.
const FORMAT: u32 = 1;

const CAPACITY_LIMIT: u64 = 256 * 1024;

/// The most relays that are measured beside each other.
const RELAYS_LIMIT: usize = 2;

/// The most steps of a ramp.
const STEPS_LIMIT: usize = 16;

/// Into how many parts of equal length a soak is divided.
const SOAK_PARTS: usize = 10;

/// The longest step and the longest soak, in seconds.
const SECONDS_LIMIT: u64 = 600;
const SOAK_LIMIT: u64 = 3600;

const ARTEFACTS_LIMIT: usize = 64;
const TEXT_LIMIT: usize = 256;
const COMMAND_LIMIT: usize = 4096;

/// A capacity statement: relays that were measured in one run of the command, on one machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// The version of this format.
    pub format: u32,
    /// The command that made it.
    pub command: String,
    /// The version of the bench.
    pub tool: String,
    /// When it began, RFC 3339, UTC.
    pub opened: String,
    /// When it was over, RFC 3339, UTC.
    pub closed: String,
    /// How long each step was, in seconds.
    pub seconds: u64,
    /// The hardware.
    pub machine: Machine,
    /// Where the load came from.
    pub placement: Placement,
    /// What went on before; absent if the system does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_before: Option<LoadAverage>,
    /// What went on at the end, the measurement itself included; absent if the system does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_after: Option<LoadAverage>,
    /// The relays, in the order in which they were measured.
    pub relays: Vec<RelayCapacity>,
}

/// What one relay took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayCapacity {
    /// Its name in the manifest.
    pub name: String,
    /// Its product, as it says.
    pub product: String,
    /// Its version, as it says; absent if it says none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What the bench measured before it started it; empty if that is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artefacts: Vec<Artefact>,
    /// Rising rates, up to the first that was too much.
    pub steps: Vec<LoadStep>,
    /// The largest rate that it kept up with, in messages a second: one of the steps; absent if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub knee_per_second: Option<u64>,
    /// A longer time at half of the knee; absent if none was asked for, or there is no knee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soak: Option<Soak>,
}

/// A constant rate for a longer time, so that a leak or a slowdown shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Soak {
    /// How long, in seconds.
    pub seconds: u64,
    /// Its tenths, one after the other at the same rate.
    pub parts: Vec<LoadStep>,
}

impl Capacity {
    /// The format that is written.
    pub const FORMAT: u32 = FORMAT;

    /// Reads a capacity statement, and nothing else.
    pub(super) fn read(source: &mut Source<'_>) -> Result<Self, Fault> {
        let capacity: Self = source.json(CAPACITY, CAPACITY_LIMIT)?;
        if let Some(reason) = capacity.contradiction() {
            return Err(Fault::contradiction(source.path(CAPACITY), &reason));
        }
        source.nothing_else()?;
        Ok(capacity)
    }

    /// The first thing in it that does not follow from the rest of it.
    #[must_use]
    pub fn contradiction(&self) -> Option<String> {
        let model = self.machine.model.as_ref();
        let texts = [&self.tool, &self.opened, &self.closed];
        if self.format != FORMAT {
            return Some(format!("format {}, here is {FORMAT}", self.format));
        }
        if self.command.len() > COMMAND_LIMIT || !are_short(texts.into_iter().chain(model)) {
            return Some("a text that is too long".to_owned());
        }
        if !(1..=SECONDS_LIMIT).contains(&self.seconds) {
            return Some(format!("steps of not 1 to {SECONDS_LIMIT} seconds"));
        }
        if self.relays.is_empty() || self.relays.len() > RELAYS_LIMIT {
            return Some(format!("not 1 to {RELAYS_LIMIT} relays"));
        }
        self.relays.iter().find_map(|one| {
            let reason = one.contradiction(self.seconds)?;
            Some(format!("relay {}: {reason}", one.name))
        })
    }
}

impl RelayCapacity {
    /// The largest rate of a ramp that was kept up with, in messages a second.
    #[must_use]
    pub fn knee_of(steps: &[LoadStep]) -> Option<u64> {
        let kept = steps.iter().filter(|step| step.kept_up);
        kept.map(|step| step.offered_per_second).max()
    }

    /// The rate of a soak: half of the knee, in messages a second.
    #[must_use]
    pub fn soak_rate(knee_per_second: u64) -> u64 {
        (knee_per_second / 2).max(1)
    }

    fn contradiction(&self, seconds: u64) -> Option<String> {
        let names = self.artefacts.iter().map(|one| &one.name);
        let texts = [&self.product]
            .into_iter()
            .chain(&self.version)
            .chain(names);
        if !are_short([&self.name].into_iter().chain(texts)) {
            return Some("a text that is too long".to_owned());
        }
        let digests = self.artefacts.iter().all(|one| is_sha256_hex(&one.sha256));
        if self.artefacts.len() > ARTEFACTS_LIMIT || !digests {
            return Some("too many artefacts, or no digest".to_owned());
        }
        self.ramp_contradiction(seconds).or_else(|| {
            let reason = self.soak.as_ref()?.contradiction(self.knee_per_second)?;
            Some(format!("soak: {reason}"))
        })
    }

    fn ramp_contradiction(&self, seconds: u64) -> Option<String> {
        if self.steps.is_empty() || self.steps.len() > STEPS_LIMIT {
            return Some(format!("not 1 to {STEPS_LIMIT} steps"));
        }
        let rates = self.steps.iter().map(|step| step.offered_per_second);
        if !rates.is_sorted_by(|one, other| one < other) {
            return Some("steps do not rise".to_owned());
        }
        let before_last = self
            .steps
            .split_last()
            .map_or(&[][..], |(_, before)| before);
        if !before_last.iter().all(|step| step.kept_up) {
            return Some("steps after one that was too much".to_owned());
        }
        if self.knee_per_second != Self::knee_of(&self.steps) {
            return Some("the knee is not the largest rate that was kept up with".to_owned());
        }
        wrong(&self.steps, seconds.saturating_mul(1000))
    }
}

impl Soak {
    /// Into how many parts it is divided.
    pub const PARTS: usize = SOAK_PARTS;

    fn contradiction(&self, knee: Option<u64>) -> Option<String> {
        let Some(rate) = knee.map(RelayCapacity::soak_rate) else {
            return Some("there is no knee".to_owned());
        };
        if !(1..=SOAK_LIMIT).contains(&self.seconds) {
            return Some(format!("not 1 to {SOAK_LIMIT} seconds"));
        }
        if self.parts.len() != SOAK_PARTS {
            return Some(format!("not {SOAK_PARTS} parts"));
        }
        if self
            .parts
            .iter()
            .any(|part| part.offered_per_second != rate)
        {
            return Some("not at half of the knee".to_owned());
        }
        wrong(&self.parts, self.seconds.saturating_mul(100))
    }
}

/// The first step of so many milliseconds that contradicts itself.
fn wrong(steps: &[LoadStep], span_ms: u64) -> Option<String> {
    steps.iter().enumerate().find_map(|(n, step)| {
        let reason = step.contradiction(span_ms)?;
        Some(format!("step {}: {reason}", n + 1))
    })
}

fn are_short<'a>(mut texts: impl Iterator<Item = &'a String>) -> bool {
    texts.all(|text| text.len() <= TEXT_LIMIT)
}
