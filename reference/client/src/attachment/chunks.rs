//! The hashes of the parts of a ciphertext, so that a reader need not hold all of it to find that it is wrong.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::border::base64 as strict;

/// The member of an `EncryptedFile` that holds them. Clients that do not know it compare the whole hash.
pub(super) const MEMBER: &str = "dev.pruefstand.chunks";

/// Bytes of a chunk that this client writes.
const SIZE: usize = 64 << 10;

/// Bytes of a chunk that it reads: a power of two between these.
const LEAST: usize = 4 << 10;
const MOST: usize = 1 << 20;

/// Chunks of one file.
const MOST_CHUNKS: usize = 2048;

/// The SHA-256 of every chunk of a ciphertext, in order. Only the last chunk may be shorter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunks {
    pub(super) size: usize,
    pub(super) sha256: Vec<[u8; 32]>,
}

/// Why a list of chunks is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChunksError {
    /// The size of a chunk is no power of two, too small or too large.
    #[error("the size of a chunk is none that is read")]
    Size,
    /// There are too many chunks, or they are no list.
    #[error("the hashes of the chunks are no list, or too many")]
    List,
    /// A hash is not strict base64 of 32 bytes.
    #[error("the hash of a chunk is malformed")]
    Hash,
}

impl Chunks {
    pub(super) fn of(ciphertext: &[u8]) -> Self {
        let sha256 = ciphertext
            .chunks(SIZE)
            .map(|chunk| Sha256::digest(chunk).into());
        Self {
            size: SIZE,
            sha256: sha256.collect(),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let hashes = self.sha256.iter().map(strict::encode);
        json!({ "size": self.size, "sha256": hashes.collect::<Vec<_>>() })
    }

    pub(super) fn parse(chunks: &Value) -> Result<Self, ChunksError> {
        let size = chunks.get("size").and_then(Value::as_u64);
        let size = size
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(0);
        if !size.is_power_of_two() || !(LEAST..=MOST).contains(&size) {
            return Err(ChunksError::Size);
        }
        let hashes = chunks.get("sha256").and_then(Value::as_array);
        let hashes = hashes
            .filter(|hashes| hashes.len() <= MOST_CHUNKS)
            .ok_or(ChunksError::List)?;
        let parse = |hash: &Value| strict::decode_array(hash.as_str()?).ok();
        let sha256: Option<Vec<[u8; 32]>> = hashes.iter().map(parse).collect();
        Ok(Self {
            size,
            sha256: sha256.ok_or(ChunksError::Hash)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_survives_its_event_and_other_lists_are_refused() {
        let chunks = Chunks::of(&vec![7; SIZE * 2 + 1]);
        assert_eq!(chunks.sha256.len(), 3);
        assert_eq!(Chunks::parse(&chunks.to_json()), Ok(chunks.clone()));
        for size in [
            json!(0),
            json!(1000),
            json!(2048),
            json!(2 << 20),
            json!("65536"),
            json!(-4096),
        ] {
            let mut other = chunks.to_json();
            other["size"] = size;
            assert_eq!(Chunks::parse(&other), Err(ChunksError::Size));
        }
        let with = |list: Value| Chunks::parse(&json!({ "size": SIZE, "sha256": list }));
        assert_eq!(with(json!({})), Err(ChunksError::List));
        assert_eq!(
            with(json!(vec![strict::encode([0; 32]); MOST_CHUNKS + 1])),
            Err(ChunksError::List)
        );
        assert_eq!(
            with(json!([strict::encode([0; 31])])),
            Err(ChunksError::Hash)
        );
        assert_eq!(with(json!([1])), Err(ChunksError::Hash));
    }
}
