//! What a run records and how it is judged: no network, no async, no suite.
//!
//! A check produces a [`Transcript`]: every exchange, every observation, and every [`Expectation`] about
//! them, as data. [`judge`] is a pure function of the transcript, so a verdict can be derived again from the
//! record alone, by anybody, without the target.

mod claim;
mod expectation;
mod judge;
mod outcome;
mod plan;
mod results;
mod transcript;
mod verdict;

pub use claim::{Claim, Finding};
pub use expectation::{Expectation, Role};
pub use judge::{JUDGE_VERSION, judge};
pub use outcome::{Outcome, Severity, Witness};
pub use plan::{Applicability, Plan, PlannedCheck, TargetIdentity, Twin};
pub use results::{
    CaseResult, Counts, FlawResult, Instrument, Overall, RequirementResult, Results, Tool,
};
pub use transcript::{Entry, Exchange, Fault, Firing, Message, Transcript};
pub use verdict::{Judgement, Verdict};
