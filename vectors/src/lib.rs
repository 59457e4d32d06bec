//! Test vectors as data, and their typed loader.
//!
//! A vector is an operation, its inputs and what a sound product makes of them: `valid` or
//! `invalid`, never "acceptable". What implementations really do stands beside it as `measured`.
//! `README.md` explains the files and names the operations.
//!
//! The files in `data/` are written by `cargo run -p pruefstand-vectors --example generate` and
//! have the shape of `schema.json`, which follows Wycheproof's.

mod fault;
mod file;
mod rule;
mod runner;
mod set;
mod word;

use std::{fs::File, io::Read as _, path::Path};

pub use fault::{Error, VectorFault};
pub use runner::{
    Answer, Case, MAX_HANGS, MAX_OUTPUT, PATIENCE, REFUSED, Runner, RunnerFault, TAKEN,
    UNSUPPORTED, serve,
};
pub use set::{Set, Vector, parse};
pub use word::{BugType, Measured, Note, Outcome, Stage};

/// Bytes of the longest file that [`open`] reads.
pub const MAX_FILE: u64 = 64 << 20;

/// Operations on what a messenger need not have. A product without one is named with it, and is neither right nor wrong on its vectors.
pub const OPTIONAL: [&str; 6] = [
    "dehydrated-device",
    "megolm-backup-v1",
    "olm-pickle",
    "qr-login-check-code",
    "qr-verification",
    "secret-storage-passphrase",
];

/// Name and text of every file.
const FILES: &[(&str, &str)] = &[
    ("vec-x", include_str!("../data/vec-x.json")),
    ("vec-e", include_str!("../data/vec-e.json")),
    ("vec-a", include_str!("../data/vec-a.json")),
    ("vec-b", include_str!("../data/vec-b.json")),
    ("vec-j", include_str!("../data/vec-j.json")),
    ("vec-s", include_str!("../data/vec-s.json")),
    ("vec-o", include_str!("../data/vec-o.json")),
    ("vec-p", include_str!("../data/vec-p.json")),
    ("vec-m", include_str!("../data/vec-m.json")),
    ("vec-k", include_str!("../data/vec-k.json")),
    (
        "wycheproof-x25519",
        include_str!("../data/wycheproof-x25519.json"),
    ),
    (
        "wycheproof-ed25519",
        include_str!("../data/wycheproof-ed25519.json"),
    ),
    (
        "wycheproof-aes-256-gcm",
        include_str!("../data/wycheproof-aes-256-gcm.json"),
    ),
    (
        "wycheproof-hmac-sha256",
        include_str!("../data/wycheproof-hmac-sha256.json"),
    ),
    (
        "wycheproof-hkdf-sha256",
        include_str!("../data/wycheproof-hkdf-sha256.json"),
    ),
    ("cctv-ed25519", include_str!("../data/cctv-ed25519.json")),
];

/// All sets, always in the same order.
///
/// # Errors
/// If a committed file is malformed.
pub fn sets() -> Result<Vec<Set>, Error> {
    FILES.iter().map(|(name, text)| parse(name, text)).collect()
}

/// Reads a file of anybody; the set has the name that the path shows.
///
/// # Errors
/// If the file cannot be read, is longer than [`MAX_FILE`] or breaks a rule of the format.
pub fn open(path: &Path) -> Result<Set, Error> {
    let set = path.display().to_string();
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_string(&mut text));
    match read {
        Err(reason) => Err(Error::Unreadable { set, reason }),
        Ok(_) if text.len() as u64 > MAX_FILE => Err(Error::TooLong {
            set,
            limit: MAX_FILE,
        }),
        Ok(_) => parse(&set, &text),
    }
}
