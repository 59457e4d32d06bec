//! The reference messenger as processes of this binary.

use std::io;

use crate::{
    args::Reference,
    failure::{Failure, PASSED},
};

/// Runs a part of the reference until it is told to end.
pub(crate) fn run(part: Reference) -> Result<u8, Failure> {
    match part {
        Reference::Relay { arguments } => {
            let options = reference_relay::Options::parse(arguments);
            let ran = options.and_then(|options| reference_relay::run(options, &mut io::stdout()));
            ran.map_err(|error| Failure::Reference(format!("reference relay: {error}")))?;
        }
        Reference::Client { flaws } => {
            let ran = reference_driver::run(&flaws, io::stdin().lock(), io::stdout().lock());
            ran.map_err(|error| Failure::Reference(format!("reference client: {error}")))?;
        }
    }
    Ok(PASSED)
}
