//! A file of keys as the reference messenger writes it (`reference/protocol/backup.md`), at a price that no product should accept.

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use hkdf::Hkdf;
use serde_json::json;
use sha2::Sha256;

use crate::check::Stop;

/// Argon2's own minimum: 8 KiB and one pass.
const MEMORY: u32 = 8;

/// A well-formed file without keys, unpadded base64, whose passphrase costs next to nothing to guess.
///
/// # Errors
///
/// If the cryptography fails.
pub fn weak_export(passphrase: &str) -> Result<String, Stop> {
    let failed = |what: &dyn ToString| Stop::harness(what.to_string());
    let salt = [7; 16];
    let params = Params::new(MEMORY, 1, 1, Some(32)).map_err(|error| failed(&error))?;
    let mut stretched = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), &salt, &mut stretched)
        .map_err(|error| failed(&error))?;
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &stretched)
        .expand(b"dev.pruefstand.export", &mut key)
        .map_err(|error| failed(&error))?;
    let kdf = json!({ "memory": MEMORY, "passes": 1, "lanes": 1 });
    let header = json!({
        "version": 1,
        "passphrase": { "kdf": kdf, "salt": STANDARD_NO_PAD.encode(salt) },
    });
    let header = header.to_string();
    let length = u16::try_from(header.len()).map_err(|error| failed(&error))?;
    let mut file = [
        b"PRFEXPT\n",
        length.to_be_bytes().as_slice(),
        header.as_bytes(),
    ]
    .concat();
    // The nonce of chunk 0, which is the last one.
    let mut nonce = [0; 12];
    if let Some(last) = nonce.last_mut() {
        *last = 1;
    }
    let blank = [b' '; 2048];
    let payload = Payload {
        msg: &blank,
        aad: &file,
    };
    let sealed = Aes256Gcm::new(&key.into()).encrypt(&nonce.into(), payload);
    file.extend(sealed.map_err(|error| failed(&error))?);
    Ok(STANDARD_NO_PAD.encode(file))
}

/// Opens what was sealed with AES-256-GCM, a random nonce before it, as unpadded base64.
#[must_use]
pub fn open_box(key: &[u8; 32], context: &[u8], sealed: &str) -> Option<Vec<u8>> {
    let sealed = vodozemac::base64_decode(sealed).ok()?;
    let (nonce, msg) = sealed.split_first_chunk::<12>()?;
    let payload = Payload { msg, aad: context };
    Aes256Gcm::new(&(*key).into())
        .decrypt(&(*nonce).into(), payload)
        .ok()
}
