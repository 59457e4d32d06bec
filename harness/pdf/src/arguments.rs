//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use harness_report::Language;
use lexopt::prelude::{Long, Short, Value, ValueExt as _};

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
The report on a run for print, PDF/A-3a and PDF/UA-1

Usage: pruefstand-pdf [OPTIONS] [BUNDLE]

Arguments:
  [BUNDLE]         The run's folder, or a sealed archive [default: reports/latest]

Options:
      --out DIR    Where report.de.pdf and report.en.pdf are written [default: .]
      --lang LANG  One language only: de, en
      --stdout     Print the report in the language of --lang instead
  -h, --help       Print help
";

/// What the user wants.
pub(crate) enum Wish {
    Help,
    Report(Arguments),
}

/// A report.
pub(crate) struct Arguments {
    pub(crate) bundle: PathBuf,
    pub(crate) out: PathBuf,
    pub(crate) languages: Vec<Language>,
    pub(crate) to_stdout: bool,
}

impl Arguments {
    /// Reads the arguments, the program's name first; an error is the message for the user.
    pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Wish, String> {
        let mut parser = lexopt::Parser::from_iter(arguments);
        let (mut bundle, mut out, mut language, mut to_stdout) = (None, None, None, false);
        let told = |error: lexopt::Error| format!("{error}; --help lists the arguments");
        while let Some(argument) = parser.next().map_err(told)? {
            match argument {
                Short('h') | Long("help") => return Ok(Wish::Help),
                Long("out") => out = Some(PathBuf::from(parser.value().map_err(told)?)),
                Long("lang") => {
                    let value = parser.value().map_err(told)?;
                    language = Some(value.parse_with(named).map_err(told)?);
                }
                Long("stdout") => to_stdout = true,
                Value(path) if bundle.is_none() => bundle = Some(PathBuf::from(path)),
                other => return Err(told(other.unexpected())),
            }
        }
        if to_stdout && (language.is_none() || out.is_some()) {
            return Err("--stdout needs --lang, and no --out".to_owned());
        }
        Ok(Wish::Report(Self {
            bundle: bundle.unwrap_or_else(|| PathBuf::from("reports/latest")),
            out: out.unwrap_or_else(|| PathBuf::from(".")),
            languages: language.map_or_else(|| vec![Language::De, Language::En], |one| vec![one]),
            to_stdout,
        }))
    }
}

fn named(text: &str) -> Result<Language, &'static str> {
    match text {
        "de" => Ok(Language::De),
        "en" => Ok(Language::En),
        _ => Err("de or en"),
    }
}
