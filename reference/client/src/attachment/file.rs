//! What an event says about an encrypted file: where it is, its key, IV and hash.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use thiserror::Error;
use zeroize::Zeroizing;

use super::{
    MxcUri, UriError,
    chunks::{self, Chunks, ChunksError},
};
use crate::{
    Conduct, Flaw,
    border::{Base64Error, base64 as strict},
};

/// Key, IV and hash of one encrypted file (`EncryptedFile` of the Matrix specification).
#[derive(Clone)]
pub struct EncryptedFile {
    pub(super) key: Zeroizing<[u8; 32]>,
    /// High half random, low half the block counter, which starts at zero.
    pub(super) iv: [u8; 16],
    /// `None` only in the twin `att-hash-optional`.
    pub(super) sha256: Option<[u8; 32]>,
    /// The hashes of its parts, from a client that writes them.
    pub(super) chunks: Option<Chunks>,
    /// Bytes of the file; what follows them is padding. Absent from a client that pads nothing.
    pub(super) size: Option<usize>,
}

/// The member that holds the size.
const SIZE: &str = "dev.pruefstand.size";

/// Why the description of an encrypted file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FileError {
    /// A member that has to be there is missing or of another type.
    #[error("encrypted file has no valid member {member:?}")]
    Missing {
        /// Its name.
        member: &'static str,
    },
    /// The version of the format is not v2 (VEC-A-05).
    #[error("encrypted file is not of version v2")]
    NotV2,
    /// The key is not an extractable A256CTR key of 32 bytes for both directions (VEC-A-04).
    #[error("key of the encrypted file is not an A256CTR key")]
    NotAnA256CtrKey,
    /// The IV is not strict base64 of 16 bytes.
    #[error("IV: {0}")]
    Iv(Base64Error),
    /// The block counter does not start at zero, so key stream could repeat (VEC-A-03).
    #[error("IV of the encrypted file does not start at block zero")]
    CounterNotZero,
    /// There is no SHA-256 of the ciphertext (VEC-A-02).
    #[error("encrypted file has no SHA-256 hash")]
    NoSha256,
    /// The SHA-256 is not strict base64 of 32 bytes.
    #[error("SHA-256: {0}")]
    Sha256(Base64Error),
    /// The list of chunks is malformed.
    #[error(transparent)]
    Chunks(#[from] ChunksError),
    /// The file lies nowhere, or not behind the media endpoint.
    #[error(transparent)]
    Url(#[from] UriError),
}

impl EncryptedFile {
    /// The `file` member of an event about the file uploaded as `url`; holds the key, so it must
    /// stay end-to-end encrypted.
    #[must_use]
    pub fn to_json(&self, url: &MxcUri) -> Value {
        let hashes = self
            .sha256
            .map_or_else(|| json!({}), |hash| json!({"sha256": strict::encode(hash)}));
        let mut written = json!({
            "v": "v2",
            "url": url.to_string(),
            "key": {
                "kty": "oct",
                "alg": "A256CTR",
                "ext": true,
                "k": URL_SAFE_NO_PAD.encode(*self.key),
                "key_ops": ["encrypt", "decrypt"],
            },
            "iv": strict::encode(self.iv),
            "hashes": hashes,
        });
        if let Some(members) = written.as_object_mut() {
            let chunks = self.chunks.as_ref().map(Chunks::to_json);
            members.extend(chunks.map(|chunks| (chunks::MEMBER.to_owned(), chunks)));
            members.extend(self.size.map(|size| (SIZE.to_owned(), json!(size))));
        }
        written
    }

    /// Whether a decrypted content puts its file and the picture beside it under one key stream: then each of them tells the other to the relay,
    /// which has both ciphertexts (VEC-A-06, ATK-ATT-02).
    pub(crate) fn is_reused(content: &Value, conduct: &Conduct) -> bool {
        let described =
            |pointer: &str| Some(Self::parse(content.pointer(pointer)?, conduct).ok()?.1);
        let both = described("/file").zip(described("/info/thumbnail_file"));
        both.is_some_and(|(file, picture)| file.key == picture.key && file.iv == picture.iv)
    }

    /// Reads the `file` member of a decrypted event.
    ///
    /// # Errors
    /// If a member is missing, not canonical, or asks for another algorithm.
    pub fn parse(file: &Value, conduct: &Conduct) -> Result<(MxcUri, Self), FileError> {
        if text(file, "v")? != "v2" {
            return Err(FileError::NotV2);
        }
        let key = parse_key(file.get("key").unwrap_or(&Value::Null))?;
        let iv = strict::decode_array::<16>(text(file, "iv")?).map_err(FileError::Iv)?;
        if !iv.ends_with(&[0; 8]) {
            return Err(FileError::CounterNotZero);
        }
        let sha256 = match file.get("hashes").and_then(|hashes| hashes.get("sha256")) {
            Some(Value::String(hash)) => {
                Some(strict::decode_array(hash).map_err(FileError::Sha256)?)
            }
            Some(_) | None if conduct.has(Flaw::AttHashOptional) => None,
            Some(_) | None => return Err(FileError::NoSha256),
        };
        let chunks = file.get(chunks::MEMBER).map(Chunks::parse).transpose()?;
        let size = match file.get(SIZE).map(Value::as_u64) {
            None => None,
            Some(size) => {
                let size = size.and_then(|size| usize::try_from(size).ok());
                Some(size.ok_or(FileError::Missing { member: SIZE })?)
            }
        };
        let url = text(file, "url")?.parse()?;
        let described = Self {
            key,
            iv,
            sha256,
            chunks,
            size,
        };
        Ok((url, described))
    }
}

impl fmt::Debug for EncryptedFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EncryptedFile")
            .finish_non_exhaustive()
    }
}

fn text<'a>(object: &'a Value, member: &'static str) -> Result<&'a str, FileError> {
    object
        .get(member)
        .and_then(Value::as_str)
        .ok_or(FileError::Missing { member })
}

/// Reads a JSON Web Key; its `k` is base64url by RFC 7515, unlike everything else here.
fn parse_key(jwk: &Value) -> Result<Zeroizing<[u8; 32]>, FileError> {
    let is_a256ctr = jwk.get("kty") == Some(&json!("oct"))
        && jwk.get("alg") == Some(&json!("A256CTR"))
        && jwk.get("ext") == Some(&json!(true));
    let operations = jwk.get("key_ops").and_then(Value::as_array);
    let allows = |operation: &str| operations.is_some_and(|all| all.contains(&json!(operation)));
    if !is_a256ctr || !allows("encrypt") || !allows("decrypt") {
        return Err(FileError::NotAnA256CtrKey);
    }
    let bytes = URL_SAFE_NO_PAD
        .decode(text(jwk, "k")?)
        .map(Zeroizing::new)
        .or(Err(FileError::NotAnA256CtrKey))?;
    let key = bytes.as_slice().try_into();
    Ok(Zeroizing::new(key.or(Err(FileError::NotAnA256CtrKey))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(file: &Value) -> Result<(), FileError> {
        EncryptedFile::parse(file, &Conduct::honest()).map(|_| ())
    }

    fn file() -> Value {
        let (_, file) = super::super::encrypt(b"x", &Conduct::honest()).unwrap();
        file.to_json(&"mxc://a/b".parse().unwrap())
    }

    /// `file()` with the member at `pointer` replaced.
    fn with(pointer: &str, value: Value) -> Value {
        let mut file = file();
        *file.pointer_mut(pointer).unwrap() = value;
        file
    }

    #[test]
    fn other_versions_and_keys_are_refused() {
        assert_eq!(parse(&file()), Ok(()));
        for version in ["v1", "v3", "V2", ""] {
            assert_eq!(parse(&with("/v", json!(version))), Err(FileError::NotV2));
        }
        for (pointer, value) in [
            ("/key/alg", json!("A128CTR")),
            ("/key/kty", json!("RSA")),
            ("/key/ext", json!(false)),
            ("/key/key_ops", json!(["encrypt"])),
            ("/key/key_ops", json!("decrypt")),
            ("/key/k", json!(URL_SAFE_NO_PAD.encode([1; 16]))),
            ("/key/k", json!(URL_SAFE_NO_PAD.encode([1; 31]))),
            ("/key/k", json!(URL_SAFE_NO_PAD.encode([1; 33]))),
            ("/key/k", json!(strict::encode([0xff; 32]))),
            ("/key", json!(null)),
        ] {
            assert_eq!(
                parse(&with(pointer, value)),
                Err(FileError::NotAnA256CtrKey)
            );
        }
    }

    #[test]
    fn other_ivs_are_refused() {
        for length in [0, 8, 15, 17] {
            let iv = json!(strict::encode(vec![0; length]));
            assert!(matches!(parse(&with("/iv", iv)), Err(FileError::Iv(_))));
        }
        let wraps = json!(strict::encode([0xff; 16]));
        assert_eq!(parse(&with("/iv", wraps)), Err(FileError::CounterNotZero));
    }

    #[test]
    fn only_a_valid_sha256_is_a_hash() {
        let hash = strict::encode([7; 32]);
        for hashes in [
            json!({}),
            json!({"SHA256": hash}),
            json!({"sha256": 1}),
            json!(null),
        ] {
            assert_eq!(parse(&with("/hashes", hashes)), Err(FileError::NoSha256));
        }
        for text in [format!("{hash}="), String::new(), strict::encode([7; 31])] {
            let hashes = json!({"sha256": text, "sha512": hash});
            assert!(matches!(
                parse(&with("/hashes", hashes)),
                Err(FileError::Sha256(_))
            ));
        }
        let two = json!({"sha256": hash, "sha999": "junk"});
        assert_eq!(parse(&with("/hashes", two)), Ok(()));
    }

    #[test]
    fn the_key_stays_out_of_debug_output() {
        let (_, file) = super::super::encrypt(b"x", &Conduct::honest()).unwrap();
        assert_eq!(format!("{file:?}"), "EncryptedFile { .. }");
    }
}
