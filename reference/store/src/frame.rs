//! Commits as bytes: each is one frame, whole or not there.

use std::collections::BTreeMap;

use reference_client::Records;
use sha2::{Digest, Sha256};

use crate::FileError;

/// The beginning of every file of records, with the version of its format.
pub(crate) const MAGIC: &[u8; 8] = b"PRFSTO-1";

/// Length and check of a frame.
const HEADER: usize = 4 + CHECK;

/// Bytes of SHA-256 that tell a whole frame from a torn one; whether it is authentic, the sealed store knows.
const CHECK: usize = 8;

/// What a file held.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Replay {
    /// The records after the last whole frame.
    pub(crate) records: BTreeMap<String, Vec<u8>>,
    /// Bytes up to the end of the last whole frame; what is behind them was never finished.
    pub(crate) whole: usize,
}

/// One commit as a frame; `None` if it is too large for one.
pub(crate) fn encode(records: &Records) -> Option<Vec<u8>> {
    let mut payload = Vec::new();
    for (name, value) in &records.0 {
        payload.extend(u16::try_from(name.len()).ok()?.to_be_bytes());
        payload.extend(name.as_bytes());
        match value {
            None => payload.push(0),
            Some(value) => {
                payload.push(1);
                payload.extend(u32::try_from(value.len()).ok()?.to_be_bytes());
                payload.extend(value);
            }
        }
    }
    let length = u32::try_from(payload.len()).ok()?;
    let mut frame = Vec::with_capacity(HEADER + payload.len());
    frame.extend(length.to_be_bytes());
    frame.extend(check(&payload));
    frame.extend(payload);
    Some(frame)
}

/// Replays a file. What a crash left of its last frame is left out.
pub(crate) fn replay(file: &[u8]) -> Result<Replay, FileError> {
    let mut replay = Replay::default();
    if MAGIC.starts_with(file) {
        // Not even its beginning was written.
        return Ok(replay);
    }
    let mut rest = file.strip_prefix(MAGIC).ok_or(FileError::Damaged {
        at: 0,
        what: "it is no file of records",
    })?;
    replay.whole = MAGIC.len();
    while let Some((payload, sum, after)) = split(rest) {
        let at = replay.whole;
        if check(payload) != sum {
            if after.is_empty() {
                break;
            }
            return Err(FileError::Damaged {
                at,
                what: "a commit was changed",
            });
        }
        let changes = decode(payload).ok_or(FileError::Damaged {
            at,
            what: "a commit is malformed",
        })?;
        apply(&mut replay.records, changes);
        replay.whole += HEADER + payload.len();
        rest = after;
    }
    Ok(replay)
}

/// Makes the changes of a commit.
pub(crate) fn apply(records: &mut BTreeMap<String, Vec<u8>>, changes: Records) {
    for (name, value) in changes.0 {
        match value {
            Some(value) => records.insert(name, value),
            None => records.remove(&name),
        };
    }
}

/// Payload, check, and what follows; `None` if the frame is not there to its end.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (sum, rest) = rest.split_at_checked(CHECK)?;
    let (payload, rest) =
        rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    Some((payload, sum, rest))
}

fn decode(mut payload: &[u8]) -> Option<Records> {
    let mut records = Records::default();
    while !payload.is_empty() {
        let (length, rest) = payload.split_first_chunk()?;
        let (name, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let name = String::from_utf8(name.to_vec()).ok()?;
        let (kind, rest) = rest.split_first()?;
        let (value, rest) = match kind {
            0 => (None, rest),
            1 => {
                let (length, rest) = rest.split_first_chunk()?;
                let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
                let (value, rest) = rest.split_at_checked(length)?;
                (Some(value.to_vec()), rest)
            }
            _ => return None,
        };
        records.0.insert(name, value);
        payload = rest;
    }
    Some(records)
}

fn check(payload: &[u8]) -> [u8; CHECK] {
    let hash: [u8; 32] = Sha256::digest(payload).into();
    hash.first_chunk().copied().unwrap_or_default()
}
