//! Keys that the relay makes up.

use reference_client::border::signed;
use serde_json::{Value, json};
use vodozemac::{Ed25519SecretKey, olm::Account};

use super::World;

/// Signs `object` with a secret key under its own text as the key id.
fn sign(object: &mut Value, user: &str, key: &Ed25519SecretKey) {
    let id = format!("ed25519:{}", key.public_key().to_base64());
    signed::sign(object.as_object_mut().unwrap(), user, &id, |bytes| {
        key.sign(bytes)
    })
    .unwrap();
}

/// A device that signs itself and nobody else signs.
pub(crate) fn ghost(world: &mut World, user: &str, device: &str) -> Value {
    let mut account = Account::new();
    account.generate_one_time_keys(1);
    let id = format!("ed25519:{device}");
    let mut keys = json!({
        "user_id": user,
        "device_id": device,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {
            format!("curve25519:{device}"): account.curve25519_key().to_base64(),
            id.clone(): account.ed25519_key().to_base64(),
        },
    });
    let mut one_time =
        json!({ "key": account.one_time_keys().values().next().unwrap().to_base64() });
    for object in [&mut keys, &mut one_time] {
        signed::sign(object.as_object_mut().unwrap(), user, &id, |bytes| {
            account.sign(bytes)
        })
        .unwrap();
    }
    let stock = world
        .relay
        .one_time
        .entry((user.to_owned(), device.to_owned()))
        .or_default();
    stock.insert("signed_curve25519:X".to_owned(), one_time);
    keys
}

/// A fresh identity for `user`, with a device of its own, in place of the real one.
pub(crate) fn replace_identity(world: &mut World, user: &str) {
    let keys: Vec<Ed25519SecretKey> = (0..3).map(|_| Ed25519SecretKey::new()).collect();
    let object = |usage: &str, key: &Ed25519SecretKey| {
        let text = key.public_key().to_base64();
        json!({ "user_id": user, "usage": [usage], "keys": { format!("ed25519:{text}"): text } })
    };
    let mut self_signing = object("self_signing", &keys[1]);
    let mut user_signing = object("user_signing", &keys[2]);
    sign(&mut self_signing, user, &keys[0]);
    sign(&mut user_signing, user, &keys[0]);
    let identity = json!({
        "master_key": object("master", &keys[0]),
        "self_signing_key": self_signing,
        "user_signing_key": user_signing,
    });
    let mut device = ghost(world, user, "NEWPHONE");
    sign(&mut device, user, &keys[1]);
    world
        .relay
        .identities
        .insert(user.to_owned(), identity.as_object().unwrap().clone());
    world
        .relay
        .device_keys
        .insert(user.to_owned(), [("NEWPHONE".to_owned(), device)].into());
    world.relay.changed(user);
}
