//! X25519 and its public keys (VEC-X).

use vodozemac::{Curve25519PublicKey, Curve25519SecretKey};

use crate::{Operation, Taken, input::Inputs};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("x25519", x25519),
    ("curve25519-key", curve25519_key),
    ("curve25519-base64", curve25519_base64),
];

fn x25519(inputs: Inputs<'_>) -> Taken {
    let own = Curve25519SecretKey::from_slice(&inputs.array("private")?);
    let public = Curve25519PublicKey::from_slice(&inputs.bytes("public")?).ok()?;
    Some(own.diffie_hellman(&public)?.as_bytes().to_vec())
}

fn curve25519_key(inputs: Inputs<'_>) -> Taken {
    agree(Curve25519PublicKey::from_slice(&inputs.bytes("public")?))
}

fn curve25519_base64(inputs: Inputs<'_>) -> Taken {
    agree(Curve25519PublicKey::from_base64(&inputs.text("text")?))
}

/// The library reads small-order keys and refuses to agree on a secret with them.
fn agree<E>(key: Result<Curve25519PublicKey, E>) -> Taken {
    let own = Curve25519SecretKey::from_slice(&[0x42; 32]);
    own.diffie_hellman(&key.ok()?).map(|_secret| Vec::new())
}
