//! Classes VEC-B: keys in files, at the relay and on the device.

#![expect(
    clippy::too_many_lines,
    reason = "a table of cases is read as one, a case a row"
)]

mod dehydrated;
mod export;
mod lid;
mod megolm;
mod part;
mod passphrase;
mod pickle;
mod recovery;
mod storage;

use aes::{
    Aes256,
    cipher::{BlockModeEncrypt as _, KeyIvInit as _, StreamCipher as _, block_padding::Pkcs7},
};
use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use ctr::Ctr128BE;
use hmac::{Hmac, Mac as _};
use pruefstand_vectors::BugType::{
    AuthBypass, Basic, CanOfWorms, Defined, EdgeCase, Functionality, MissingStep, WeakParams,
};
use sha2::Sha512;

use vodozemac::base64_encode as base64;

use super::{
    file::File,
    seal::{self, hmac},
};

pub(super) fn file() -> File {
    let file = notes(File::new(
        "Key export files, key backup, secret storage, recovery keys, pickles",
        "Prüfstand, Apache-2.0 OR MIT",
    ));
    let file = file
        .group("VEC-B-01", "key-export", export::drafts())
        .group("VEC-B-02", "megolm-backup-v1", megolm::ciphertexts())
        .group("VEC-B-02", "backup-part", part::ciphertexts())
        .group("VEC-B-03", "megolm-backup-v1", megolm::macs())
        .group("VEC-B-03", "backup-part", part::tags())
        .group("VEC-B-04", "megolm-backup-v1", megolm::ephemerals())
        .group("VEC-B-04", "backup-part", part::ephemerals())
        .group("VEC-B-05", "megolm-backup-v1", megolm::places())
        .group("VEC-B-05", "backup-part", part::places())
        .group("VEC-B-06", "backup-key", part::keys());
    file.group("VEC-B-07", "secret-storage", storage::secrets())
        .group("VEC-B-07", "secret-storage-key", storage::descriptions())
        .group(
            "VEC-B-08",
            "secret-storage-passphrase",
            passphrase::stored(),
        )
        .group("VEC-B-08", "passphrase-key", passphrase::own())
        .group("VEC-B-09", "recovery-key", recovery::drafts())
        .group("VEC-B-10", "olm-pickle", pickle::forms())
        .group("VEC-B-10", "store-lid", lid::forms())
        .group("VEC-B-11", "olm-pickle", pickle::edits())
        .group("VEC-B-11", "store-lid", lid::edits())
        .group("VEC-B-12", "dehydrated-device", dehydrated::drafts())
}

#[rustfmt::skip]
fn notes(file: File) -> File {
    const EXPORT: &str = "Matrix specification, 'Key exports'";
    const BACKUP: &str = "Matrix specification, 'm.megolm_backup.v1.curve25519-aes-sha2'";
    const STORAGE: &str = "Matrix specification, 'Secret storage'";
    file.note("Valid", Basic, "must be taken: the honest twin of the refused ones", EXPORT)
        .note("Changed", AuthBypass, "bytes that a MAC, tag or signature does not cover any more", "ATK-BAK-01")
        .note("Unauthenticated", Defined, "nothing in the format says who made it: it opens, and vouches for nothing", "ATK-BAK-01")
        .note("Truncated", WeakParams, "fewer bytes of a MAC than it has, or more", BACKUP)
        .note("Form", Functionality, "no text or bytes that the format's encoder writes", EXPORT)
        .note("NonCanonical", CanOfWorms, "another text of the same bytes", "RFC 4648, 3.5")
        .note("Version", CanOfWorms, "another version or algorithm than the one that is spoken", EXPORT)
        .note("Cost", WeakParams, "a passphrase that is too cheap to guess, or too dear to try", "ATK-BAK-04, ATK-BAK-11; RFC 8018, 4.2")
        .note("Counter", EdgeCase, "bit 63 of an IV, on which implementations of AES-CTR differ", STORAGE)
        .note("WrongPassphrase", Basic, "another passphrase or key", EXPORT)
        .note("SmallOrder", AuthBypass, "the secret is zero with every partner", "ATK-DIR-11")
        .note("Alias", CanOfWorms, "another text or encoding of a key", "ATK-DIR-12")
        .note("Reflected", AuthBypass, "the own public key as the ephemeral one", BACKUP)
        .note("WrongPlace", AuthBypass, "served where it does not belong", "ATK-BAK-01")
        .note("WrongSigner", AuthBypass, "a signature that somebody else, another key or nobody made", "ATK-BAK-02")
        .note("NoCheck", MissingStep, "a description that fits every key", "ATK-BAK-04")
        .note("WrongSecret", AuthBypass, "what opens is not the private half of the public key", "ATK-BAK-05")
        .note("Mistyped", Functionality, "a text with a typing error", "Matrix specification, 'Key representation'")
        .note("Pickle", Functionality, "a pickle that the library did not write", "vodozemac, 'Pickling'")
        .note("Dehydrated", Functionality, "a dehydrated device that nobody wrote", "MSC3814")
}

/// HKDF-SHA-256 without salt, which is a salt of 32 zero bytes.
fn hkdf<const N: usize>(secret: &[u8], info: &str) -> [u8; N] {
    seal::hkdf(&[], secret, info.as_bytes())
}

/// PBKDF2-HMAC-SHA-512 (RFC 8018, 5.2).
fn pbkdf2(passphrase: &str, salt: &[u8], iterations: u32, length: usize) -> Vec<u8> {
    let mac = Hmac::<Sha512>::new_from_slice(passphrase.as_bytes()).expect("every length");
    let block = |number: u32| {
        let first = mac
            .clone()
            .chain_update(salt)
            .chain_update(number.to_be_bytes());
        let mut last: [u8; 64] = first.finalize().into_bytes().into();
        let mut sum = last;
        for _ in 1..iterations {
            last = mac
                .clone()
                .chain_update(last)
                .finalize()
                .into_bytes()
                .into();
            sum.iter_mut()
                .zip(last)
                .for_each(|(sum, byte)| *sum ^= byte);
        }
        sum
    };
    let blocks = (1..).take(length.div_ceil(64)).flat_map(block);
    blocks.take(length).collect()
}

fn aes_ctr(key: &[u8], iv: [u8; 16], bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let key: [u8; 32] = key.try_into().expect("32 bytes");
    Ctr128BE::<Aes256>::new(&key.into(), &iv.into()).apply_keystream(&mut bytes);
    bytes
}

fn aes_cbc(key: &[u8], iv: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let key: [u8; 32] = key.try_into().expect("32 bytes");
    let iv: [u8; 16] = iv.try_into().expect("16 bytes");
    cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(plaintext)
}

/// A nonce of twelve bytes, then AES-256-GCM.
fn sealed(key: [u8; 32], nonce: [u8; 12], context: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let payload = Payload {
        msg: plaintext,
        aad: context,
    };
    let sealed = Aes256Gcm::new(&key.into()).encrypt(&nonce.into(), payload);
    [nonce.to_vec(), sealed.expect("a short plaintext")].concat()
}
