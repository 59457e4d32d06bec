//! What a command prints.

use std::io::Write as _;

use clap::Args;
use serde_json::Value;

use crate::{
    args::Format,
    failure::{Failure, PASSED},
};

#[derive(Debug, Args)]
pub(crate) struct Printed {
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Printed {
    /// Prints a result as JSON or in these lines; text from a relay is made harmless.
    pub(super) fn print(&self, json: &Value, lines: &[String]) -> Result<u8, Failure> {
        let mut output = anstream::stdout();
        match self.format {
            Format::Json => {
                let text = serde_json::to_string_pretty(json).map_err(std::io::Error::from)?;
                writeln!(output, "{text}")?;
            }
            Format::Table => {
                for line in lines {
                    writeln!(output, "{}", harness_evidence::visible(line))?;
                }
            }
        }
        Ok(PASSED)
    }
}
