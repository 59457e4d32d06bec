//! The bench's side of the driver protocol.

mod fault;

pub use fault::DriverFault;

use std::{
    collections::BTreeMap,
    io::{BufReader, Write as _},
    path::{Path, PathBuf},
    process::{ChildStdin, ChildStdout, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
};

use harness_driver::{
    Answer, Call, DriverError, Hello, Invocation, LineError, PROTOCOL, Reply, read_line,
};

use super::{Patience, process::Process};

/// A running driver that said hello. It dies with this value.
pub struct ClientDriver {
    process: Process,
    to_driver: Sender<Vec<u8>>,
    from_driver: Receiver<Result<Vec<u8>, LineError>>,
    errors: PathBuf,
    /// Files and folders in which the client says more.
    logs: Vec<PathBuf>,
    patience: Patience,
    last_id: u64,
    hello: Option<Hello>,
}

impl ClientDriver {
    /// Starts a driver and asks who it is, waiting `patience` for each answer. Its standard error is kept in the file
    /// `errors`.
    ///
    /// # Errors
    ///
    /// If it does not start, or says no hello that this bench understands.
    pub fn start(
        command: &[String],
        errors: &Path,
        patience: Patience,
    ) -> Result<Self, DriverFault> {
        let (program, arguments) = command
            .split_first()
            .map_or(("", command), |(program, rest)| (program.as_str(), rest));
        let started = Process::start(program, arguments, None, Stdio::piped(), errors);
        let mut process = started.map_err(|reason| DriverFault::NotStarted {
            program: program.to_owned(),
            reason: reason.to_string(),
        })?;
        let (to_driver, lines) = mpsc::channel();
        if let Some(input) = process.child().stdin.take() {
            thread::spawn(move || write_lines(input, &lines));
        }
        let (lines, from_driver) = mpsc::channel();
        process.read_output(move |output| read_lines(output, &lines));
        let errors = errors.to_owned();
        let mut driver = Self {
            process,
            to_driver,
            from_driver,
            errors,
            logs: Vec::new(),
            patience,
            last_id: 0,
            hello: None,
        };
        driver.greet()?;
        Ok(driver)
    }

    fn greet(&mut self) -> Result<(), DriverFault> {
        let (_, reply) = self.call(&Call::Hello { protocol: PROTOCOL })?;
        let Reply::Hello(hello) = reply else {
            return Err(self.give_up("hello was not answered by a hello"));
        };
        if hello.protocol.major != PROTOCOL.major {
            let theirs = hello.protocol.major;
            return Err(self.give_up(&format!(
                "it speaks version {theirs} of the protocol, the bench {}",
                PROTOCOL.major
            )));
        }
        self.hello = Some(hello);
        Ok(())
    }

    /// Who the driver is and what it can do.
    #[must_use]
    pub fn hello(&self) -> Option<&Hello> {
        self.hello.as_ref()
    }

    /// Whether the driver lists the verb.
    #[must_use]
    pub fn offers(&self, verb: &str) -> bool {
        self.hello
            .as_ref()
            .is_some_and(|hello| hello.verbs.iter().any(|offered| offered == verb))
    }

    /// Tells the driver something; returns the call's id and the answer.
    ///
    /// # Errors
    ///
    /// What the driver answered instead, or how it broke the protocol. After such a break it is ended.
    pub fn call(&mut self, call: &Call) -> Result<(u64, Reply), DriverFault> {
        let id = self.last_id + 1;
        let line = serde_json::to_vec(&Invocation::new(id, call.clone()));
        let line = line.map_err(|error| DriverFault::NotSent {
            reason: error.to_string(),
        })?;
        let answer = self.exchange(line)?;
        self.understand(id, call, &answer)
    }

    /// Tells the driver a verb that the protocol does not have; an honest one answers that it is not supported.
    ///
    /// # Errors
    ///
    /// What the driver answered, or how it broke the protocol.
    pub fn call_unknown(&mut self, method: &str) -> Result<(), DriverFault> {
        // Read like an operation of `vec.run`: the one kind of call that nobody promised to support.
        let call = Call::VecRun {
            op: method.to_owned(),
            input: BTreeMap::new(),
        };
        let id = self.last_id + 1;
        let line =
            serde_json::json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": {} });
        let answer = self.exchange(line.to_string().into_bytes())?;
        self.understand(id, &call, &answer).map(drop)
    }

    /// The same driver, whose client also writes into these files and folders.
    #[must_use]
    pub fn logging_to(mut self, logs: Vec<PathBuf>) -> Self {
        self.logs = logs;
        self
    }

    /// Tells the driver to end, and says where it and its client have written what they said beside the protocol.
    ///
    /// # Errors
    ///
    /// If it does not end as the protocol says.
    pub fn end(mut self) -> Result<Vec<PathBuf>, DriverFault> {
        self.call(&Call::Shutdown {})?;
        self.process.finish();
        let mut written = std::mem::take(&mut self.logs);
        written.push(self.errors.clone());
        Ok(written)
    }

    /// Ends the driver at once.
    pub fn kill(&mut self) {
        // An error means that it has ended already.
        drop(self.process.kill());
    }

    /// Sends the line of the next call and waits for the line of its answer.
    fn exchange(&mut self, mut line: Vec<u8>) -> Result<Vec<u8>, DriverFault> {
        self.last_id += 1;
        line.push(b'\n');
        if self.to_driver.send(line).is_err() {
            return Err(self.died());
        }
        match self.from_driver.recv_timeout(self.patience.duration()) {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(LineError::TooLong)) => Err(self.ended(DriverFault::TooLong)),
            Ok(Err(LineError::Truncated | LineError::Io(_)))
            | Err(RecvTimeoutError::Disconnected) => Err(self.died()),
            Err(RecvTimeoutError::Timeout) => {
                let seconds = self.patience.seconds();
                Err(self.ended(DriverFault::Hung { seconds }))
            }
        }
    }

    fn understand(
        &mut self,
        id: u64,
        call: &Call,
        line: &[u8],
    ) -> Result<(u64, Reply), DriverFault> {
        let answer: Answer = match serde_json::from_slice(line) {
            Ok(answer) => answer,
            Err(error) => return Err(self.give_up(&format!("no JSON-RPC answer: {error}"))),
        };
        if answer.jsonrpc != "2.0" {
            return Err(self.give_up("not JSON-RPC 2.0"));
        }
        if answer.id != id {
            return Err(self.give_up(&format!("call {id} was answered as call {}", answer.id)));
        }
        match (answer.result, answer.error) {
            (Some(result), None) => match Reply::parse(call, result) {
                Ok(reply) => Ok((id, reply)),
                Err(error) => Err(self.give_up(&error.to_string())),
            },
            (None, Some(error)) => Err(self.refused(call, error.into())),
            (Some(_), Some(_)) | (None, None) => {
                Err(self.give_up("neither a result nor an error alone"))
            }
        }
    }

    /// What an error answer means. A listed verb that is not supported after all is a broken promise.
    fn refused(&mut self, call: &Call, error: DriverError) -> DriverFault {
        match error {
            DriverError::Unsupported { feature } => {
                let verb = fault::method(call);
                if self.offers(&verb) && !matches!(call, Call::VecRun { .. }) {
                    return self.give_up(&format!("it lists {verb} and does not support it"));
                }
                DriverFault::Unsupported { feature }
            }
            DriverError::Refused { class, reason } => DriverFault::Refused { class, reason },
            DriverError::BadHandle { handle } => DriverFault::BadHandle { handle },
            DriverError::InvalidParams { reason } => DriverFault::InvalidParams { reason },
            DriverError::Fault { reason } => DriverFault::Fault { reason },
        }
    }

    fn give_up(&mut self, reason: &str) -> DriverFault {
        self.ended(DriverFault::Garbage {
            reason: reason.chars().take(300).collect(),
        })
    }

    fn ended(&mut self, fault: DriverFault) -> DriverFault {
        // Whatever comes from it now would answer the wrong call.
        drop(self.process.kill());
        fault
    }

    fn died(&mut self) -> DriverFault {
        let (status, last) = self.process.last_words(&self.errors);
        DriverFault::Died { status, last }
    }
}

/// Writes in a thread, so that a driver that does not read cannot block the bench.
fn write_lines(mut input: ChildStdin, lines: &Receiver<Vec<u8>>) {
    for line in lines {
        if input.write_all(&line).and_then(|()| input.flush()).is_err() {
            return;
        }
    }
}

/// Reads until the end or the first line that is none.
fn read_lines(mut output: BufReader<ChildStdout>, lines: &Sender<Result<Vec<u8>, LineError>>) {
    while let Some(line) = read_line(&mut output).transpose() {
        let last = line.is_err();
        if lines.send(line).is_err() || last {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
