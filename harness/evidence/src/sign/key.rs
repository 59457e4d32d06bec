//! Keys that sign evidence: Ed25519 for a run, which lives as long as its process, and ECDSA on P-256 for a laboratory, because
//! TR-02102-1 (2025-01), table 5.3, lists ECDSA and does not list Ed25519.

use std::fmt;

use ed25519_dalek::Signer as _;
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _, LineEnding};
use serde_json::json;
use thiserror::Error;

use crate::digest::hex;
use crate::sha256_hex;

/// Whoever signs a bundle: a private key, or somebody who holds one and is asked.
pub trait Signer: fmt::Debug {
    /// The public half of the key.
    fn public(&self) -> PublicKey;

    /// Signs as [`SigningKey::sign`] does.
    ///
    /// # Errors
    /// Why there is no signature, in one line.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String>;
}

impl Signer for SigningKey {
    fn public(&self) -> PublicKey {
        self.public()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        Ok(self.sign(message))
    }
}

/// A private key. It shows nothing of itself.
#[derive(Clone)]
pub struct SigningKey(Private);

#[derive(Clone)]
enum Private {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(p256::ecdsa::SigningKey),
}

impl SigningKey {
    /// The Ed25519 key of 32 random bytes.
    #[must_use]
    pub fn ed25519(seed: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        Self(Private::Ed25519(Box::new(key)))
    }

    /// A key in PKCS#8 PEM (`BEGIN PRIVATE KEY`), P-256 or Ed25519.
    ///
    /// # Errors
    /// [`KeyError::NotPrivate`] for anything else; it tells nothing of the text.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if let Ok(key) = p256::ecdsa::SigningKey::from_pkcs8_pem(pem) {
            return Ok(Self(Private::P256(key)));
        }
        ed25519_dalek::SigningKey::from_pkcs8_pem(pem)
            .map(|key| Self(Private::Ed25519(Box::new(key))))
            .ok()
            .ok_or(KeyError::NotPrivate)
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        match &self.0 {
            Private::Ed25519(key) => PublicKey::Ed25519(key.verifying_key()),
            Private::P256(key) => PublicKey::P256(*key.verifying_key()),
        }
    }

    /// Signs: 64 bytes of Ed25519 (RFC 8032), or ECDSA with SHA-256 as DER, deterministic (RFC 6979).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Private::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Private::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.public()).finish()
    }
}

/// A public key.
#[derive(Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// Ed25519, RFC 8032.
    Ed25519(ed25519_dalek::VerifyingKey),
    /// ECDSA on P-256 with SHA-256.
    P256(p256::ecdsa::VerifyingKey),
}

impl PublicKey {
    /// A key in `SubjectPublicKeyInfo` PEM (`BEGIN PUBLIC KEY`), as `openssl pkey -pubout` writes it.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`].
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_pem(pem) {
            return Ok(Self::P256(key));
        }
        ed25519_dalek::VerifyingKey::from_public_key_pem(pem)
            .map(Self::Ed25519)
            .ok()
            .ok_or(KeyError::NotPublic)
    }

    /// The key in `SubjectPublicKeyInfo` PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let pem = match self {
            Self::Ed25519(key) => key.to_public_key_pem(LineEnding::LF),
            Self::P256(key) => key.to_public_key_pem(LineEnding::LF),
        };
        // The form of these two keys always exists; an empty one verifies nothing.
        pem.unwrap_or_default()
    }

    /// The key's id as securesystemslib computes it: SHA-256 over key type, public value and scheme in canonical JSON. A hint only.
    #[must_use]
    pub fn id(&self) -> String {
        let (kind, public, scheme) = match self {
            Self::Ed25519(key) => ("ed25519", hex(key.as_bytes()), "ed25519"),
            Self::P256(_) => ("ecdsa", self.to_pem(), "ecdsa-sha2-nistp256"),
        };
        // Canonical JSON in the sense of OLPC: sorted keys, and only quotes and backslashes escaped, so a line break stands as it is.
        let value = json!({"keytype": kind, "keyval": {"public": public}, "scheme": scheme});
        sha256_hex(value.to_string().replace("\\n", "\n").as_bytes())
    }

    /// Whether this key made a signature over a message.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Self::P256(key) => {
                use p256::ecdsa::signature::Verifier as _;
                p256::ecdsa::Signature::from_der(signature)
                    .is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id())
    }
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// No private key of a kind that signs evidence.
    #[error(
        "no private key: PKCS#8 PEM of P-256 or Ed25519 is needed, such as `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` makes it"
    )]
    NotPrivate,
    /// No public key of a kind that signs evidence.
    #[error(
        "no public key: PEM of P-256 or Ed25519 is needed, such as `openssl pkey -pubout` makes it"
    )]
    NotPublic,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 1.
    #[test]
    fn a_run_key_signs_as_the_standard_says() {
        let seed = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec,
            0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03,
            0x1c, 0xae, 0x7f, 0x60,
        ];
        let key = SigningKey::ed25519(&seed);
        let signature = key.sign(b"");
        assert!(hex(&signature).starts_with("e5564300c360ac729086e2cc806e828a"));
        assert!(key.public().verifies(b"", &signature));
        assert!(!key.public().verifies(b"x", &signature));
    }

    #[test]
    fn a_public_key_survives_its_pem_and_keeps_its_id() {
        let key = SigningKey::ed25519(&[7; 32]).public();
        let again = PublicKey::from_pem(&key.to_pem()).unwrap();
        assert_eq!((again.id(), again), (key.id(), key));
    }

    #[test]
    fn a_key_shows_nothing_of_itself() {
        let shown = format!("{:?}", SigningKey::ed25519(&[7; 32]));
        assert!(!shown.contains("0707") && !shown.contains("[7"), "{shown}");
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_repeated() {
        for text in [
            "",
            "secret",
            "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n",
        ] {
            let error = SigningKey::from_pem(text).unwrap_err();
            assert_eq!(error, KeyError::NotPrivate);
            assert_eq!(PublicKey::from_pem(text).unwrap_err(), KeyError::NotPublic);
            assert!(!error.to_string().contains("secret"));
        }
    }
}
