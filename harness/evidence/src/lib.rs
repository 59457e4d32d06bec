//! What a run records and how it is judged: no network, no async, no suite.
//!
//! A check produces a [`Transcript`]: every exchange, every observation, and every [`Expectation`] about
//! them, as data. [`judge()`] is a pure function of the transcript, so a verdict can be derived again from the
//! record alone, by anybody, without the target.
//!
//! A [`RunFolder`] keeps a run: plan, chained events, transcripts, results, manifest, signatures; [`seal()`] packs it. [`Results::fold`] is the one place
//! where an overall verdict is made, [`recheck()`] derives everything again, and [`visible`] stands in front of every
//! writer. Time, ids and secrets come from the caller.

// The fixture of the tests outside serves those inside, too.
#[cfg(test)]
extern crate self as harness_evidence;

mod bag;
mod bundle;
mod chain;
mod claim;
mod digest;
mod expectation;
mod facets;
#[cfg(test)]
#[path = "../tests/fixture/mod.rs"]
mod fixture;
mod folder;
mod ics;
mod judge;
mod logged;
mod measured;
mod merge;
mod outcome;
mod plan;
mod recheck;
mod record;
mod redact;
mod results;
mod shard;
mod shortfall;
mod sign;
mod stamp;
mod statement;
mod transcript;
mod tree;
mod untrusted;
mod verdict;

pub use bundle::{
    Bundle, ContainerError, Edition, ReadError, Record, RecordError, SealError, Sealing, seal,
};
pub use chain::{
    Chain, ChainError, ChainHead, EVENT_COUNT_LIMIT, EVENT_LIMIT, Event, EventLog, EventLogError,
    read_chain,
};
pub use claim::{Claim, Finding};
pub use digest::{sha256_hex, sha256_of};
pub use expectation::{Expectation, Role};
pub use facets::{Depth, Facets, Profile, TestKind};
pub use folder::{ClosedFolder, FinishedCase, FolderError, Opening, RunFolder, json_text};
pub use ics::{CheckedIcs, Ics, IcsFinding, Limits, Switch};
pub use judge::{JUDGE_VERSION, judge};
pub use measured::{
    Build, CRASH_INPUT_LIMIT, Campaign, CampaignSum, Capacity, CorpusState, CoveragePoint, Covered,
    Crash, CrashKind, FUZZ_EXECUTIONS_LEAST, FuzzLimits, FuzzTarget, FuzzVerdict, Fuzzed, LATE_US,
    LoadAverage, LoadLatency, LoadStep, Machine, Measured, MeasuredError, Placement, RelayCapacity,
    Repro, Soak, Taken,
};
pub use merge::{MergeError, Merging, merge};
pub use outcome::{Outcome, Severity, Witness};
pub use plan::{
    Applicability, Artefact, CatalogueIdentity, MakerClaim, Plan, PlannedCheck, TargetIdentity,
    Twin,
};
pub use recheck::{Demands, Difference, Recheck, recheck};
pub use record::{CaseRecord, Deviation, Requirement, RunRecord};
pub use redact::{SECRET_LEAST, Salting, SecretTooShort, Secrets};
pub use results::{
    CaseResult, Counts, FlawResult, Instrument, Overall, RequirementResult, Results, Tool,
    VariantResult,
};
pub use shard::{MergedShard, NotAShard, SHARD_LIMIT, Shard};
pub use shortfall::Shortfall;
pub use sign::{
    AGENT_ANSWER_LIMIT, AgentError, AgentKey, Checkpoint, Envelope, EnvelopeError, KeyError,
    PublicKey, Signer, SigningKey,
};
pub use stamp::{Stamp, rfc3339};
pub use statement::record_statement;
pub use transcript::{Entry, Exchange, Fault, Firing, Message, Transcript};
pub use untrusted::{VISIBLE_LIMIT, is_unsafe, visible, visible_within};
pub use verdict::{Judgement, Verdict};
