//! `campaign.json`: what a campaign of the fuzzers did, target by target, and what came of it.

use serde::{Deserialize, Serialize};

use crate::digest::is_sha256_hex;

/// The format that is read and written.
const FORMAT: u32 = 1;

/// The most targets of a campaign.
const TARGETS_LIMIT: usize = 64;

/// The most crashes that are kept of a target.
const CRASHES_LIMIT: usize = 16;

/// With fewer executions, or with none beyond the corpus, a target was not fuzzed.
pub const FUZZ_EXECUTIONS_LEAST: u64 = 1000;

/// A campaign of the fuzzers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// The version of this format.
    pub format: u32,
    /// The command that made it.
    pub command: String,
    /// The version of the bench.
    pub tool: String,
    /// The compiler, as it names itself.
    pub toolchain: String,
    /// When it began, RFC 3339, UTC.
    pub opened: String,
    /// When it was over, RFC 3339, UTC.
    pub closed: String,
    /// The wall time that was asked for, in seconds.
    pub seconds: u64,
    /// How many fuzzers ran at once.
    pub jobs: u64,
    /// What the fuzzers' seeds follow from.
    pub seed: u64,
    /// How all targets were built.
    pub build: Build,
    /// What bounds each execution.
    pub limits: FuzzLimits,
    /// Every target, sorted by name.
    pub targets: Vec<FuzzTarget>,
    /// All targets together.
    pub sum: CampaignSum,
}

/// How fuzz targets were built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// Sanitizers, such as `address`; `none` if there was none.
    pub sanitizer: String,
    /// Cargo's profile.
    pub profile: String,
    /// Flags of the compiler beyond the profile.
    pub flags: Vec<String>,
    /// Whether `cfg(fuzzing)` was set: then vodozemac accepts every MAC and every signature.
    pub cfg_fuzzing: bool,
}

/// What bounds each execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FuzzLimits {
    /// The longest input, in bytes.
    pub max_len: u64,
    /// The most memory of a fuzzer, in MiB.
    pub rss_mib: u64,
    /// The longest execution, in seconds.
    pub timeout_s: u64,
}

/// What came of one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FuzzTarget {
    /// Its name.
    pub name: String,
    /// What is to be said of it: it follows from the other fields.
    pub verdict: FuzzVerdict,
    /// Why the fuzzer did not come to its end; empty if it did.
    pub fault: String,
    /// How many inputs were executed, those of the corpus included.
    pub executions: u64,
    /// How long its fuzzers ran, in milliseconds.
    pub wall_ms: u64,
    /// The CPU time of its fuzzers, in milliseconds; 0 where the system does not tell.
    pub cpu_ms: u64,
    /// What the corpus alone covered.
    pub start: Covered,
    /// What was covered at the end.
    pub end: Covered,
    /// The corpus that it began with.
    pub corpus_before: CorpusState,
    /// The corpus that it ended with.
    pub corpus_after: CorpusState,
    /// SHA-256 of each input that made it crash, hex, sorted.
    pub crashes: Vec<String>,
}

/// What was covered, in libFuzzer's units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Covered {
    /// Edges of the control flow.
    pub edges: u64,
    /// Features: edges with how often, and compared values.
    pub features: u64,
}

/// A corpus at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorpusState {
    /// How many different inputs.
    pub inputs: u64,
    /// Their length together, in bytes.
    pub bytes: u64,
    /// SHA-256 over the sorted digests of all inputs, each in hex with a newline; hex.
    pub sha256: String,
}

/// All targets together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignSum {
    /// Executions.
    pub executions: u64,
    /// CPU time, in milliseconds.
    pub cpu_ms: u64,
    /// Different inputs that made a target crash.
    pub crashes: u64,
}

/// What is to be said of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FuzzVerdict {
    /// Fuzzed to the end of its time, without a crash. It says nothing of inputs that were not tried.
    Clean,
    /// Not fuzzed to the end, or hardly: nothing follows.
    Incomplete,
    /// At least one input made it crash, hang or take too much memory.
    Crashed,
}

impl FuzzTarget {
    /// The verdict that follows from what was counted.
    #[must_use]
    pub fn judged(&self) -> FuzzVerdict {
        let replayed = self.corpus_before.inputs;
        if !self.crashes.is_empty() {
            FuzzVerdict::Crashed
        } else if !self.fault.is_empty()
            || self.executions < FUZZ_EXECUTIONS_LEAST.saturating_add(replayed)
            || self.end.edges == 0
        {
            FuzzVerdict::Incomplete
        } else {
            FuzzVerdict::Clean
        }
    }

    fn contradiction(&self) -> Option<&'static str> {
        let covered =
            self.start.edges <= self.end.edges && self.start.features <= self.end.features;
        let corpora = [&self.corpus_before, &self.corpus_after];
        if !is_name(&self.name) {
            Some("a name that no target has")
        } else if self.verdict != self.judged() {
            Some("the verdict does not follow from the figures")
        } else if !covered {
            Some("less is covered at the end than at the start")
        } else if corpora.iter().any(|one| !is_sha256_hex(&one.sha256)) {
            Some("the digest of a corpus is none")
        } else if self.crashes.len() > CRASHES_LIMIT || !self.crashes.is_sorted_by(|a, b| a < b) {
            Some("too many crashes, or not sorted")
        } else if !self.crashes.iter().all(|sha256| is_sha256_hex(sha256)) {
            Some("a crash is named by no digest")
        } else {
            None
        }
    }
}

impl Campaign {
    /// The format that is written.
    pub const FORMAT: u32 = FORMAT;

    /// The sum of some targets.
    #[must_use]
    pub fn summed(targets: &[FuzzTarget]) -> CampaignSum {
        let total = |of: fn(&FuzzTarget) -> u64| {
            let all = targets.iter().map(of);
            all.fold(0, u64::saturating_add)
        };
        CampaignSum {
            executions: total(|one| one.executions),
            cpu_ms: total(|one| one.cpu_ms),
            crashes: total(|one| u64::try_from(one.crashes.len()).unwrap_or(u64::MAX)),
        }
    }

    /// The first thing in it that does not follow from the rest of it.
    #[must_use]
    pub fn contradiction(&self) -> Option<String> {
        let names: Vec<_> = self.targets.iter().map(|one| &one.name).collect();
        if self.format != FORMAT {
            return Some(format!("format {}, here is {FORMAT}", self.format));
        }
        if self.targets.is_empty() || self.targets.len() > TARGETS_LIMIT {
            return Some(format!("not 1 to {TARGETS_LIMIT} targets"));
        }
        if !names.is_sorted_by(|one, other| one < other) {
            return Some("targets are not sorted, or there twice".to_owned());
        }
        if self.sum != Self::summed(&self.targets) {
            return Some("the sum is not the sum of the targets".to_owned());
        }
        self.targets.iter().find_map(|one| {
            let reason = one.contradiction()?;
            Some(format!("target {}: {reason}", one.name))
        })
    }

    /// A target by its name.
    #[must_use]
    pub fn target(&self, name: &str) -> Option<&FuzzTarget> {
        self.targets.iter().find(|one| one.name == name)
    }
}

/// Whether a text can be the name of a target: it is a name of a file too.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}
