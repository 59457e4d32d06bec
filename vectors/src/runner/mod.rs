//! Implementations as processes: one process a case.
//!
//! A runner reads one line of JSON on standard input, `{"operation":"x25519","input":{"public":"…"}}`,
//! and ends with exit code 0 if it takes the input, 1 if it refuses it and 89 if it has no such
//! operation. What the operation puts out it may write to standard output, in hex. Asked for the
//! operation `name`, it may put out its name and version as UTF-8 in hex.

mod all;
mod process;
mod shim;

use std::{collections::BTreeMap, fmt, io, path::Path, process::Command, time::Duration};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Measured, Vector, rule::is_hex};
pub use all::MAX_HANGS;
use process::{End, Ended};
pub use shim::serve;

/// How long a runner may take for a case. VEC-M-08 asks for 20 ms; a debug build needs longer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes that a runner may write for a case: 64 KiB in hex, and room.
pub const MAX_OUTPUT: u64 = 256 << 10;

/// Exit code of a runner that takes the input.
pub const TAKEN: u8 = 0;
/// Exit code of a runner that refuses the input.
pub const REFUSED: u8 = 1;
/// Exit code of a runner that has no such operation.
pub const UNSUPPORTED: u8 = 89;

/// An implementation behind a command.
#[derive(Clone, Debug)]
pub struct Runner {
    program: String,
    arguments: Vec<String>,
    patience: Duration,
}

/// A case as a runner reads it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Name of the operation.
    pub operation: String,
    /// Inputs in hex, by name.
    pub input: BTreeMap<String, String>,
}

/// What an implementation makes of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It takes the input.
    Taken {
        /// What it puts out, in hex, if it says so.
        output: Option<String>,
    },
    /// It refuses the input.
    Refused,
    /// It has no such operation.
    Unsupported,
}

/// Why a runner has no answer; this says nothing of the implementation.
#[derive(Debug, Error)]
pub enum RunnerFault {
    /// The process cannot be started.
    #[error("cannot be started: {0}")]
    NotStarted(io::Error),
    /// It did not end in time and was ended.
    #[error("did not end within {} s", .0.as_secs_f32())]
    Hung(Duration),
    /// It wrote without end and was ended.
    #[error("wrote more than {0} bytes")]
    TooMuch(u64),
    /// It ended with another exit code than 0, 1 and 89, or by a signal.
    #[error("ended with {0}")]
    Crashed(std::process::ExitStatus),
    /// What it put out is no lower-case hex.
    #[error("put out what is no lower-case hex")]
    NotHex,
    /// It hung too often.
    #[error("was not asked any more: it hung {0} times")]
    GivenUp(usize),
    /// The system lost the process.
    #[error("cannot be waited for: {0}")]
    Lost(io::Error),
}

impl Runner {
    /// A runner that is started by `program` with `arguments`.
    #[must_use]
    pub fn new(program: &str, arguments: &[&str]) -> Self {
        Self {
            program: program.to_owned(),
            arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
            patience: PATIENCE,
        }
    }

    /// A runner as a user writes it: words between spaces. `None` if there is none.
    #[must_use]
    pub fn from_words(command: &str) -> Option<Self> {
        let words: Vec<&str> = command.split_whitespace().collect();
        let (program, arguments) = words.split_first()?;
        Some(Self::new(program, arguments))
    }

    /// Waits this long for each answer instead of [`PATIENCE`].
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The name and version that it says, or the name of its program.
    ///
    /// # Errors
    /// If it cannot be asked.
    pub fn name(&self) -> Result<String, RunnerFault> {
        let asked = Case {
            operation: "name".to_owned(),
            input: BTreeMap::new(),
        };
        let said = match self.answer(&asked)? {
            Answer::Taken { output } => output.as_deref().and_then(from_hex),
            Answer::Refused | Answer::Unsupported => None,
        };
        Ok(said.unwrap_or_else(|| {
            let program = Path::new(&self.program).file_stem();
            program.map_or_else(
                || self.program.clone(),
                |stem| stem.to_string_lossy().into_owned(),
            )
        }))
    }

    /// Runs one case in a process of its own.
    ///
    /// # Errors
    /// If the process does not answer: it cannot be started, crashes, hangs, or writes what is no
    /// answer.
    pub fn answer(&self, case: &Case) -> Result<Answer, RunnerFault> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        let Ended { end, output } = process::run(command, case.line(), self.patience, MAX_OUTPUT)?;
        let status = match end {
            End::Late => return Err(RunnerFault::Hung(self.patience)),
            End::Loud => return Err(RunnerFault::TooMuch(MAX_OUTPUT)),
            End::Status(status) => status,
        };
        match status.code().and_then(|code| u8::try_from(code).ok()) {
            Some(TAKEN) => Ok(Answer::Taken {
                output: written(&output)?,
            }),
            Some(REFUSED) => Ok(Answer::Refused),
            Some(UNSUPPORTED) => Ok(Answer::Unsupported),
            _ => Err(RunnerFault::Crashed(status)),
        }
    }
}

impl RunnerFault {
    /// Whether the process ended by a signal: the only fault that is the implementation's.
    #[must_use]
    pub fn is_crash(&self) -> bool {
        matches!(self, Self::Crashed(status) if status.code().is_none())
    }
}

impl fmt::Display for Runner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.program)?;
        self.arguments
            .iter()
            .try_for_each(|word| write!(formatter, " {word}"))
    }
}

impl Case {
    /// The case of a vector.
    #[must_use]
    pub fn of(vector: &Vector) -> Self {
        Self {
            operation: vector.operation.clone(),
            input: vector.input.clone(),
        }
    }

    fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

impl Answer {
    /// It takes the input and puts this out; no bytes are no output.
    #[must_use]
    pub fn taken(output: &[u8]) -> Self {
        let hex: String = output.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::Taken {
            output: (!hex.is_empty()).then_some(hex),
        }
    }

    /// The word for it in a file.
    #[must_use]
    pub fn measured(&self) -> Measured {
        match self {
            Self::Taken { .. } => Measured::Valid,
            Self::Refused => Measured::Invalid,
            Self::Unsupported => Measured::Unsupported,
        }
    }
}

/// The hex that a runner wrote; `None` if it wrote nothing.
fn written(output: &[u8]) -> Result<Option<String>, RunnerFault> {
    let text = std::str::from_utf8(output).or(Err(RunnerFault::NotHex))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Ok(None),
        hex if is_hex(hex) => Ok(Some(hex.to_owned())),
        _ => Err(RunnerFault::NotHex),
    }
}

/// UTF-8 text from hex.
fn from_hex(hex: &str) -> Option<String> {
    let (pairs, _) = hex.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    String::from_utf8(pairs.iter().map(byte).collect::<Option<_>>()?).ok()
}
