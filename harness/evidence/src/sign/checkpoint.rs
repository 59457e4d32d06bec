//! A signed tree head as a signed note (C2SP `tlog-checkpoint` and `signed-note`), by the run's key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{PublicKey, SigningKey};

/// The type byte of Ed25519 signatures in signed notes.
const ED25519: u8 = 1;

/// The head of the event log's tree at one length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name: `pruefstand/<run>`.
    pub origin: String,
    /// How many events.
    pub size: u64,
    /// The tree head, RFC 6962.
    pub root: [u8; 32],
}

impl Checkpoint {
    /// The note: three lines of text, an empty line, a signature line that begins with an em dash.
    ///
    /// The run's key is an Ed25519 key, as notes want it.
    #[must_use]
    pub fn note(&self, key: &SigningKey) -> String {
        let text = self.text();
        let mut signed = key_hash(&self.origin, &key.public()).to_vec();
        signed.extend(key.sign(text.as_bytes()));
        format!(
            "{text}\n\u{2014} {} {}\n",
            self.origin,
            STANDARD.encode(signed)
        )
    }

    /// Whether a note says just this, under a key.
    #[must_use]
    pub fn is_said_by(&self, note: &str, key: &PublicKey) -> bool {
        let text = self.text();
        let signature = note
            .strip_prefix(&text)
            .and_then(|rest| rest.strip_prefix("\n\u{2014} "))
            .and_then(|rest| rest.strip_prefix(&self.origin))
            .and_then(|rest| rest.strip_prefix(' '))
            .and_then(|rest| rest.strip_suffix('\n'))
            .and_then(|rest| STANDARD.decode(rest).ok());
        let hash = key_hash(&self.origin, key);
        signature.is_some_and(|signature| {
            signature
                .strip_prefix(hash.as_slice())
                .is_some_and(|signature| key.verifies(text.as_bytes(), signature))
        })
    }

    fn text(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            STANDARD.encode(self.root)
        )
    }
}

/// The first four bytes of SHA-256 over name, newline, type and key.
fn key_hash(name: &str, key: &PublicKey) -> [u8; 4] {
    let public = match key {
        PublicKey::Ed25519(key) => key.as_bytes().to_vec(),
        PublicKey::P256(key) => key.to_sec1_point(true).as_bytes().to_vec(),
    };
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ED25519])
        .chain_update(public)
        .finalize();
    let mut first = [0; 4];
    first.copy_from_slice(hash.first_chunk::<4>().unwrap_or(&[0; 4]));
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_one_head_under_one_key() {
        let key = SigningKey::ed25519(&[1; 32]);
        let head = Checkpoint {
            origin: "pruefstand/r1".to_owned(),
            size: 3,
            root: [7; 32],
        };
        let note = head.note(&key);
        assert!(head.is_said_by(&note, &key.public()));
        let longer = Checkpoint {
            size: 4,
            ..head.clone()
        };
        assert!(!longer.is_said_by(&note, &key.public()));
        assert!(!head.is_said_by(&note, &SigningKey::ed25519(&[2; 32]).public()));
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1;
            let changed = String::from_utf8_lossy(&bytes).into_owned();
            assert!(!head.is_said_by(&changed, &key.public()), "byte {at}");
        }
    }
}
