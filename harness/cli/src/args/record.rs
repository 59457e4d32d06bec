//! The commands about the record of a run.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use harness_evidence::SHARD_LIMIT;

use super::{Common, Format, Lang, nonce, sha256};

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The run's folder, or a sealed archive
    #[arg(default_value = "reports/latest")]
    pub(crate) bundle: PathBuf,
    /// A public key (PEM) of which a signature is demanded; may be given more than once, then one of them is enough
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Vec<PathBuf>,
    /// SHA-256 that the target's manifest must have
    #[arg(long, value_name = "HEX", value_parser = sha256)]
    pub(crate) target: Option<String>,
    /// SHA-256 of a program, file or folder that must have been measured of the target
    #[arg(long, value_name = "HEX", value_parser = sha256)]
    pub(crate) artefact: Option<String>,
    /// The nonce that the run must have been opened with
    #[arg(long, value_name = "HEX", value_parser = nonce)]
    pub(crate) nonce: Option<String>,
    /// How many days ago the run may have been opened at most
    #[arg(long, value_name = "DAYS")]
    pub(crate) max_age: Option<u32>,
    /// Render all reports again and compare the bytes
    #[arg(long)]
    pub(crate) rerender: bool,
    /// The overall verdict that is demanded
    #[arg(long, value_enum)]
    pub(crate) require: Option<Require>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// An overall verdict that a reader demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Require {
    /// Passed, without deviations
    Pass,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The run's folder, or a sealed archive
    #[arg(default_value = "reports/latest")]
    pub(crate) bundle: PathBuf,
    /// Where all renderings are written; a folder that is not there yet
    #[arg(long, value_name = "DIR", required_unless_present = "format")]
    pub(crate) out: Option<PathBuf>,
    /// Print this one rendering instead
    #[arg(long, value_enum, conflicts_with = "out")]
    pub(crate) format: Option<Rendering>,
    /// The language of what is printed, where it has one; written are both
    #[arg(long, value_enum, default_value_t)]
    pub(crate) lang: Lang,
    /// An earlier run that the report compares with; may be given more than once
    #[arg(long, value_name = "BUNDLE")]
    pub(crate) earlier: Vec<PathBuf>,
}

/// One of the renderings of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rendering {
    /// The report for people
    Html,
    /// The report for print, PDF/A-3a and PDF/UA-1; needs `pruefstand-pdf`
    Pdf,
    /// The results as they are
    Json,
    /// `JUnit` XML
    Junit,
    /// SARIF 2.1.0 with failures only
    Sarif,
    /// SARIF 2.1.0 with every check
    SarifFull,
    /// OSCAL assessment plan
    OscalPlan,
    /// OSCAL assessment results
    OscalResults,
    /// OSCAL component definition of the target
    OscalComponent,
    /// The requirements as a table
    Csv,
    /// What an auditor would send back
    Lints,
    /// The skeleton of a Security Target
    SecurityTarget,
    /// The annex on technical measures for a data protection officer
    TomAnnex,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The old run's folder, or a sealed archive
    pub(crate) old: PathBuf,
    /// The new one
    #[arg(default_value = "reports/latest")]
    pub(crate) new: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// The language of the table
    #[arg(long, value_enum, default_value_t)]
    pub(crate) lang: Lang,
}

#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// The folders or full archives of all parts of one run, in any order
    #[arg(required = true, num_args = 1..=SHARD_LIMIT)]
    pub(crate) parts: Vec<PathBuf>,
    /// Where the merged run's folder is made
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(crate) out: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// The language of the report
    #[arg(long, value_enum, default_value_t)]
    pub(crate) lang: Lang,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The run's folder, or a sealed archive
    pub(crate) bundle: PathBuf,
    /// A check's id, or `<check>/<flaw>` for its case on a weak twin
    pub(crate) case: String,
    /// The manifest of the run's target (TOML); the reference messenger if absent
    #[arg(long, visible_alias = "relay", value_name = "FILE")]
    pub(crate) target: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Seal {
    /// The run's folder
    #[arg(default_value = "reports/latest")]
    pub(crate) folder: PathBuf,
    /// The private key (PKCS#8 PEM, P-256 or Ed25519) of whoever answers for the evidence
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// The public key (`.pub` of OpenSSH, P-256 or Ed25519) of whoever answers for the evidence; ssh-agent holds the private one
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    pub(crate) agent_key: Option<PathBuf>,
    /// What of the record goes in
    #[arg(long, value_enum, default_value_t)]
    pub(crate) edition: Edition,
    /// The archive; `<run>.evidence.zip` beside the folder if absent
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// How much of the record an archive holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Edition {
    /// Everything
    #[default]
    Full,
    /// Without the transcripts of weak twins and benign variants
    Small,
    /// Without any transcript
    Public,
}
