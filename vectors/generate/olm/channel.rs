//! A channel of which both ends and every turn of the ratchet are known (Olm specification, 'The Olm Algorithm').

use curve25519_dalek::MontgomeryPoint;

use super::super::{
    pickle::Session,
    seal::{Keys, fixed, hkdf, hmac},
    wire::{Field, Wire},
};

/// Tags of a normal message.
pub(in super::super) const RATCHET_KEY: u8 = 0x0a;
pub(in super::super) const CHAIN_INDEX: u8 = 0x10;
pub(in super::super) const CIPHERTEXT: u8 = 0x22;

pub(in super::super) fn curve_public(secret: [u8; 32]) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(secret).0
}

fn agreed(secret: [u8; 32], public: [u8; 32]) -> [u8; 32] {
    MontgomeryPoint(public).mul_clamped(secret).0
}

/// One direction between two turns: a ratchet key and the chain below it.
#[derive(Clone, Copy)]
pub(in super::super) struct Chain {
    pub(in super::super) secret: [u8; 32],
    first: [u8; 32],
}

impl Chain {
    pub(in super::super) fn public(&self) -> [u8; 32] {
        curve_public(self.secret)
    }

    /// The chain key at an index.
    pub(in super::super) fn key_at(&self, index: u32) -> [u8; 32] {
        (0..index).fold(self.first, |key, _| hmac(&key, &[2]))
    }

    pub(in super::super) fn keys(&self, index: u32) -> Keys {
        Keys::of(&hmac(&self.key_at(index), &[1]), b"OLM_KEYS")
    }

    /// The fields of a message as an encoder writes them.
    pub(in super::super) fn fields(&self, index: u32, ciphertext: Vec<u8>) -> Wire {
        let fields = vec![
            Field::Bytes(RATCHET_KEY, self.public().to_vec()),
            Field::Number(CHAIN_INDEX, index.into()),
            Field::Bytes(CIPHERTEXT, ciphertext),
        ];
        Wire::new(3, fields)
    }

    /// A message of the chain that names another ratchet key than the chain's own.
    pub(in super::super) fn message_under(&self, key: [u8; 32], plaintext: &[u8]) -> Vec<u8> {
        let keys = self.keys(0);
        let fields = vec![
            Field::Bytes(RATCHET_KEY, key.to_vec()),
            Field::Number(CHAIN_INDEX, 0),
            Field::Bytes(CIPHERTEXT, keys.encrypt(plaintext)),
        ];
        keys.with_mac(&Wire::new(3, fields).bytes())
    }

    /// A message of the chain.
    pub(in super::super) fn message(&self, index: u32, plaintext: &[u8]) -> Vec<u8> {
        let keys = self.keys(index);
        let wire = self.fields(index, keys.encrypt(plaintext));
        keys.with_mac(&wire.bytes())
    }
}

/// Who opens a channel and whom to.
pub(in super::super) struct Opening {
    pub(in super::super) alice: [u8; 32],
    pub(in super::super) base: [u8; 32],
    pub(in super::super) bob: [u8; 32],
    pub(in super::super) one_time: [u8; 32],
}

impl Opening {
    pub(in super::super) fn keys(&self) -> [[u8; 32]; 3] {
        [self.alice, self.base, self.one_time].map(curve_public)
    }

    /// Root key and Alice's first chain.
    pub(in super::super) fn start(&self) -> ([u8; 32], Chain) {
        let secret = [
            agreed(self.alice, curve_public(self.one_time)),
            agreed(self.base, curve_public(self.bob)),
            agreed(self.base, curve_public(self.one_time)),
        ];
        let (root, first) = halves(hkdf(&[0], &secret.concat(), b"OLM_ROOT"));
        let secret = fixed("ratchet key 0 of Alice");
        (root, Chain { secret, first })
    }

    /// The fields of a pre-key message around an inner one.
    pub(in super::super) fn fields(&self, inner: Vec<u8>) -> Wire {
        let [identity, base, one_time] = self.keys().map(|key| key.to_vec());
        let fields = vec![
            Field::Bytes(0x0a, one_time),
            Field::Bytes(0x12, base),
            Field::Bytes(0x1a, identity),
            Field::Bytes(0x22, inner),
        ];
        Wire::new(3, fields)
    }

    /// The message that opens the channel.
    pub(in super::super) fn message(&self, plaintext: &[u8]) -> Vec<u8> {
        let (_, chain) = self.start();
        self.fields(chain.message(0, plaintext)).bytes()
    }
}

/// A channel after some turns of the ratchet.
pub(in super::super) struct Channel {
    opening: Opening,
    root: [u8; 32],
    /// Alice's chains, one a turn.
    pub(in super::super) alice: Vec<Chain>,
}

impl Channel {
    /// A channel in which Alice was answered this often and wrote again.
    pub(in super::super) fn after(answers: usize) -> Self {
        let opening = Opening {
            alice: fixed("identity key of Alice"),
            base: fixed("base key of Alice"),
            bob: fixed("identity key of Bob"),
            one_time: fixed("one-time key of Bob"),
        };
        let (root, first) = opening.start();
        let mut channel = Self {
            opening,
            root,
            alice: vec![first],
        };
        for turn in 1..=answers {
            let heard = channel.alice[turn - 1].public();
            let answer = channel.turn(fixed(&format!("ratchet key {turn} of Bob")), heard);
            let next = channel.turn(
                fixed(&format!("ratchet key {turn} of Alice")),
                answer.public(),
            );
            channel.alice.push(next);
        }
        channel
    }

    /// Alice's chain after Bob's last answer if her agreement with his key is zero.
    pub(in super::super) fn weak_chain(answers: usize) -> Chain {
        let session = Self::bob_before_last(answers);
        let (_, first) = halves(hkdf(&session.root, &[0; 32], b"OLM_RATCHET"));
        Chain {
            secret: [0; 32],
            first,
        }
    }

    /// Turns the ratchet with a key of one's own and the other's last.
    fn turn(&mut self, secret: [u8; 32], other: [u8; 32]) -> Chain {
        let (root, first) = halves(hkdf(&self.root, &agreed(secret, other), b"OLM_RATCHET"));
        self.root = root;
        Chain { secret, first }
    }

    pub(in super::super) fn identity_of_alice(&self) -> [u8; 32] {
        curve_public(self.opening.alice)
    }

    /// Bob's end when he has answered, and has heard the first message of each of Alice's chains but the last.
    pub(in super::super) fn bob_before_last(answers: usize) -> Session {
        let mut channel = Self::after(answers - 1);
        let heard = channel.alice[answers - 1].public();
        let answer = channel.turn(fixed(&format!("ratchet key {answers} of Bob")), heard);
        Session {
            keys: channel.opening.keys(),
            root: channel.root,
            sending: Some(answer),
            receiving: channel
                .alice
                .iter()
                .rev()
                .map(|chain| (*chain, 1))
                .collect(),
        }
    }
}

fn halves(bytes: [u8; 64]) -> ([u8; 32], [u8; 32]) {
    let (root, chain) = bytes.split_at(32);
    (
        root.try_into().expect("half of 64"),
        chain.try_into().expect("half of 64"),
    )
}
