//! What was measured beside the checks and taken into a run's record: one folder below `data/` and one file here a kind.
//!
//! A measurement is made by a command of its own and handed to the run as a folder. It is read strictly when it is taken, bound by the
//! manifest like everything in the record, and read just as strictly when somebody verifies: a folder of a stranger and a folder in a
//! stranger's archive are the same to the reader.

mod campaign;
mod capacity;
mod coverage;
mod crash;
mod fault;
mod fuzzed;
mod machine;
mod source;
mod step;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use campaign::{
    Build, Campaign, CampaignSum, CorpusState, Covered, FUZZ_EXECUTIONS_LEAST, FuzzLimits,
    FuzzTarget, FuzzVerdict,
};
pub use capacity::{Capacity, RelayCapacity, Soak};
pub use coverage::CoveragePoint;
pub use crash::{CRASH_INPUT_LIMIT, Crash, CrashKind, Repro};
pub use fault::MeasuredError;
pub use fuzzed::Fuzzed;
pub use machine::{LoadAverage, Machine, Placement};
pub use step::{LATE_US, LoadLatency, LoadStep};

use crate::{Bundle, Shortfall};
use fault::Fault;
use source::Source;

/// What was measured beside the checks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// A campaign of the fuzzers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuzz: Option<Fuzzed>,
    /// A capacity statement; it keeps no run from passing, for it promises nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
}

/// Measurements that a run takes into its record, with the bytes of their files.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// What they say.
    pub measured: Measured,
    /// Content by path in the run's folder.
    files: BTreeMap<String, Vec<u8>>,
}

impl Measured {
    /// Whether nothing was measured.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fuzz.is_none() && self.capacity.is_none()
    }

    /// Why a run with these measurements does not read as passed.
    pub(crate) fn shortfalls(&self) -> Vec<Shortfall> {
        self.fuzz.as_ref().map_or_else(Vec::new, Fuzzed::shortfalls)
    }

    /// What the record of a bundle holds, and everything that is wrong with it. A kind with a fault is left out.
    pub(crate) fn of_record(bundle: &Bundle, files: &[String]) -> (Self, Vec<Fault>) {
        let (mut measured, mut faults) = (Self::default(), Vec::new());
        if files.iter().any(|file| file.starts_with(fuzzed::PLACE)) {
            match Fuzzed::read(&mut Source::new(bundle, fuzzed::PLACE)) {
                Ok(fuzz) => measured.fuzz = Some(fuzz),
                Err(fault) => faults.push(fault),
            }
        }
        if files.iter().any(|file| file.starts_with(capacity::PLACE)) {
            match Capacity::read(&mut Source::new(bundle, capacity::PLACE)) {
                Ok(capacity) => measured.capacity = Some(capacity),
                Err(fault) => faults.push(fault),
            }
        }
        (measured, faults)
    }
}

impl Taken {
    /// Reads the folder of a measurement; its kind shows in the file that it has.
    ///
    /// # Errors
    /// [`MeasuredError`], also for a second measurement of a kind.
    pub fn add(&mut self, folder: &Path) -> Result<(), MeasuredError> {
        let fail = |reason: &dyn std::fmt::Display| MeasuredError::new(folder, reason);
        let bundle = Bundle::open(folder).map_err(|error| fail(&error))?;
        let files = bundle.files().map_err(|error| fail(&error))?;
        let mut source = Source::new(&bundle, "");
        let has = |name: &str| files.iter().any(|file| file == name);
        let place = if has(fuzzed::CAMPAIGN) {
            let fuzz = Fuzzed::read(&mut source).map_err(|fault| fail(&fault))?;
            if self.measured.fuzz.replace(fuzz).is_some() {
                return Err(fail(&"a second campaign; a run takes one"));
            }
            fuzzed::PLACE
        } else if has(capacity::CAPACITY) {
            let capacity = Capacity::read(&mut source).map_err(|fault| fail(&fault))?;
            if self.measured.capacity.replace(capacity).is_some() {
                return Err(fail(&"a second capacity statement; a run takes one"));
            }
            capacity::PLACE
        } else {
            let reason = "no folder of a measurement: it has no campaign.json and no capacity.json";
            return Err(fail(&reason));
        };
        let read = source.into_read().into_iter();
        self.files
            .extend(read.map(|(name, bytes)| (format!("{place}{name}"), bytes)));
        Ok(())
    }

    /// Content by path in the run's folder.
    pub(crate) fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }
}

#[cfg(test)]
mod tests;
