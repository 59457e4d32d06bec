//! Reads one case on standard input and lets vodozemac decide.

use std::{io, process::ExitCode};

use pruefstand_vectors::serve;

fn main() -> io::Result<ExitCode> {
    serve(io::stdin().lock(), io::stdout(), runner_vodozemac::answer).map(ExitCode::from)
}
