//! A group session of which everything is known (Megolm specification).

use ed25519_dalek::{Signer as _, SigningKey};

use super::super::{
    seal::{Keys, fixed, hmac},
    wire::{Field, Wire},
};

/// Tags of a message.
pub(super) const INDEX: u8 = 0x08;
pub(super) const CIPHERTEXT: u8 = 0x12;

/// A session, from index 0 on.
#[derive(Clone)]
pub(super) struct Group {
    parts: [[u8; 32]; 4],
    pub(super) signing: SigningKey,
}

impl Group {
    pub(super) fn named(name: &str) -> Self {
        Self {
            parts: [0, 1, 2, 3].map(|part| fixed(&format!("ratchet part {part} of {name}"))),
            signing: SigningKey::from_bytes(&fixed(&format!("signing key of {name}"))),
        }
    }

    pub(super) fn public(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }

    /// The session's id in Matrix.
    pub(super) fn id(&self) -> String {
        vodozemac::base64_encode(self.public())
    }

    /// The ratchet at an index: 2^24 steps of a part are one of the part before it.
    pub(super) fn ratchet(&self, index: u32) -> [u8; 128] {
        let mut parts = self.parts;
        for (part, steps) in index.to_be_bytes().into_iter().enumerate() {
            for _ in 0..steps {
                step(&mut parts, part);
            }
        }
        parts.concat().try_into().expect("four times 32 bytes")
    }

    pub(super) fn keys(&self, index: u32) -> Keys {
        Keys::of(&self.ratchet(index), b"MEGOLM_KEYS")
    }

    /// The fields of a message as an encoder writes them.
    pub(super) fn fields(index: u64, ciphertext: Vec<u8>) -> Wire {
        let fields = vec![
            Field::Number(INDEX, index),
            Field::Bytes(CIPHERTEXT, ciphertext),
        ];
        Wire::new(3, fields)
    }

    /// `bytes` with the owner's signature behind them.
    pub(super) fn signed(&self, bytes: &[u8]) -> Vec<u8> {
        [bytes, &self.signing.sign(bytes).to_bytes()].concat()
    }

    pub(super) fn message(&self, index: u32, plaintext: &[u8]) -> Vec<u8> {
        let keys = self.keys(index);
        let wire = Self::fields(index.into(), keys.encrypt(plaintext));
        self.signed(&keys.with_mac(&wire.bytes()))
    }

    /// The key as `m.room_key` carries it: version 2, signed by its owner.
    pub(super) fn session_key(&self, index: u32) -> Vec<u8> {
        self.signed(&self.unsigned(2, index))
    }

    /// The key as it is passed on: version 1, signed by nobody.
    pub(super) fn exported(&self, index: u32) -> Vec<u8> {
        self.unsigned(1, index)
    }

    fn unsigned(&self, version: u8, index: u32) -> Vec<u8> {
        [
            &[version][..],
            &index.to_be_bytes(),
            &self.ratchet(index),
            &self.public(),
        ]
        .concat()
    }
}

/// Moves a part on, and makes all below it anew from what it was.
fn step(parts: &mut [[u8; 32]; 4], part: usize) {
    let from = parts[part];
    for (seed, below) in (0_u8..).zip(parts.iter_mut()).skip(part) {
        *below = hmac(&from, &[seed]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule of the specification, one index at a time.
    #[test]
    fn the_jump_arrives_where_single_steps_do() {
        let group = Group::named("a group");
        let mut parts = group.parts;
        for index in 1..=65_537_u32 {
            let part = match index {
                _ if index.is_multiple_of(1 << 24) => 0,
                _ if index.is_multiple_of(1 << 16) => 1,
                _ if index.is_multiple_of(1 << 8) => 2,
                _ => 3,
            };
            step(&mut parts, part);
            if [1, 255, 256, 257, 65_535, 65_536, 65_537].contains(&index) {
                assert_eq!(parts.concat(), group.ratchet(index), "{index}");
            }
        }
    }
}
