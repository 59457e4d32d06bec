//! Processes that answer a line with a line: the reference behind the driver protocol, and `cat`.

use std::{
    env,
    io::{self, BufRead as _, BufReader, Write as _},
    process::{self, Child, ChildStdin, ChildStdout, Command, Stdio},
};

use pruefstand_benches::{Clock, Round, Yard};
use serde_json::json;

const DRIVER: (&str, &str) = (
    "driver, a line of 969 bytes and its answer, 200 times",
    "the same lines through cat",
);

/// How many lines one turn sends.
const LINES: usize = 200;

/// Bytes of a line; some 30 of the driver's protocol are as long.
const LENGTH: usize = 969;

/// The same line through a driver and through `cat`; on one processor, or the waking of another one is what is measured.
pub(crate) fn echo(yard: &mut Yard) -> io::Result<()> {
    let own = process::id().to_string();
    let pinned = Command::new("taskset").args(["-cp", "0", &own]).output();
    if !pinned.is_ok_and(|done| done.status.success()) {
        writeln!(
            io::stdout(),
            "driver and cat are not pinned to one processor"
        )?;
    }
    let line = line();
    let (mut driver, mut cat) = (Lines::driver()?, Lines::start(&mut Command::new("cat"))?);
    yard.compare(DRIVER, || {
        let (yardstick, echoed) = Clock::Wall.time(|| cat.answer_all(&line));
        echoed?;
        let (bench, answered) = Clock::Wall.time(|| driver.answer_all(&line));
        answered?;
        Ok(Round { bench, yardstick })
    });
    driver.end()?;
    cat.end()
}

/// A call about a device that is not there.
fn line() -> Vec<u8> {
    let call = |actor: &str| {
        let params = json!({ "actor": actor });
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "actor.drop", "params": params });
        format!("{call}\n").into_bytes()
    };
    let rest = LENGTH.saturating_sub(call("").len());
    call(&"x".repeat(rest))
}

/// A process behind pipes that answers a line with a line.
pub(crate) struct Lines {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Lines {
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let closed = || io::Error::from(io::ErrorKind::BrokenPipe);
        let input = process.stdin.take().ok_or_else(closed)?;
        let output = BufReader::new(process.stdout.take().ok_or_else(closed)?);
        Ok(Self {
            process,
            input,
            output,
        })
    }

    /// The client of the reference behind the driver protocol.
    pub(crate) fn driver() -> io::Result<Self> {
        Self::start(Command::new(env::current_exe()?).args(["reference", "client"]))
    }

    pub(crate) fn answer(&mut self, line: &[u8]) -> io::Result<String> {
        self.input.write_all(line)?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        Ok(answer)
    }

    /// So many times the same line, each after the answer to the one before.
    fn answer_all(&mut self, line: &[u8]) -> io::Result<()> {
        for _ in 0..LINES {
            if self.answer(line)?.is_empty() {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
        Ok(())
    }

    pub(crate) fn end(mut self) -> io::Result<()> {
        drop(self.input);
        self.process.wait().map(drop)
    }
}
