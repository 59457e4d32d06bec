//! A runner's own side.

use std::io::{self, BufRead, Write};

use super::{Answer, Case};

/// Bytes of the longest case that is read.
const MAX_CASE: u64 = 16 << 20;

/// Reads one case, answers it and tells the exit code.
///
/// # Errors
/// If there is no case to read, or the answer cannot be written.
pub fn serve(
    input: impl BufRead,
    mut output: impl Write,
    answer: impl FnOnce(&Case) -> Answer,
) -> io::Result<u8> {
    let mut line = Vec::new();
    input.take(MAX_CASE).read_until(b'\n', &mut line)?;
    let case: Case = serde_json::from_slice(&line)?;
    match answer(&case) {
        Answer::Taken { output: said } => {
            output.write_all(said.unwrap_or_default().as_bytes())?;
            output.flush()?;
            Ok(super::TAKEN)
        }
        Answer::Refused => Ok(super::REFUSED),
        Answer::Unsupported => Ok(super::UNSUPPORTED),
    }
}
