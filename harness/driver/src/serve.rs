//! The line loop of a driver.

use std::io::{self, BufRead, Write};

use crate::{Answer, Call, DriverError, Invocation, LineError, Reply, RpcError, read_line};

/// What a shim implements: one method.
pub trait Driver {
    /// Carries out one call. `id` is the id that events of this call carry.
    ///
    /// # Errors
    ///
    /// What the bench should read instead of a result, see [`DriverError`].
    fn call(&mut self, id: u64, call: Call) -> Result<Reply, DriverError>;
}

/// Answers every line of `input` on `output` until `shutdown` or the end of input.
///
/// A line that is no request at all cannot be answered and ends the loop with an error.
///
/// # Errors
///
/// If a line is too long, is no JSON-RPC request, or if the streams fail.
pub fn serve(
    mut driver: impl Driver,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    loop {
        let line = match read_line(&mut input) {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(()),
            Err(LineError::Io(error)) => return Err(error),
            Err(error @ (LineError::TooLong | LineError::Truncated)) => {
                return Err(io::Error::other(error));
            }
        };
        let (id, call) = Invocation::parse(&line)?;
        let last = matches!(call, Ok(Call::Shutdown {}));
        let reply = call.and_then(|call| driver.call(id, call));
        let mut answer = serde_json::to_vec(&answer(id, reply))?;
        answer.push(b'\n');
        output.write_all(&answer)?;
        output.flush()?;
        if last {
            return Ok(());
        }
    }
}

fn answer(id: u64, reply: Result<Reply, DriverError>) -> Answer {
    let result = reply.and_then(|reply| {
        serde_json::to_value(reply).map_err(|error| DriverError::Fault {
            reason: error.to_string(),
        })
    });
    let (result, error) = match result {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(RpcError::from(&error))),
    };
    Answer {
        jsonrpc: "2.0".to_owned(),
        id,
        result,
        error,
    }
}
