//! Accounts and sessions as libolm's pickles, the one form of them that more than one library reads.
//!
//! A pickle is encrypted; these are under the empty key.

use ed25519_dalek::SigningKey;
use sha2::{Digest as _, Sha512};

use super::{
    olm::{Chain, curve_public},
    seal::Keys,
};

/// An account: its keys, and the keys for those who write first.
pub(super) struct Account {
    pub(super) identity: [u8; 32],
    pub(super) signing: SigningKey,
    pub(super) one_time: Vec<PreKey>,
    pub(super) fallback: Vec<PreKey>,
    /// The id that the next one-time key gets.
    pub(super) next_id: u32,
}

/// A one-time or fallback key.
#[derive(Clone, Copy)]
pub(super) struct PreKey {
    pub(super) id: u32,
    pub(super) secret: [u8; 32],
    pub(super) published: bool,
}

impl PreKey {
    fn bytes(&self) -> Vec<u8> {
        [
            &self.id.to_be_bytes()[..],
            &[u8::from(self.published)],
            &curve_public(self.secret),
            &self.secret,
        ]
        .concat()
    }
}

impl Account {
    pub(super) fn pickle(&self) -> String {
        let all = |keys: &[PreKey]| keys.iter().flat_map(PreKey::bytes).collect::<Vec<u8>>();
        let fallbacks = u8::try_from(self.fallback.len()).expect("at most two");
        let account = [
            &4_u32.to_be_bytes()[..],
            &signing_pair(&self.signing),
            &curve_public(self.identity),
            &self.identity,
            &count(&self.one_time),
            &all(&self.one_time),
            &[fallbacks],
            &all(&self.fallback),
            &self.next_id.to_be_bytes(),
        ];
        sealed(&account.concat())
    }
}

/// A channel as one end holds it.
pub(super) struct Session {
    /// Identity key and base key of who opened it, and the one-time key that they used.
    pub(super) keys: [[u8; 32]; 3],
    pub(super) root: [u8; 32],
    /// The own chain, if this end was the last to turn the ratchet.
    pub(super) sending: Option<Chain>,
    /// The other end's chains, the newest first as libolm has them, each with the index of its next message.
    pub(super) receiving: Vec<(Chain, u32)>,
}

impl Session {
    pub(super) fn pickle(&self) -> String {
        let mut session = [
            &1_u32.to_be_bytes()[..],
            &[1],
            &self.keys.concat(),
            &self.root,
        ]
        .concat();
        session.extend(count(self.sending.as_slice()));
        for chain in self.sending.as_slice() {
            session.extend([chain.public(), chain.secret, chain.key_at(0)].concat());
            session.extend([0; 4]);
        }
        session.extend(count(&self.receiving));
        for (chain, index) in &self.receiving {
            session.extend([chain.public(), chain.key_at(*index)].concat());
            session.extend(index.to_be_bytes());
        }
        // no skipped keys
        session.extend([0; 4]);
        sealed(&session)
    }
}

/// A group session for sending, at `index`.
pub(super) fn group_session(ratchet: &[u8; 128], index: u32, signing: &SigningKey) -> String {
    let session = [
        &1_u32.to_be_bytes()[..],
        ratchet,
        &index.to_be_bytes(),
        &signing_pair(signing),
    ];
    sealed(&session.concat())
}

/// Public key, and the private one as RFC 8032 expands it.
fn signing_pair(signing: &SigningKey) -> Vec<u8> {
    let mut secret: [u8; 64] = Sha512::digest(signing.to_bytes()).into();
    secret[0] &= 0xf8;
    secret[31] = secret[31] & 0x3f | 0x40;
    [&signing.verifying_key().to_bytes()[..], &secret].concat()
}

fn count<T>(items: &[T]) -> [u8; 4] {
    u32::try_from(items.len()).expect("few items").to_be_bytes()
}

fn sealed(pickle: &[u8]) -> String {
    let keys = Keys::of(b"", b"Pickle");
    vodozemac::base64_encode(keys.with_mac(&keys.encrypt(pickle)))
}
