//! The event log: one JSON object a line, each line naming the SHA-256 of the line before it.
//!
//! Who changes, removes or swaps a line breaks every later one; who cuts the end off loses the closing event.

use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::Stamp;
use crate::digest::sha256_hex;
use crate::tree::{Tree, leaf_hash};

/// The longest line that is written or read, in bytes, newline included: a verdict with a thousand expectations fits.
pub const EVENT_LIMIT: usize = 1024 * 1024;

/// The most events that are read from one log.
pub const EVENT_COUNT_LIMIT: u64 = 1_000_000;

/// What line 0 names instead of a line before it.
const NO_LINE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its number, from 0.
    pub n: u64,
    /// SHA-256 of the line before, with its newline, hex; zeros for line 0.
    pub prev: String,
    /// Nanoseconds since the run was opened, on a monotonic clock.
    pub mono_ns: u64,
    /// Wall time, RFC 3339, UTC.
    pub wall: String,
    /// What happened, such as `case.closed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// About it.
    pub body: Value,
}

/// A log that grows by one chained line an event. Every line is flushed before `append` returns.
#[derive(Debug)]
pub struct EventLog<W> {
    writer: W,
    next: u64,
    prev: String,
    tree: Tree,
    broken: bool,
}

impl<W: Write> EventLog<W> {
    /// An empty log.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            next: 0,
            prev: NO_LINE.to_owned(),
            tree: Tree::default(),
            broken: false,
        }
    }

    /// Appends an event.
    ///
    /// # Errors
    /// [`EventLogError`]; after a failed write the log takes no more events, for half a line may stand in it.
    pub fn append(&mut self, kind: &str, body: Value, at: Stamp) -> Result<(), EventLogError> {
        if self.broken {
            return Err(EventLogError::Broken);
        }
        let event = Event {
            n: self.next,
            prev: self.prev.clone(),
            mono_ns: at.mono_ns,
            wall: at.rfc3339(),
            kind: kind.to_owned(),
            body,
        };
        let mut line = serde_json::to_vec(&event).map_err(EventLogError::NotJson)?;
        line.push(b'\n');
        if line.len() > EVENT_LIMIT {
            return Err(EventLogError::TooLong {
                got: line.len(),
                limit: EVENT_LIMIT,
            });
        }
        let written = self.writer.write_all(&line);
        if let Err(error) = written.and_then(|()| self.writer.flush()) {
            self.broken = true;
            return Err(EventLogError::NotWritten(error));
        }
        self.next += 1;
        self.prev = sha256_hex(&line);
        self.tree.push(leaf_hash(&line));
        Ok(())
    }

    /// What the log comes to so far.
    pub fn head(&self) -> ChainHead {
        ChainHead {
            count: self.next,
            last: self.prev.clone(),
            root: self.tree.root(),
        }
    }

    /// The number of events.
    pub fn len(&self) -> u64 {
        self.next
    }

    /// Whether there is no event yet.
    pub fn is_empty(&self) -> bool {
        self.next == 0
    }
}

/// What a log of some length comes to: two logs with one head are the same log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// How many events.
    pub count: u64,
    /// SHA-256 of the last line with its newline, hex.
    pub last: String,
    /// The head of the tree over all lines, RFC 6962.
    pub root: [u8; 32],
}

/// Why an event was not logged.
#[derive(Debug, Error)]
pub enum EventLogError {
    /// The writer refused it, such as a full disk.
    #[error("event not written: {0}")]
    NotWritten(#[source] io::Error),
    /// An earlier write failed.
    #[error("event log is broken by an earlier failed write")]
    Broken,
    /// The line is longer than a reader would take.
    #[error("event of {got} bytes, limit {limit}")]
    TooLong {
        /// Its length in bytes.
        got: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The body has no JSON form.
    #[error("event has no JSON form: {0}")]
    NotJson(#[source] serde_json::Error),
}

/// A log that was read, and whose chain holds.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Its events.
    pub events: Vec<Event>,
    /// SHA-256 of the last line, hex; zeros if there is none.
    last: String,
    leaves: Vec<[u8; 32]>,
}

impl Chain {
    /// What the log comes to.
    #[must_use]
    pub fn head(&self) -> ChainHead {
        ChainHead {
            count: u64::try_from(self.leaves.len()).unwrap_or(u64::MAX),
            last: self.last.clone(),
            root: root_over(&self.leaves),
        }
    }

    /// The head of the tree over the first lines, RFC 6962; `None` if there are not so many.
    #[must_use]
    pub fn root_at(&self, size: u64) -> Option<[u8; 32]> {
        let size = usize::try_from(size).ok()?;
        self.leaves.get(..size).map(root_over)
    }
}

fn root_over(leaves: &[[u8; 32]]) -> [u8; 32] {
    let mut tree = Tree::default();
    leaves.iter().for_each(|leaf| tree.push(*leaf));
    tree.root()
}

/// Reads a log and verifies its chain.
///
/// # Errors
/// [`ChainError`] at the first line that is not what it must be.
pub fn read_chain(mut reader: impl BufRead) -> Result<Chain, ChainError> {
    let mut events = Vec::new();
    let mut leaves = Vec::new();
    let mut prev = NO_LINE.to_owned();
    for n in 0.. {
        let Some(line) = read_line(&mut reader, n)? else {
            break;
        };
        if n >= EVENT_COUNT_LIMIT {
            return Err(ChainError::TooMany {
                limit: EVENT_COUNT_LIMIT,
            });
        }
        let event: Event =
            serde_json::from_slice(&line).map_err(|error| ChainError::NotAnEvent {
                line: n,
                reason: error.to_string(),
            })?;
        if event.n != n {
            return Err(ChainError::WrongNumber {
                line: n,
                got: event.n,
            });
        }
        if event.prev != prev {
            return Err(ChainError::WrongPrevious { line: n });
        }
        prev = sha256_hex(&line);
        leaves.push(leaf_hash(&line));
        events.push(event);
    }
    Ok(Chain {
        events,
        last: prev,
        leaves,
    })
}

/// The next line with its newline; `None` at the end.
fn read_line(reader: &mut impl BufRead, line: u64) -> Result<Option<Vec<u8>>, ChainError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(EVENT_LIMIT).unwrap_or(u64::MAX);
    reader
        .take(limit)
        .read_until(b'\n', &mut bytes)
        .map_err(|error| ChainError::NotRead { line, error })?;
    match bytes.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(bytes)),
        Some(_) if bytes.len() == EVENT_LIMIT => Err(ChainError::TooLong {
            line,
            limit: EVENT_LIMIT,
        }),
        Some(_) => Err(ChainError::CutOff { line }),
    }
}

/// Why a log is not one unbroken chain. Lines count from 0.
#[derive(Debug, Error)]
pub enum ChainError {
    /// The file could not be read.
    #[error("line {line} not read: {error}")]
    NotRead {
        /// The line.
        line: u64,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// A line is too long.
    #[error("line {line} is longer than {limit} bytes")]
    TooLong {
        /// The line.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// The last line has no newline: writing broke off.
    #[error("line {line} is cut off")]
    CutOff {
        /// The line.
        line: u64,
    },
    /// There are too many lines.
    #[error("more than {limit} events")]
    TooMany {
        /// The limit.
        limit: u64,
    },
    /// A line is no event.
    #[error("line {line} is no event: {reason}")]
    NotAnEvent {
        /// The line.
        line: u64,
        /// What does not fit.
        reason: String,
    },
    /// A line has the number of another.
    #[error("line {line} says that it is event {got}")]
    WrongNumber {
        /// The line.
        line: u64,
        /// Its own number.
        got: u64,
    },
    /// A line does not follow the line before it.
    #[error("line {line} names another line before it")]
    WrongPrevious {
        /// The line.
        line: u64,
    },
}

#[cfg(test)]
mod tests;
