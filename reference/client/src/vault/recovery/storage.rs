//! Secrets as they lie at the relay (Matrix specification, `m.secret_storage.v1.aes-hmac-sha2`).

use aes::Aes256;
use ctr::{
    Ctr128BE,
    cipher::{KeyIvInit as _, StreamCipher as _},
};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
    border::base64,
    sealed::{Key, SealError, fill},
};

/// The one algorithm that is spoken.
pub(crate) const ALGORITHM: &str = "m.secret_storage.v1.aes-hmac-sha2";

/// A private key is 43 characters; nothing that belongs here is longer.
const MAX_SECRET: usize = 256;

/// One sealed secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    iv: String,
    ciphertext: String,
    mac: String,
}

/// The public part of a storage key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Description {
    algorithm: String,
    iv: String,
    mac: String,
}

struct Halves {
    cipher: Zeroizing<[u8; 32]>,
    mac: Zeroizing<[u8; 32]>,
}

impl Halves {
    fn of(key: &Key, name: &str) -> Result<Self, SealError> {
        let mut both = Zeroizing::new([0; 64]);
        Hkdf::<Sha256>::new(Some(&[0; 32]), key.reveal())
            .expand(name.as_bytes(), both.as_mut())
            .map_err(|error| SealError::Crypto(error.to_string()))?;
        let (first, second) = both.split_at(32);
        let mut halves = Self {
            cipher: Zeroizing::new([0; 32]),
            mac: Zeroizing::new([0; 32]),
        };
        halves.cipher.copy_from_slice(first);
        halves.mac.copy_from_slice(second);
        Ok(halves)
    }

    fn apply(&self, iv: &[u8; 16], bytes: &mut [u8]) {
        Ctr128BE::<Aes256>::new(&(*self.cipher).into(), &(*iv).into()).apply_keystream(bytes);
    }

    fn tag(&self, ciphertext: &[u8]) -> Result<Hmac<Sha256>, SealError> {
        let mac = Hmac::<Sha256>::new_from_slice(self.mac.as_slice());
        let mut mac = mac.map_err(|error| SealError::Crypto(error.to_string()))?;
        mac.update(ciphertext);
        Ok(mac)
    }
}

/// Seals a secret under its name.
pub(super) fn seal(key: &Key, name: &str, secret: &[u8]) -> Result<Stored, SealError> {
    let mut iv = [0; 16];
    fill(&mut iv)?;
    // Bit 63 is cleared, for implementations that count in 64 bits.
    if let Some(byte) = iv.get_mut(8) {
        *byte &= 0x7f;
    }
    let halves = Halves::of(key, name)?;
    let mut ciphertext = secret.to_vec();
    halves.apply(&iv, &mut ciphertext);
    let mac = halves.tag(&ciphertext)?.finalize().into_bytes();
    Ok(Stored {
        iv: base64::encode(iv),
        ciphertext: base64::encode(&ciphertext),
        mac: base64::encode(mac),
    })
}

/// The secret, if it was sealed with this key under this name.
///
/// The MAC does not cover the IV: whoever gets a private key must compare it with the public one (ATK-BAK-05).
pub(super) fn open(key: &Key, name: &str, stored: &Stored) -> Option<Zeroizing<Vec<u8>>> {
    let iv = read_iv(&stored.iv)?;
    let mut bytes = Zeroizing::new(read(&stored.ciphertext)?);
    let halves = Halves::of(key, name).ok()?;
    let mac = halves.tag(&bytes).ok()?;
    mac.verify_slice(&read(&stored.mac)?).ok()?;
    halves.apply(&iv, &mut bytes);
    Some(bytes)
}

fn read(text: &str) -> Option<Vec<u8>> {
    base64::decode_padded(text, MAX_SECRET).ok()
}

/// An IV as [`seal`] makes it. Bit 63 is zero, so that no implementation counts differently (VEC-B-07).
fn read_iv(text: &str) -> Option<[u8; 16]> {
    let iv = <[u8; 16]>::try_from(read(text)?).ok()?;
    (iv.get(8)? & 0x80 == 0).then_some(iv)
}

impl Description {
    /// How a storage key is recognised: by what it makes of 32 zero bytes.
    pub(super) fn of(key: &Key) -> Result<Self, SealError> {
        let Stored { iv, mac, .. } = seal(key, "", &[0; 32])?;
        Ok(Self {
            algorithm: ALGORITHM.to_owned(),
            iv,
            mac,
        })
    }

    /// Whether it describes this key. Without IV and MAC it could describe any, so it is refused before (ATK-BAK-04).
    pub(crate) fn fits(&self, key: &Key) -> bool {
        let fits = || {
            let iv = read_iv(&self.iv)?;
            let halves = Halves::of(key, "").ok()?;
            let mut zeros = [0; 32];
            halves.apply(&iv, &mut zeros);
            halves
                .tag(&zeros)
                .ok()?
                .verify_slice(&read(&self.mac)?)
                .ok()
        };
        self.algorithm == ALGORITHM && fits().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_with_its_key_and_under_its_name() {
        let (key, other) = (Key::new([1; 32]), Key::new([2; 32]));
        let stored = seal(&key, "m.cross_signing.master", b"secret").unwrap();
        let opened = open(&key, "m.cross_signing.master", &stored).unwrap();
        assert_eq!(opened.as_slice(), b"secret");
        assert!(open(&other, "m.cross_signing.master", &stored).is_none());
        assert!(open(&key, "m.cross_signing.self_signing", &stored).is_none());
        let cut = Stored {
            mac: base64::encode([0]),
            ..stored
        };
        assert!(open(&key, "m.cross_signing.master", &cut).is_none());
    }

    #[test]
    fn a_description_fits_one_key() {
        let description = Description::of(&Key::new([1; 32])).unwrap();
        assert!(description.fits(&Key::new([1; 32])));
        assert!(!description.fits(&Key::new([2; 32])));
        let other = Description {
            algorithm: "m.other".to_owned(),
            ..description
        };
        assert!(!other.fits(&Key::new([1; 32])));
    }
}
