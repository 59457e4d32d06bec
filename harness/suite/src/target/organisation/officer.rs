use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use harness_driver::Secret;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vodozemac::Ed25519SecretKey;

use crate::dialect::canonical;

/// A key that signs for the organisation, with the grants that say what it may.
pub struct Officer {
    key: Ed25519SecretKey,
    chain: Vec<Value>,
}

impl Officer {
    /// A new key without any grant: a root, or a stranger.
    #[must_use]
    pub fn root() -> Self {
        Self {
            key: Ed25519SecretKey::new(),
            chain: Vec::new(),
        }
    }

    /// A new key with a role that this one gives it, for ever.
    #[must_use]
    pub fn grants(&self, organisation: &str, role: &str, tenant: Option<&str>) -> Self {
        let key = Ed25519SecretKey::new();
        let body = json!({
            "organisation": organisation,
            "serial": serial(),
            "key": encoded(key.public_key().as_bytes()),
            "role": role,
            "tenant": tenant,
            "issued": 0,
            "expires": FOR_EVER,
        });
        let grant = self.states("grant", body);
        let chain = self.chain.iter().cloned().chain([grant]).collect();
        Self { key, chain }
    }

    /// A stranger's key under the grants of this one.
    #[must_use]
    pub fn impostor(&self) -> Self {
        Self {
            key: Ed25519SecretKey::new(),
            chain: self.chain.clone(),
        }
    }

    /// A statement signed by this key.
    #[must_use]
    pub fn states(&self, kind: &str, body: Value) -> Value {
        statement(kind, &body, &[self])
    }

    /// A statement with the chain of its signer.
    #[must_use]
    pub fn authorised(&self, kind: &str, body: Value) -> Value {
        json!({ "statement": self.states(kind, body), "chain": self.chain })
    }

    /// The key with its grants, as an administrator hands it over.
    #[must_use]
    pub fn key_file(&self) -> Secret {
        let seed = encoded(self.key.to_bytes().as_slice());
        Secret::new(canonical(&json!({ "seed": seed, "chain": self.chain })))
    }

    /// The public key as text.
    #[must_use]
    pub fn key(&self) -> String {
        encoded(&self.bytes())
    }

    /// The grants from the root to this key.
    #[must_use]
    pub fn chain(&self) -> &[Value] {
        &self.chain
    }

    pub(super) fn bytes(&self) -> [u8; 32] {
        *self.key.public_key().as_bytes()
    }
}

/// A statement signed by each of these, who stand in the order of their keys.
pub(super) fn statement(kind: &str, body: &Value, by: &[&Officer]) -> Value {
    let signatures: Vec<_> = by
        .iter()
        .map(|officer| signature(kind, body, &officer.key))
        .collect();
    json!({ "type": domain(kind), "body": body, "signatures": signatures })
}

/// One signature as it stands in a statement.
pub(super) fn signature(kind: &str, body: &Value, key: &Ed25519SecretKey) -> Value {
    let public = encoded(key.public_key().as_bytes());
    let text = canonical(&json!({ "type": domain(kind), "body": body, "key": public }));
    json!({ "key": public, "signature": encoded(&key.sign(text.as_bytes()).to_bytes()) })
}

/// The digest of a statement.
pub(super) fn digest(kind: &str, body: &Value) -> String {
    let text = canonical(&json!({ "type": domain(kind), "body": body }));
    encoded(&Sha256::digest(text))
}

/// What the first entry of a log follows.
pub(super) fn beginning(root: &Officer) -> String {
    let mut hash = Sha256::new();
    hash.update(b"dev.pruefstand.organisation.log.v1");
    hash.update(root.bytes());
    encoded(&hash.finalize())
}

/// A serial that nobody repeats: half of a fresh public key.
pub(super) fn serial() -> String {
    let fresh = Ed25519SecretKey::new().public_key();
    let half: Vec<u8> = fresh.as_bytes().iter().copied().take(16).collect();
    encoded(&half)
}

pub(super) fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn domain(kind: &str) -> String {
    format!("dev.pruefstand.organisation.{kind}.v1")
}

/// The largest time that JSON can say exactly.
const FOR_EVER: u64 = (1 << 53) - 1;
