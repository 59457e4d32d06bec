//! Ed25519 keys and signatures (VEC-E).

use vodozemac::{Ed25519PublicKey, Ed25519Signature};

use crate::{Operation, Taken, input::Inputs};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("ed25519-key", ed25519_key),
    ("ed25519-verify", ed25519_verify),
];

fn ed25519_key(inputs: Inputs<'_>) -> Taken {
    Ed25519PublicKey::from_slice(&inputs.array("public")?).ok()?;
    Some(Vec::new())
}

fn ed25519_verify(inputs: Inputs<'_>) -> Taken {
    let key = Ed25519PublicKey::from_slice(&inputs.array("public")?).ok()?;
    let signature = Ed25519Signature::from_slice(&inputs.bytes("signature")?).ok()?;
    key.verify(&inputs.bytes("message")?, &signature).ok()?;
    Some(Vec::new())
}
