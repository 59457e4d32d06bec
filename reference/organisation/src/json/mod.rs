//! JSON with one reading: no key twice in an object, bounded depth and size, exact integers.
//!
//! Canonical JSON is that of the Matrix specification (appendix "Canonical JSON"): keys in the
//! order of their code points, no white space, integers of at most 53 bits.

mod canonical;
mod parse;

use thiserror::Error;

pub use canonical::{canonical, canonical_without};
pub use parse::{Taken, parse, parse_ambiguous, parse_body};

/// Largest text of one object that is signed or encrypted, as of one Matrix event.
pub const MAX_OBJECT: usize = 64 * 1024;

/// Largest nesting of objects and arrays.
pub const MAX_DEPTH: usize = 32;

/// Largest integer, and the negative of the smallest: 2^53 - 1.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Why a text or value has no canonical reading.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JsonError {
    /// Longer than its place allows.
    #[error("JSON has {got} bytes, at most {limit} are allowed")]
    TooLong {
        /// Bytes of the text.
        got: usize,
        /// The largest number allowed.
        limit: usize,
    },
    /// No JSON, nested too deeply, or an object that names a key twice.
    #[error("JSON has no single reading at line {line}, column {column}")]
    NotStrict {
        /// Line of the first fault, counted from 1.
        line: usize,
        /// Column of the first fault, counted from 1.
        column: usize,
    },
    /// A number that is no integer of at most 53 bits.
    #[error("JSON holds a number that is no integer within 53 bits")]
    NoExactInteger,
    /// Nested more deeply than allowed.
    #[error("JSON is nested more than {limit} levels deep")]
    TooDeep {
        /// The largest depth allowed.
        limit: usize,
    },
}
