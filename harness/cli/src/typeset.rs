//! `report --format pdf`: hands the record to `pruefstand-pdf`, a program that is built apart, for Typst triples a build.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    args::Lang,
    failure::{Failure, INTERNAL},
};

/// The program that sets reports for print.
const PROGRAM: &str = "pruefstand-pdf";

/// Prints the report as a PDF file; the exit code is that of the program, and so is the line about what went wrong.
pub(crate) fn print(bundle: &Path, lang: Lang) -> Result<u8, Failure> {
    let code = match lang {
        Lang::De => "de",
        Lang::En => "en",
    };
    let ended = Command::new(program())
        .args(["--stdout", "--lang", code, "--"])
        .arg(bundle)
        .status()
        .map_err(|reason| match reason.kind() {
            io::ErrorKind::NotFound => Failure::NoTypesetter,
            _ => Failure::File {
                path: PathBuf::from(PROGRAM),
                reason,
            },
        })?;
    let ended = ended.code().and_then(|code| u8::try_from(code).ok());
    Ok(ended.unwrap_or(INTERNAL))
}

/// Beside this program, or wherever the system finds it.
fn program() -> PathBuf {
    let beside = env::current_exe().map(|own| own.with_file_name(PROGRAM));
    let beside = beside.ok().filter(|path| path.is_file());
    beside.unwrap_or_else(|| PathBuf::from(PROGRAM))
}
