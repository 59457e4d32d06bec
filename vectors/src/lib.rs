//! Test vectors as data, and their typed loader.
//!
//! A vector is an operation, its inputs and what a sound product makes of them: `valid` or
//! `invalid`, never "acceptable". What a library really does stands beside it as `measured`.
//!
//! | operation | inputs (hex) | output (hex) |
//! |---|---|---|
//! | `x25519` | `private`, `public` | shared secret |
//! | `curve25519-key` | `public`: bytes of a partner's key | |
//! | `curve25519-base64` | `text`: UTF-8 text of a partner's key | |
//! | `ed25519-key` | `public`: bytes of a signing key | |
//! | `ed25519-verify` | `public`, `message`, `signature` | |
//! | `signed-json` | `public`, and as UTF-8 text `object`, `user`, `key_id` | |
//!
//! The files in `data/` are written by `cargo run -p pruefstand-vectors --example generate` and
//! have the shape of `schema.json`, which follows Wycheproof's.

mod file;
mod set;

use thiserror::Error;

pub use set::{Outcome, Set, Vector};

/// Why a set cannot be loaded.
#[derive(Debug, Error)]
pub enum Error {
    /// A file does not have the shape of `schema.json`.
    #[error("vector set {set} is malformed: {reason}")]
    Malformed {
        /// Name of the set.
        set: &'static str,
        /// What is wrong, and where.
        reason: serde_json::Error,
    },
    /// A file says another number of vectors than it holds.
    #[error("vector set {set} holds {got} vectors and says {said}")]
    WrongCount {
        /// Name of the set.
        set: &'static str,
        /// Vectors in the file.
        got: usize,
        /// Vectors that the file says it holds.
        said: usize,
    },
    /// A vector uses a flag that the file does not explain.
    #[error("vector {id} has the flag {flag}, which its set does not explain")]
    UnknownFlag {
        /// Id of the vector.
        id: String,
        /// The flag.
        flag: String,
    },
}

/// Name and text of every file.
const FILES: [(&str, &str); 4] = [
    ("vec-x", include_str!("../data/vec-x.json")),
    ("vec-e", include_str!("../data/vec-e.json")),
    (
        "wycheproof-x25519",
        include_str!("../data/wycheproof-x25519.json"),
    ),
    (
        "wycheproof-ed25519",
        include_str!("../data/wycheproof-ed25519.json"),
    ),
];

/// All sets, always in the same order.
///
/// # Errors
/// If a committed file is malformed.
pub fn sets() -> Result<Vec<Set>, Error> {
    FILES
        .iter()
        .map(|(name, text)| set::load(name, text))
        .collect()
}
