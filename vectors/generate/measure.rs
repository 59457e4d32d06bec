//! What vodozemac alone makes of a vector, without a stricter border before it.

use std::collections::BTreeMap;

use pruefstand_vectors::Outcome;
use vodozemac::{Curve25519PublicKey, Curve25519SecretKey, Ed25519PublicKey, Ed25519Signature};

use super::file::outcome;

/// By name and version, what each library does. Empty where the rule lies above libraries.
pub(super) fn measured(
    operation: &str,
    input: &[(&'static str, Vec<u8>)],
) -> BTreeMap<String, Outcome> {
    let named = |name: &str| {
        let found = input.iter().find(|(known, _)| *known == name);
        found.map(|(_, bytes)| bytes.as_slice()).unwrap_or_default()
    };
    let is_taken = match operation {
        "x25519" | "curve25519-key" => is_partner(Curve25519PublicKey::from_slice(named("public"))),
        "curve25519-base64" => {
            let text = String::from_utf8_lossy(named("text"));
            is_partner(Curve25519PublicKey::from_base64(&text))
        }
        "ed25519-key" => signing_key(named("public")).is_some(),
        "ed25519-verify" => {
            let signature = Ed25519Signature::from_slice(named("signature")).ok();
            signing_key(named("public"))
                .zip(signature)
                .is_some_and(|(key, signature)| key.verify(named("message"), &signature).is_ok())
        }
        _ => return BTreeMap::new(),
    };
    BTreeMap::from([(format!("vodozemac {}", version()), outcome(is_taken))])
}

/// Whether the library reads the key and agrees on a secret with it.
fn is_partner<E>(key: Result<Curve25519PublicKey, E>) -> bool {
    let own = Curve25519SecretKey::from_slice(&[0x42; 32]);
    key.is_ok_and(|key| own.diffie_hellman(&key).is_some())
}

fn signing_key(bytes: &[u8]) -> Option<Ed25519PublicKey> {
    Ed25519PublicKey::from_slice(bytes.try_into().ok()?).ok()
}

/// The version in the workspace's lock file.
fn version() -> &'static str {
    include_str!("../../Cargo.lock")
        .split("name = \"vodozemac\"\nversion = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("vodozemac is locked")
}
