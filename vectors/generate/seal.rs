//! What Olm, Megolm and libolm's pickles share: HKDF, AES-CBC and a MAC of 8 bytes.

use aes::{
    Aes256,
    cipher::{
        BlockModeEncrypt as _, KeyIvInit as _,
        block_padding::{NoPadding, Pkcs7},
    },
};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// Bytes of a truncated MAC.
pub(super) const MAC: usize = 8;

/// A secret that is the same in every run.
pub(super) fn fixed(name: &str) -> [u8; 32] {
    Sha256::digest(format!("secret of a test vector: {name}")).into()
}

pub(super) fn hmac(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

/// HKDF-SHA-256; no salt is a salt of zero bytes (RFC 5869, 2.2).
pub(super) fn hkdf<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(info, &mut out)
        .expect("few bytes are asked for");
    out
}

/// AES-256 key, MAC key and IV (Olm specification, 'Version 1' of the cryptographic details).
pub(super) struct Keys([u8; 80]);

impl Keys {
    pub(super) fn of(secret: &[u8], info: &[u8]) -> Self {
        Self(hkdf(&[0], secret, info))
    }

    fn cbc(&self) -> cbc::Encryptor<Aes256> {
        cbc::Encryptor::new_from_slices(&self.0[..32], &self.0[64..])
            .expect("the key has 32 bytes, the IV 16")
    }

    pub(super) fn encrypt(&self, plaintext: &[u8]) -> Vec<u8> {
        self.cbc().encrypt_padded_vec::<Pkcs7>(plaintext)
    }

    /// Encrypts whole blocks that bring their own padding.
    pub(super) fn encrypt_blocks(&self, padded: &[u8]) -> Vec<u8> {
        self.cbc().encrypt_padded_vec::<NoPadding>(padded)
    }

    pub(super) fn mac(&self, bytes: &[u8]) -> [u8; 32] {
        hmac(&self.0[32..64], bytes)
    }

    /// `bytes` with their truncated MAC behind them.
    pub(super) fn with_mac(&self, bytes: &[u8]) -> Vec<u8> {
        [bytes, &self.mac(bytes)[..MAC]].concat()
    }
}
