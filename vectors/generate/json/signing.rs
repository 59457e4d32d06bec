//! Signs objects, independently of the reference (Matrix specification, "Signing JSON").

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use crate::generate::{case::remove, curve::secret};

/// The canonical text of a value whose numbers are integers.
pub(in crate::generate) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_by_key(|name| name.chars().collect::<Vec<char>>());
            let member = |name: &String| format!("{}:{}", json!(name), canonical(&members[name]));
            let members: Vec<String> = names.into_iter().map(member).collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

/// The base64 text of the Ed25519 public key of a fixed secret.
pub(in crate::generate) fn public_key(signer: u8) -> String {
    let key = SigningKey::from_bytes(&secret(signer)).verifying_key();
    vodozemac::base64_encode(key.to_bytes())
}

/// The signature over a text, as base64.
pub(in crate::generate) fn signature(signer: u8, text: &str) -> String {
    let signature = SigningKey::from_bytes(&secret(signer)).sign(text.as_bytes());
    vodozemac::base64_encode(signature.to_bytes())
}

/// The object with one more signature, over all but `signatures` and `unsigned`.
pub(in crate::generate) fn object_signed(
    mut object: Value,
    user: &str,
    key_id: &str,
    signer: u8,
) -> Value {
    let mut covered = object.clone();
    for left_out in ["signatures", "unsigned"] {
        remove(&mut covered, left_out);
    }
    object["signatures"][user][key_id] = json!(signature(signer, &canonical(&covered)));
    object
}
