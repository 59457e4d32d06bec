//! What lies on the device and at the relay: pickles, dehydrated devices, backups (VEC-B).

use serde_json::Value;
use vodozemac::{
    Curve25519SecretKey,
    olm::{Account, AccountPickle},
    pk_encryption::{Message, PkDecryption},
};

use crate::{Operation, Taken, input::Inputs};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("olm-pickle", olm_pickle),
    ("dehydrated-device", dehydrated_device),
    ("megolm-backup-v1", megolm_backup),
];

fn olm_pickle(inputs: Inputs<'_>) -> Taken {
    let pickle = inputs.text("pickle")?;
    let pickle = AccountPickle::from_encrypted(&pickle, &inputs.array("key")?).ok()?;
    Some(identity(&Account::from_pickle(pickle)))
}

fn dehydrated_device(inputs: Inputs<'_>) -> Taken {
    let (ciphertext, nonce) = (inputs.text("ciphertext")?, inputs.text("nonce")?);
    let key = inputs.array("key")?;
    let account = Account::from_dehydrated_device(&ciphertext, &nonce, &key).ok()?;
    Some(identity(&account))
}

/// Room and session are nothing that the library knows of.
fn megolm_backup(inputs: Inputs<'_>) -> Taken {
    let entry: Value = serde_json::from_slice(&inputs.bytes("entry")?).ok()?;
    let text = |member: &str| entry.get("session_data")?.get(member)?.as_str();
    let message = Message::from_base64(text("ciphertext")?, text("mac")?, text("ephemeral")?);
    let key = Curve25519SecretKey::from_slice(&inputs.array("private")?);
    PkDecryption::from_key(key).decrypt(&message.ok()?).ok()
}

/// Both public keys of an account.
fn identity(account: &Account) -> Vec<u8> {
    let curve25519 = account.curve25519_key().to_bytes();
    [&curve25519[..], account.ed25519_key().as_bytes()].concat()
}
