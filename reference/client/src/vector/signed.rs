//! Signed objects (VEC-E-06, VEC-J).

use super::{Inputs, Operation, Taken, VectorStage, curve::refused};
use crate::{
    Conduct,
    border::{SignatureError, json, key, signed},
};

pub(super) const OPERATIONS: &[Operation] = &[("signed-json", signed_json)];

fn signed_json(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let (user, key_id) = (inputs.text("user")?, inputs.text("key_id")?);
    let key = key::ed25519_bytes(inputs.array("public")?, conduct).map_err(refused)?;
    let object = json::parse(&inputs.bytes("object")?).or(Err(VectorStage::Decode))?;
    signed::verify(&object, &user, &key_id, &key).map_err(unsigned)?;
    Ok(None)
}

/// Where an object is refused whose signature does not count.
pub(super) fn unsigned(error: SignatureError) -> VectorStage {
    match error {
        SignatureError::Json(_) => VectorStage::Decode,
        SignatureError::NotAnObject => VectorStage::Parse,
        SignatureError::Malformed(error) => refused(error),
        SignatureError::Missing | SignatureError::Wrong => VectorStage::Authenticate,
    }
}
