//! `crashes/<target>/<sha256>/`: an input that made a target crash, and how to see it again.

use serde::{Deserialize, Serialize};

/// The longest input that is kept, in bytes.
pub const CRASH_INPUT_LIMIT: u64 = 1024 * 1024;

/// How an input ended an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrashKind {
    /// A panic or a signal.
    Crash,
    /// It took too long.
    Timeout,
    /// It took too much memory.
    Memory,
}

/// `repro.json`: how to see a crash again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repro {
    /// The target's name.
    pub target: String,
    /// How the execution ended.
    pub kind: CrashKind,
    /// The first line that the target said of it; empty if it said nothing.
    pub said: String,
    /// After how many executions of the campaign it was found.
    pub executions: u64,
    /// Whether the input was made shorter than the one found.
    pub minimised: bool,
    /// The command that shows it again.
    pub command: String,
}

/// A crash of the record: the input's digest, and what `repro.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crash {
    /// SHA-256 of the input, hex.
    pub sha256: String,
    /// How to see it again.
    pub repro: Repro,
}
