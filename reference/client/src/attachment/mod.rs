//! Encrypted attachments, version 2 (Matrix specification, "Sending encrypted attachments").
//!
//! A file is encrypted once under a fresh key; key, IV and the hash of the ciphertext travel inside
//! the encrypted event. AES-CTR alone lets a relay flip bits, so nothing is released before the
//! hash was compared (ATK-ATT-01).

mod chunks;
mod file;
pub(crate) mod metadata;
mod opening;
mod padding;
mod uri;

use aes::{
    Aes256,
    cipher::{KeyIvInit as _, StreamCipher as _},
};
use ctr::Ctr64BE;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{Conduct, Flaw, Variant};
use chunks::Chunks;
pub use chunks::ChunksError;
pub use file::{EncryptedFile, FileError};
pub use opening::Opening;
pub use padding::size_class;
pub use uri::{MxcUri, UriError};

/// Why a file is not encrypted or not released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AttachmentError {
    /// The downloaded bytes are not those that the sender hashed.
    #[error("attachment does not have the hash in its event")]
    WrongHash,
    /// A chunk is not the one that the sender hashed for its place, or is one too many or too few.
    #[error("chunk {at} of the attachment is not the one of its place")]
    WrongChunk {
        /// Which, from 0.
        at: usize,
    },
    /// What follows the file is not padding, or the file is longer than what came.
    #[error("attachment is not padded as its event says")]
    WrongPadding,
    /// The system gives no random bytes for a key.
    #[error("system gives no random bytes")]
    NoRandomness,
}

/// Pads `plain` to its size class and encrypts it under a fresh key and IV; what is returned second must stay end-to-end encrypted.
///
/// # Errors
/// If the system gives no random bytes.
pub fn encrypt(
    plain: &[u8],
    conduct: &Conduct,
) -> Result<(Vec<u8>, EncryptedFile), AttachmentError> {
    let mut key = Zeroizing::new([0; 32]);
    let mut nonce = [0; 8];
    for random in [&mut key[..], &mut nonce] {
        // The flaw: what was to be random stays as it began.
        if !conduct.has(Flaw::FileKeyReused) {
            getrandom::fill(random).or(Err(AttachmentError::NoRandomness))?;
        }
    }
    // the low half counts blocks and starts at zero, so two files never share key stream
    let iv = u128::from(u64::from_be_bytes(nonce)) << 64;
    let iv = iv.to_be_bytes();
    let mut bytes = plain.to_vec();
    if !conduct.has(Flaw::SizeNotPadded) {
        let mut size = size_class(plain.len());
        if conduct.varies(Variant::FilesPaddedMore) {
            size = size.next_power_of_two();
        }
        bytes.resize(size, 0);
    }
    apply_key_stream(&key, iv, &mut bytes);
    let sha256 = Some(Sha256::digest(&bytes).into());
    let file = EncryptedFile {
        key,
        iv,
        sha256,
        chunks: Some(Chunks::of(&bytes)),
        size: Some(plain.len()),
    };
    Ok((bytes, file))
}

/// Decrypts the bytes that the relay served for `file`.
///
/// # Errors
/// If the bytes are not those that the sender hashed, whole and in each chunk, or the padding is none.
pub fn decrypt(
    file: &EncryptedFile,
    ciphertext: &[u8],
    conduct: &Conduct,
) -> Result<Vec<u8>, AttachmentError> {
    let mut opening = Opening::new(file, conduct);
    opening.take(ciphertext)?;
    opening.finish()
}

fn apply_key_stream(key: &[u8; 32], iv: [u8; 16], bytes: &mut [u8]) {
    Ctr64BE::<Aes256>::new(key.into(), &iv.into()).apply_keystream(bytes);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::border::base64;

    fn uri() -> MxcUri {
        "mxc://relay.example/abc".parse().unwrap()
    }

    #[test]
    fn a_file_survives_the_way_through_its_event() {
        for length in [0, 1, 15, 16, 17, 5000] {
            let plain = vec![7; length];
            let (ciphertext, file) = encrypt(&plain, &Conduct::honest()).unwrap();
            assert_eq!(ciphertext.len(), size_class(length));
            let (url, file) =
                EncryptedFile::parse(&file.to_json(&uri()), &Conduct::honest()).unwrap();
            assert_eq!(url, uri());
            assert_eq!(decrypt(&file, &ciphertext, &Conduct::honest()), Ok(plain));
        }
    }

    #[test]
    fn changed_bytes_are_not_released() {
        let (ciphertext, file) =
            encrypt(b"a file of more than one block", &Conduct::honest()).unwrap();
        let mut flipped = ciphertext.clone();
        flipped[3] ^= 1;
        let extended = [&ciphertext[..], &[0]].concat();
        for changed in [flipped, extended, ciphertext[..16].to_vec(), Vec::new()] {
            assert!(decrypt(&file, &changed, &Conduct::honest()).is_err());
            let lax = Conduct::flawed(&[Flaw::AttUseBeforeCheck]);
            assert!(decrypt(&file, &changed, &lax).is_ok());
        }
    }

    #[test]
    fn keys_and_nonces_are_fresh() {
        let (first, first_file) = encrypt(&[0; 64], &Conduct::honest()).unwrap();
        let (second, second_file) = encrypt(&[0; 64], &Conduct::honest()).unwrap();
        assert_ne!(first, second);
        assert_ne!(*first_file.key, *second_file.key);
        assert_ne!(first_file.iv, second_file.iv);
        assert_eq!(first_file.iv[8..], [0; 8]);
    }

    /// AES-256-CTR of NIST SP 800-38A, F.5.5, first block; its counter needs no carry.
    #[test]
    fn the_cipher_is_aes_256_in_counter_mode() {
        let key = [
            0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73, 0xae, 0xf0, 0x85, 0x7d,
            0x77, 0x81, 0x1f, 0x35, 0x2c, 0x07, 0x3b, 0x61, 0x08, 0xd7, 0x2d, 0x98, 0x10, 0xa3,
            0x09, 0x14, 0xdf, 0xf4,
        ];
        let iv = 0xf0f1_f2f3_f4f5_f6f7_f8f9_fafb_fcfd_feff_u128.to_be_bytes();
        let mut block = 0x6bc1_bee2_2e40_9f96_e93d_7e11_7393_172a_u128.to_be_bytes();
        apply_key_stream(&key, iv, &mut block);
        assert_eq!(
            block,
            0x601e_c313_7757_89a5_b7a7_f504_bbf3_d228_u128.to_be_bytes()
        );
    }

    #[test]
    fn the_twin_without_hash_duty_takes_a_file_without_hash() {
        let (mut ciphertext, mut file) = encrypt(b"text", &Conduct::honest()).unwrap();
        file.chunks = None;
        let mut event = file.to_json(&uri());
        event["hashes"] = json!({"sha512": base64::encode([0; 64])});
        assert_eq!(
            EncryptedFile::parse(&event, &Conduct::honest()).err(),
            Some(FileError::NoSha256)
        );
        let lax = Conduct::flawed(&[Flaw::AttHashOptional]);
        let (_, file) = EncryptedFile::parse(&event, &lax).unwrap();
        ciphertext[0] ^= 1;
        assert_eq!(decrypt(&file, &ciphertext, &lax).unwrap(), b"uext");
    }
}
