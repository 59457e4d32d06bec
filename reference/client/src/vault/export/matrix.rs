//! Files of room keys that other clients write (Matrix specification, 'Key exports').

use std::collections::BTreeMap;

use aes::Aes256;
use ctr::{
    Ctr128BE,
    cipher::{KeyIvInit as _, StreamCipher as _},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use super::{super::VaultRefusal, MAX_FILE};
use crate::{Conduct, Flaw, RoomId, Secret, border::base64, directory::MEGOLM, sealed::SealError};

const HEADER: &str = "-----BEGIN MEGOLM SESSION DATA-----";
const FOOTER: &str = "-----END MEGOLM SESSION DATA-----";

/// The one version of the format.
const VERSION: u8 = 1;

/// The fewest iterations that are accepted (RFC 8018, 4.2): whoever has the file can guess as often as he likes.
const FEWEST: u32 = 1_000;

/// More would let a hostile file take this device's time (ATK-BAK-11).
const MOST: u32 = 10_000_000;

/// Keys in one file, as many as a client keeps.
const MAX_KEYS: usize = 100_000;

/// A room key as other clients write it. What else they say about it is nothing that this client believes.
#[derive(Deserialize)]
pub(super) struct Exported {
    algorithm: String,
    pub(super) room_id: RoomId,
    pub(super) session_id: String,
    pub(super) session_key: Secret,
    /// The Curve25519 key of the device that the session is said to belong to.
    pub(super) sender_key: String,
    /// The other keys of that device, by algorithm.
    #[serde(default)]
    pub(super) sender_claimed_keys: BTreeMap<String, String>,
}

/// Whether the file is one of these.
pub(super) fn is_one(file: &[u8]) -> bool {
    file.starts_with(HEADER.as_bytes())
}

/// The Megolm keys of a file.
pub(super) fn read(
    file: &[u8],
    passphrase: &Secret,
    conduct: &Conduct,
) -> Result<Vec<Exported>, VaultRefusal> {
    let plaintext = open(file, passphrase, conduct)?;
    let keys: Vec<Exported> = serde_json::from_slice(&plaintext)
        .map_err(|_shape| VaultRefusal::FileMalformed("its keys"))?;
    if keys.len() > MAX_KEYS {
        return Err(VaultRefusal::FileMalformed("too many keys"));
    }
    let is_megolm = |key: &Exported| key.algorithm == MEGOLM;
    Ok(keys.into_iter().filter(is_megolm).collect())
}

/// What the file holds, if passphrase and MAC are right. Nothing is decrypted before the MAC was compared, and nothing is paid for a passphrase
/// whose cost is out of bounds (VEC-B-01).
pub(crate) fn open(
    file: &[u8],
    passphrase: &Secret,
    conduct: &Conduct,
) -> Result<Zeroizing<Vec<u8>>, VaultRefusal> {
    let bytes = unwrap(file).ok_or(VaultRefusal::FileMalformed("its lines"))?;
    let cut = || VaultRefusal::FileMalformed("it is cut");
    let (body, mac) = bytes.split_last_chunk::<32>().ok_or_else(cut)?;
    let (version, rest) = body.split_first().ok_or_else(cut)?;
    let (salt, rest) = rest.split_first_chunk::<16>().ok_or_else(cut)?;
    let (iv, rest) = rest.split_first_chunk::<16>().ok_or_else(cut)?;
    let (iterations, ciphertext) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
    if *version != VERSION {
        let (got, limit) = (u32::from(*version), u32::from(VERSION));
        return Err(SealError::Version { got, limit }.into());
    }
    // Implementations that count in 64 bits would read something else.
    if u128::from_be_bytes(*iv) & (1 << 63) != 0 {
        return Err(VaultRefusal::FileMalformed("its IV"));
    }
    let iterations = u32::from_be_bytes(*iterations);
    check_cost(iterations, conduct)?;
    let mut keys = Zeroizing::new([0; 64]);
    let passphrase = passphrase.reveal().as_bytes();
    pbkdf2::pbkdf2_hmac::<Sha512>(passphrase, salt, iterations, keys.as_mut_slice());
    let (cipher_key, mac_key) = keys.split_first_chunk::<32>().ok_or_else(cut)?;
    let failed = |error: hmac::digest::InvalidLength| SealError::Crypto(error.to_string());
    let expected = Hmac::<Sha256>::new_from_slice(mac_key).map_err(failed)?;
    let is_right = expected.chain_update(body).verify_slice(mac);
    is_right.or(Err(VaultRefusal::FileClosed))?;
    let mut plaintext = Zeroizing::new(ciphertext.to_vec());
    Ctr128BE::<Aes256>::new(&(*cipher_key).into(), &(*iv).into()).apply_keystream(&mut plaintext);
    Ok(plaintext)
}

/// The bytes between header and footer.
fn unwrap(file: &[u8]) -> Option<Vec<u8>> {
    let mut lines = std::str::from_utf8(file).ok()?.lines();
    let (HEADER, FOOTER) = (lines.next()?, lines.next_back()?) else {
        return None;
    };
    let mut text = String::with_capacity(file.len());
    for line in lines {
        if line.is_empty() {
            return None;
        }
        text.push_str(line);
    }
    base64::decode_padded(&text, MAX_FILE).ok()
}

fn check_cost(iterations: u32, conduct: &Conduct) -> Result<(), SealError> {
    let lax = conduct.has(Flaw::KdfFloorMissing);
    if iterations > MOST || (iterations < FEWEST && !lax) {
        return Err(SealError::Cost {
            what: "number of iterations",
            got: iterations,
            least: FEWEST,
            most: MOST,
        });
    }
    Ok(())
}
