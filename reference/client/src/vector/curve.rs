//! X25519 and its public keys (VEC-X).

use vodozemac::{Curve25519PublicKey, Curve25519SecretKey, SharedSecret};

use super::{Inputs, Operation, Taken, VectorStage};
use crate::{
    Conduct, Flaw,
    border::key::{self, KeyError},
};

pub(super) const OPERATIONS: &[Operation] = &[
    ("x25519", x25519),
    ("curve25519-key", curve25519_key),
    ("curve25519-base64", curve25519_base64),
    ("olm-partner-keys", olm_partner_keys),
];

fn x25519(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let private = inputs.own("private")?;
    let public = key::curve25519_bytes(inputs.array("public")?, conduct).map_err(refused)?;
    let agreed = Curve25519SecretKey::from_slice(&private).diffie_hellman(&public);
    match agreed.as_ref().map(SharedSecret::as_bytes) {
        Some(shared) => Ok(Some(shared.to_vec())),
        // what X25519 yields with every key of small order
        None if conduct.has(Flaw::DhNoContributoryCheck) => Ok(Some(vec![0; 32])),
        None => Err(VectorStage::Key.into()),
    }
}

fn curve25519_key(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    key::curve25519_bytes(inputs.array("public")?, conduct).map_err(refused)?;
    Ok(None)
}

fn curve25519_base64(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    key::curve25519(&inputs.text("text")?, conduct).map_err(refused)?;
    Ok(None)
}

fn olm_partner_keys(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let own = Curve25519SecretKey::from_slice(&inputs.own("own")?);
    let identity = key::curve25519_bytes(inputs.array("identity")?, conduct).map_err(refused)?;
    let one_time = key::curve25519_bytes(inputs.array("one_time")?, conduct).map_err(refused)?;
    key::check_partner(Curve25519PublicKey::from(&own), identity, one_time).map_err(refused)?;
    Ok(None)
}

/// Where a key is refused.
pub(super) fn refused(error: KeyError) -> VectorStage {
    match error {
        KeyError::Text(_) => VectorStage::Decode,
        KeyError::CurveKeyNotCanonical
        | KeyError::CurveKeySmallOrder
        | KeyError::CurveKeyReflected
        | KeyError::EdKeyNotCanonical
        | KeyError::EdKeySmallOrder => VectorStage::Key,
    }
}
