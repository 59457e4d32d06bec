//! `pruefstand-pdf`: the report on a run for print, beside `pruefstand`, which calls it.
//!
//! Exit codes as those of `pruefstand`: 64 usage, 69 a file is unavailable, 70 the report cannot be set.

mod arguments;

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use harness_evidence::{Record, visible};
use harness_report::Language;
use pruefstand_pdf::pdf;

use arguments::{Arguments, USAGE, Wish};

fn main() -> ExitCode {
    let done = match Arguments::read(std::env::args_os()) {
        Ok(Wish::Help) => print(USAGE.as_bytes()),
        Ok(Wish::Report(arguments)) => report(&arguments),
        Err(message) => Err((64, message)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, message)) => {
            // Nobody is left to tell if standard error is closed.
            drop(writeln!(
                io::stderr(),
                "pruefstand-pdf: {}",
                visible(&message)
            ));
            ExitCode::from(code)
        }
    }
}

/// Writes the report in each language asked for.
fn report(arguments: &Arguments) -> Result<(), (u8, String)> {
    let record = Record::open(&arguments.bundle)
        .map_err(|error| (64, format!("{error}; `pruefstand verify` tells more")))?;
    for language in &arguments.languages {
        let file = arguments.out.join(name(*language));
        if !arguments.to_stdout && file.exists() {
            return Err((69, format!("{}: is there already", file.display())));
        }
        let bytes = pdf(&record, *language).map_err(|error| (70, error.to_string()))?;
        if arguments.to_stdout {
            print(&bytes)?;
        } else {
            write(&file, &bytes)?;
            print(format!("{}\n", file.display()).as_bytes())?;
        }
    }
    Ok(())
}

/// The report's file name, beside those of its siblings in HTML.
fn name(language: Language) -> String {
    language.report().replace(".html", ".pdf")
}

/// Writes a file that is there whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), (u8, String)> {
    let part = path.with_extension("pdf.part");
    let written = fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
        .and_then(|()| fs::write(&part, bytes))
        .and_then(|()| fs::rename(&part, path));
    written.map_err(|error| {
        // The first error is the one to tell.
        fs::remove_file(&part).unwrap_or_default();
        (69, format!("{}: {error}", path.display()))
    })
}

fn print(bytes: &[u8]) -> Result<(), (u8, String)> {
    if io::stdout().is_terminal() && bytes.starts_with(b"%PDF") {
        return Err((
            64,
            "a PDF file is nothing for a terminal; add > report.pdf".to_owned(),
        ));
    }
    io::stdout()
        .write_all(bytes)
        .map_err(|error| (69, format!("cannot write the report: {error}")))
}
