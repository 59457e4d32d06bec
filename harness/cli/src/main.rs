//! `pruefstand`: a test bench for the messengers that companies use.
//!
//! Exit codes: 0 every required check passed and the run is complete; 1 a check failed; 2 no failure, but not passed either;
//! 64 usage; 69 a target or tool is unavailable; 70 internal error. `verify` has its own: see [`verify`].

mod agent;
mod args;
mod audit;
mod chat;
mod clock;
mod compare;
mod explain;
mod failure;
mod fuzz;
mod init;
mod list;
mod load;
mod measurement;
mod merge;
mod operate;
mod progress;
mod reference;
mod replay;
mod report;
mod sbom;
mod scratch;
mod seal;
mod shell;
mod typeset;
mod vectors;
mod verify;

use std::{io::Write as _, process::ExitCode};

use clap::Parser as _;

use crate::{
    args::{Arguments, Command},
    failure::Failure,
};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors.
            let code = if error.use_stderr() {
                failure::USAGE
            } else {
                0
            };
            drop(error.print());
            return ExitCode::from(code);
        }
    };
    let done = match arguments.command.unwrap_or_default() {
        Command::Run(run) => audit::run(&run),
        Command::Calibrate(calibrate) => audit::calibrate(&calibrate),
        Command::Init(wish) => init::init(&wish),
        Command::List(list) => list::list(&list),
        Command::Explain(explain) => explain::explain(&explain),
        Command::Verify(verify) => verify::verify(&verify),
        Command::Seal(seal) => seal::seal(&seal),
        Command::Report(wish) => report::report(&wish),
        Command::Diff(wish) => compare::diff(&wish),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man => shell::man(),
        Command::Merge(wish) => merge::merge(&wish),
        Command::Replay(replay) => replay::replay(&replay),
        Command::Load(load) => load::run(&load),
        Command::Fuzz(wish) => fuzz::fuzz(&wish),
        Command::Vectors(wish) => vectors::vectors(&wish),
        Command::Schema => list::schema(),
        Command::Sbom => sbom::sbom(),
        Command::Reference(part) => reference::run(part),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => tell(&failure),
    }
}

fn tell(failure: &Failure) -> ExitCode {
    let message = harness_evidence::visible(&failure.to_string());
    let advice = match failure.advice() {
        "" => String::new(),
        advice => format!("; {advice}"),
    };
    // Nobody is left to tell if standard error is closed.
    drop(writeln!(
        anstream::stderr(),
        "pruefstand: {message}{advice}"
    ));
    ExitCode::from(failure.code())
}
