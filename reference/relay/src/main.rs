//! The relay as a program of its own; see [`reference_relay::Options::parse`] for its arguments.

use std::io::Write;
use std::process::ExitCode;

use reference_relay::{Error, Options, run};

fn main() -> ExitCode {
    let result = Options::parse(std::env::args().skip(1))
        .and_then(|options| run(options, &mut std::io::stdout()));
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    writeln!(std::io::stderr(), "reference-relay: {error}").ok();
    ExitCode::from(match error {
        Error::Usage(_) | Error::ServerName { .. } | Error::Settings(_) => 64,
        Error::Store(_) | Error::Charter { .. } | Error::Tls(_) | Error::Io { .. } => 69,
    })
}
