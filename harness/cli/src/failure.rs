//! Why a command did not do what it was asked for, and its exit code.

use std::{io, path::PathBuf};

use harness_evidence::{FolderError, MeasuredError, MergeError, RecordError, SealError};
use harness_suite::{CatalogueError, RunError, TargetError};
use thiserror::Error;

/// Every required check passed and the run is complete.
pub(crate) const PASSED: u8 = 0;
/// A check failed.
pub(crate) const FAILED: u8 = 1;
/// No failure, but not passed either: inconclusive, error, not run, incomplete.
pub(crate) const UNDECIDED: u8 = 2;
/// Wrong arguments.
pub(crate) const USAGE: u8 = 64;
/// A target or a file is not available.
pub(crate) const UNAVAILABLE: u8 = 69;
/// The bench itself failed.
pub(crate) const INTERNAL: u8 = 70;

/// One line that says what to do next.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// There is no run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The manifest cannot be used.
    #[error(transparent)]
    Manifest(#[from] TargetError),
    /// The evidence cannot be written or read.
    #[error(transparent)]
    Evidence(#[from] FolderError),
    /// There is no record to read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The program that sets reports for print is not there.
    #[error("pruefstand-pdf is neither beside this program nor on PATH")]
    NoTypesetter,
    /// The evidence is whole, but its archive was not written.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Parts of a run were not merged.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// The catalogue that is built in is broken.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The test vectors that are built in are broken.
    #[error(transparent)]
    Vectors(#[from] pruefstand_vectors::Error),
    /// The report cannot be rendered.
    #[error("the report cannot be rendered: {0}")]
    Report(#[from] harness_report::ReportError),
    /// A file cannot be used.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// Standard output is closed or full.
    #[error("cannot write the result: {0}")]
    Output(#[from] io::Error),
    /// The system gives no random numbers.
    #[error("no random numbers: {0}")]
    Random(String),
    /// The arguments name something that does not exist.
    #[error("{0}")]
    Usage(String),
    /// The reference process failed.
    #[error("{0}")]
    Reference(String),
    /// What was measured beside the checks cannot be taken into a record.
    #[error(transparent)]
    Measured(#[from] MeasuredError),
    /// There is nothing to build fuzz targets from.
    #[error("no source checkout here, and fuzz targets are built from source")]
    NoCheckout,
    /// The fuzz targets cannot be built.
    #[error("{0}")]
    Fuzz(String),
    /// A relay was not measured.
    #[error(transparent)]
    Load(#[from] harness_load::LoadError),
}

impl Failure {
    /// What to do about it; empty where the message says so itself.
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::Manifest(TargetError::Unusable { .. }) => "--target takes the path of a manifest",
            Self::Manifest(_) => "correct the manifest; targets/reference.toml shows a whole one",
            Self::Run(RunError::Target(TargetError::NotMeasured { .. })) => {
                "install the product, or correct `artefacts` in its manifest"
            }
            Self::Run(RunError::Target(_)) => "see [relay] in the target's manifest",
            Self::Run(RunError::Driver(_)) => "see [client] in the target's manifest",
            Self::Run(RunError::Probe(_)) => {
                "nothing that this driver says can be believed; correct the driver"
            }
            Self::Merge(MergeError::Part { .. }) => "`pruefstand verify` tells more of that part",
            Self::Merge(MergeError::Parts(_)) => {
                "all parts of `pruefstand run --shard` with one seed, one target and one program"
            }
            Self::Evidence(_)
            | Self::Merge(MergeError::Folder(_))
            | Self::Run(RunError::Evidence(_)) => {
                "free or choose another place with --out; what was written before reads as incomplete"
            }
            Self::Record(_) => "`pruefstand verify` tells more",
            Self::NoCheckout => "clone the repository, change into it and run it there",
            Self::Fuzz(_) => "fuzz/README.md says what the targets need",
            Self::Measured(_) => {
                "`pruefstand fuzz` and `pruefstand load --out` write such a folder"
            }
            Self::NoTypesetter => "`cargo install --locked --path harness/pdf` builds it",
            Self::Seal(_) => {
                "the run's folder is as it was; `pruefstand seal` packs it at any time"
            }
            Self::Run(RunError::Scratch { .. }) => "make room there, or set TMPDIR",
            Self::Output(_) => "what a run found is in its folder all the same",
            Self::Catalogue(_) | Self::Vectors(_) | Self::Report(_) => {
                "this is a defect of the bench; please report it"
            }
            Self::Run(
                RunError::UnknownCheck(_) | RunError::UnknownFlaw(_) | RunError::Interrupted,
            )
            | Self::File { .. }
            | Self::Random(_)
            | Self::Usage(_)
            | Self::Reference(_)
            | Self::Load(_) => "",
        }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_)
            | Self::Record(_)
            | Self::Merge(MergeError::Part { .. } | MergeError::Parts(_))
            | Self::Measured(_)
            | Self::Run(RunError::UnknownCheck(_) | RunError::UnknownFlaw(_)) => USAGE,
            Self::Run(RunError::Interrupted) => UNDECIDED,
            Self::Manifest(TargetError::Unusable { .. })
            | Self::Evidence(_)
            | Self::Seal(_)
            | Self::Merge(MergeError::Folder(_))
            | Self::NoTypesetter
            | Self::NoCheckout
            | Self::Fuzz(_)
            | Self::File { .. }
            | Self::Output(_)
            | Self::Reference(_)
            | Self::Load(_) => UNAVAILABLE,
            Self::Run(
                RunError::Target(_)
                | RunError::Driver(_)
                | RunError::Probe(_)
                | RunError::Evidence(_)
                | RunError::Scratch { .. },
            ) => UNAVAILABLE,
            Self::Manifest(_) => USAGE,
            Self::Catalogue(_) | Self::Vectors(_) | Self::Report(_) | Self::Random(_) => INTERNAL,
        }
    }
}
