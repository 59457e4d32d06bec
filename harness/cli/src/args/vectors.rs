//! `vectors`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pruefstand_vectors::PATIENCE;

use super::Format;

#[derive(Debug, Args)]
pub(crate) struct Vectors {
    /// What stands beside the reference: `vodozemac`, or the command of a runner (vectors/README.md); may be given more than once
    #[arg(long, value_name = "NAME|COMMAND")]
    pub(crate) against: Vec<String>,
    /// A file of vectors instead of those that are built in; may be given more than once
    #[arg(long = "file", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How many seconds a runner may take for a case
    #[arg(long, value_name = "SECONDS", default_value_t = PATIENCE.as_secs(), value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) patience: u64,
    /// Be a runner: answer the one case on standard input as this implementation does
    #[arg(long, value_enum, value_name = "NAME", conflicts_with_all = ["against", "files"])]
    pub(crate) answer_as: Option<BuiltIn>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// An implementation that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BuiltIn {
    /// The reference client, through its border
    Reference,
    /// The library below it, without a border
    Vodozemac,
}
