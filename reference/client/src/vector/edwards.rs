//! Ed25519 keys and signatures (VEC-E).

use super::{Inputs, Operation, Taken, VectorStage, curve::refused};
use crate::{Conduct, border::key};

pub(super) const OPERATIONS: &[Operation] = &[
    ("ed25519-key", ed25519_key),
    ("ed25519-verify", ed25519_verify),
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
