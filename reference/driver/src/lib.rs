//! Puts the reference client core behind the driver protocol.
//!
//! One process steers many clients. Each has its own sealed store in memory, so a restart finds what was
//! committed and nothing else; what opens the store lies beside it, as in the key store of a machine. The bench is the network: requests go out in a step, responses come
//! in through `pump`.

mod actor;
mod driver;
mod snapshot;
mod trace;
mod translate;
mod verb;

use std::io::{self, BufRead, Write};

use driver::ReferenceDriver;
use harness_driver::serve;
use reference_client::self_test;
pub use reference_client::{Conduct, Flaw, Variant, Watch};

/// Serves clients of this conduct until the end of `input`; the honest one is the product.
///
/// # Errors
/// If the build does not check what it must, a line is no request, or the streams fail.
pub fn run(conduct: Conduct, input: impl BufRead, output: impl Write) -> io::Result<()> {
    run_traced(conduct, io::sink(), input, output)
}

/// As [`run`], and writes into `trace` what passes the network, without what it says.
///
/// # Errors
/// As [`run`].
pub fn run_traced(
    conduct: Conduct,
    trace: impl Write,
    input: impl BufRead,
    output: impl Write,
) -> io::Result<()> {
    self_test().map_err(io::Error::other)?;
    serve(ReferenceDriver::new(conduct, trace), input, output)
}
