//! What a folder says of itself and is not so.

use thiserror::Error;

use crate::{ChainError, Outcome, ReadError};

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
    /// A file is not what its name says.
    #[error("{file}: {reason}")]
    NotParsed {
        /// The file.
        file: String,
        /// What does not fit.
        reason: String,
    },
    /// A line of the manifest is not `digest  path`.
    #[error(
        "{manifest}: line {line} is no digest and path inside the folder, or names a path twice"
    )]
    StrangeManifestLine {
        /// The manifest.
        manifest: String,
        /// The line, from 1.
        line: usize,
    },
    /// A file has another digest than the manifest says.
    #[error("{file}: changed since it was written")]
    DigestDiffers {
        /// The file.
        file: String,
    },
    /// A file is in the bundle, but not in the manifest that must list it.
    #[error("{file}: not in the manifest")]
    NotListed {
        /// The file.
        file: String,
    },
    /// An edition leaves a file out that every edition must have.
    #[error("{file}: left out, and every edition must have it")]
    Withheld {
        /// The file.
        file: String,
    },
    /// A file has another digest than an event of the log says.
    #[error("{file}: not the one that the log names")]
    OtherThanLogged {
        /// The file.
        file: String,
    },
    /// The first event names no key of the run.
    #[error("data/events.jsonl: the first event names no key of the run")]
    NoRunKey,
    /// The run's statement is missing, or its key did not sign it.
    #[error(
        "signatures/evidence.intoto.jsonl: the run's own statement, signed by its key, is not in line 1"
    )]
    NotSigned,
    /// The run's statement does not follow from the record.
    #[error(
        "signatures/evidence.intoto.jsonl: the run's statement does not follow from the record"
    )]
    StatementDiffers,
    /// A line of the signatures is not what it must be.
    #[error("signatures/evidence.intoto.jsonl, line {line}: {reason}")]
    StrangeStatement {
        /// The line, from 1; 0 for the file.
        line: usize,
        /// What does not fit.
        reason: String,
    },
    /// A file beside the signatures is not what it must be.
    #[error("{file}: {reason}")]
    SignatureFile {
        /// The file.
        file: String,
        /// What does not fit.
        reason: String,
    },
    /// No key that the reader trusts signed it.
    #[error("no key that you trust signed this bundle")]
    NotTrusted,
    /// The evidence is of something else than the reader wants.
    #[error("{what} is {got}, not the one demanded")]
    OtherThanDemanded {
        /// What.
        what: String,
        /// What it is; text from the bundle.
        got: String,
    },
    /// What the reader wants measured was not.
    #[error("nothing with the digest {sha256} was measured of the target")]
    NotMeasured {
        /// SHA-256, hex; from the reader.
        sha256: String,
    },
    /// The evidence is older than the reader wants.
    #[error("opened {opened}, before {oldest}")]
    TooOld {
        /// When the run was opened.
        opened: String,
        /// The oldest that is taken.
        oldest: String,
    },
    /// A merged run is not what its parts come to.
    #[error("data/shards: {reason}")]
    PartsDiffer {
        /// What does not fit; text from the bundle.
        reason: String,
    },
    /// A rendering is not the one that follows from the record.
    #[error("{file}: not what this version renders from the record")]
    RenderingDiffers {
        /// The file.
        file: String,
    },
    /// The event log is not one unbroken chain.
    #[error("data/events.jsonl: {0}")]
    ChainBroken(#[source] ChainError),
    /// The log does not begin or end as a complete run does.
    #[error("data/events.jsonl: no {kind} where it must be; the run is incomplete")]
    EventMissing {
        /// The event.
        kind: String,
    },
    /// The log ends as the one of a run that was broken off does.
    #[error("data/events.jsonl: the run was broken off; it is incomplete")]
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
    /// A measurement contradicts itself.
    #[error("{file}: {reason}")]
    MeasuredDiffers {
        /// The file.
        file: String,
        /// What does not follow.
        reason: String,
    },
    /// A part of the results does not follow from the cases.
    #[error("data/results.json: {part} does not follow from the cases")]
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

    /// Whether it is only about what the reader demands.
    pub(super) fn is_demand(&self) -> bool {
        matches!(
            self,
            Self::NotTrusted
                | Self::OtherThanDemanded { .. }
                | Self::NotMeasured { .. }
                | Self::TooOld { .. }
        )
    }

    /// The exit code for it: 10 signature or trust, 11 manifest, 12 chain or completeness, 13 not what was demanded, 14 a verdict that does not
    /// follow, 15 a rendering that does not follow, 20 malformed.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::NoRunKey
            | Self::NotSigned
            | Self::StatementDiffers
            | Self::StrangeStatement { .. }
            | Self::SignatureFile { .. }
            | Self::NotTrusted => 10,
            Self::NotRead { .. }
            | Self::StrangeManifestLine { .. }
            | Self::DigestDiffers { .. }
            | Self::NotListed { .. }
            | Self::Withheld { .. } => 11,
            Self::ChainBroken(_)
            | Self::OtherThanLogged { .. }
            | Self::EventMissing { .. }
            | Self::BrokenOff
            | Self::NotAsPlanned { .. }
            | Self::PartsDiffer { .. }
            | Self::StrangeCase { .. } => 12,
            Self::OtherThanDemanded { .. } | Self::NotMeasured { .. } | Self::TooOld { .. } => 13,
            Self::VerdictDiffers { .. }
            | Self::OtherJudge { .. }
            | Self::MeasuredDiffers { .. }
            | Self::ResultsDiffer { .. } => 14,
            Self::RenderingDiffers { .. } => 15,
            Self::NotParsed { .. } => 20,
        }
    }

    pub(super) fn not_read(file: &str, error: &ReadError) -> Self {
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
