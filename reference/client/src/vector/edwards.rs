//! Ed25519 keys and signatures (VEC-E).

use vodozemac::Ed25519Signature;

use super::{Inputs, Operation, Taken, VectorStage, curve::refused};
use crate::{Conduct, border::key};

pub(super) const OPERATIONS: &[Operation] = &[
    ("ed25519-key", ed25519_key),
    ("ed25519-verify", ed25519_verify),
    ("ed25519-verify-all", ed25519_verify_all),
];

fn ed25519_key(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    key::ed25519_bytes(inputs.array("public")?, conduct).map_err(refused)?;
    Ok(None)
}

fn ed25519_verify(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let key = key::ed25519_bytes(inputs.array("public")?, conduct).map_err(refused)?;
    let signature = inputs.bytes("signature")?;
    let signature = key::signature_bytes(&signature).or(Err(VectorStage::Parse))?;
    let verified = key.verify(&inputs.bytes("message")?, &signature);
    verified.or(Err(VectorStage::Authenticate))?;
    Ok(None)
}

/// One by one: nothing here verifies several at once.
fn ed25519_verify_all(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let key = key::ed25519_bytes(inputs.array("public")?, conduct).map_err(refused)?;
    let (message, signatures) = (inputs.bytes("message")?, inputs.bytes("signatures")?);
    for signature in signatures.chunks(Ed25519Signature::LENGTH) {
        let signature = key::signature_bytes(signature).or(Err(VectorStage::Parse))?;
        let verified = key.verify(&message, &signature);
        verified.or(Err(VectorStage::Authenticate))?;
    }
    Ok(None)
}
