//! X25519 and its public keys (VEC-X).

use serde_json::Value;
use vodozemac::{
    Curve25519PublicKey, Curve25519SecretKey,
    olm::{Account, SessionConfig},
};

use crate::{Operation, Taken, input::Inputs};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("x25519", x25519),
    ("curve25519-key", curve25519_key),
    ("curve25519-base64", curve25519_base64),
    ("olm-partner-keys", olm_partner_keys),
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

/// Whether an account with that identity key opens a channel to these keys.
fn olm_partner_keys(inputs: Inputs<'_>) -> Taken {
    let mut pickle = serde_json::to_value(Account::new().pickle()).ok()?;
    let own = inputs.array::<32>("own")?;
    *pickle.get_mut("diffie_hellman_key")? = Value::from(own.to_vec());
    let account = Account::from_pickle(serde_json::from_value(pickle).ok()?);
    let identity = Curve25519PublicKey::from_slice(&inputs.bytes("identity")?).ok()?;
    let one_time = Curve25519PublicKey::from_slice(&inputs.bytes("one_time")?).ok()?;
    let config = SessionConfig::version_1();
    let opened = account.create_outbound_session(config, identity, one_time);
    opened.ok().map(|_session| Vec::new())
}

/// The library reads small-order keys and refuses to agree on a secret with them.
fn agree<E>(key: Result<Curve25519PublicKey, E>) -> Taken {
    let own = Curve25519SecretKey::from_slice(&[0x42; 32]);
    own.diffie_hellman(&key.ok()?).map(|_secret| Vec::new())
}
