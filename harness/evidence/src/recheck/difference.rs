//! What a folder says of itself and is not so.

use std::io;

use thiserror::Error;

use crate::{ChainError, Outcome};

/// One thing in a run's folder that is not as the folder says. Texts in it may come from the folder.
#[derive(Debug, Error)]
pub enum Difference {
    /// A file could not be read.
    #[error("{file}: {reason}")]
    NotRead {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A file is longer than any that the bench writes.
    #[error("{file}: longer than {limit} bytes")]
    TooLong {
        /// The file.
        file: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// A file is not what its name says.
    #[error("{file}: {reason}")]
    NotParsed {
        /// The file.
        file: String,
        /// What does not fit.
        reason: String,
    },
    /// A line of the manifest is not `digest  path`.
    #[error("manifest line {line} is no digest and path inside the folder")]
    StrangeManifestLine {
        /// The line, from 1.
        line: usize,
    },
    /// A file has another digest than the manifest or the log says.
    #[error("{file}: changed since it was written")]
    DigestDiffers {
        /// The file.
        file: String,
    },
    /// A file is in the folder, but not in the manifest.
    #[error("{file}: not in the manifest")]
    NotListed {
        /// The file.
        file: String,
    },
    /// The event log is not one unbroken chain.
    #[error("events.jsonl: {0}")]
    ChainBroken(#[source] ChainError),
    /// The log does not begin or end as a complete run does.
    #[error("events.jsonl: no {kind} where it must be; the run is incomplete")]
    EventMissing {
        /// The event.
        kind: String,
    },
    /// The log ends as the one of a run that was broken off does.
    #[error("events.jsonl: the run was broken off; it is incomplete")]
    BrokenOff,
    /// A case was not carried out, or more than once, or was not planned.
    #[error("{check}{}: carried out {got} times", on(.flaw))]
    NotAsPlanned {
        /// The check.
        check: String,
        /// The flaw of the weak twin.
        flaw: Option<String>,
        /// How often.
        got: usize,
    },
    /// The log has a case of a check that the plan does not know, or with a strange path.
    #[error("{check}: no case of this run")]
    StrangeCase {
        /// The check.
        check: String,
    },
    /// The transcript gives another verdict than the recorded one.
    #[error(
        "{file}: recorded {recorded:?} ({recorded_reason}), judged again {judged:?} ({judged_reason})"
    )]
    VerdictDiffers {
        /// The transcript.
        file: String,
        /// The recorded outcome.
        recorded: Outcome,
        /// Its reason code.
        recorded_reason: String,
        /// The outcome that follows from the transcript.
        judged: Outcome,
        /// Its reason code.
        judged_reason: String,
    },
    /// The run was judged by other rules than those of this version.
    #[error("judged by version {got} of the rules, here is {here}")]
    OtherJudge {
        /// The version of the run.
        got: u32,
        /// The version here.
        here: u32,
    },
    /// A part of the results does not follow from the cases.
    #[error("results.json: {part} does not follow from the cases")]
    ResultsDiffer {
        /// The part.
        part: String,
    },
}

impl Difference {
    /// Whether it only says that something is missing that a run which was broken off does not have.
    pub(super) fn is_gap(&self) -> bool {
        matches!(self, Self::BrokenOff | Self::NotAsPlanned { got: 0, .. })
    }

    pub(super) fn not_read(file: &str, error: &io::Error) -> Self {
        Self::NotRead {
            file: file.to_owned(),
            reason: error.to_string(),
        }
    }
}

fn on(flaw: &Option<String>) -> String {
    flaw.as_deref()
        .map(|flaw| format!(" on twin {flaw}"))
        .unwrap_or_default()
}
