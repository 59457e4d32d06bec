//! Files of keys that other clients write (Matrix specification, 'Key exports').

use aes::Aes256;
use base64::{
    Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::STANDARD_NO_PAD,
};
use ctr::{
    Ctr128BE,
    cipher::{KeyIvInit as _, StreamCipher as _},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reference_client::{Act, Given, Outcome, Refusal, Secret, VaultAct, Verb};
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};
use vodozemac::megolm::{GroupSession, InboundGroupSession, SessionConfig};

use crate::support::World;

const PASSPHRASE: &str = "correct horse";

/// A file as other clients write it, in one line.
fn file(keys: &Value) -> String {
    let (salt, iv, iterations) = ([1; 16], [2; 16], 1000);
    let mut derived = [0; 64];
    pbkdf2::pbkdf2_hmac::<Sha512>(PASSPHRASE.as_bytes(), &salt, iterations, &mut derived);
    let (cipher_key, mac_key) = derived.split_at(32);
    let cipher_key: [u8; 32] = cipher_key.try_into().unwrap();
    let mut ciphertext = keys.to_string().into_bytes();
    Ctr128BE::<Aes256>::new(&cipher_key.into(), &iv.into()).apply_keystream(&mut ciphertext);
    let body = [
        &[1][..],
        &salt,
        &iv,
        &u32::to_be_bytes(iterations),
        &ciphertext,
    ]
    .concat();
    let mac = Hmac::<Sha256>::new_from_slice(mac_key).unwrap();
    let mac = mac.chain_update(&body).finalize().into_bytes();
    let text = STANDARD.encode([&body[..], &mac].concat());
    format!("-----BEGIN MEGOLM SESSION DATA-----\n{text}\n-----END MEGOLM SESSION DATA-----\n")
}

/// The key of a fresh session, said to belong to the device with this Curve25519 key.
fn exported(sender_key: &str, signer: &str) -> Value {
    let session = GroupSession::new(SessionConfig::version_1());
    let inbound = InboundGroupSession::new(&session.session_key(), SessionConfig::version_1());
    json!({
        "algorithm": "m.megolm.v1.aes-sha2",
        "forwarding_curve25519_key_chain": [],
        "room_id": "!room:x",
        "sender_claimed_keys": { "ed25519": signer },
        "sender_key": sender_key,
        "session_id": inbound.session_id(),
        "session_key": inbound.export_at_first_known_index().to_base64(),
    })
}

fn import(world: &mut World, file: &str) -> Result<Outcome, Refusal> {
    let act = VaultAct::Import {
        file: STANDARD_NO_PAD.encode(file),
        passphrase: Given {
            secret: Secret::new(PASSPHRASE),
        },
    };
    world.call("bob", Verb::Act(Act::Vault(act)))
}

#[test]
fn keys_of_known_devices_come_out_of_a_file_of_another_client() {
    let (mut world, _) = World::with_room(&["alice", "bob"]);
    let uploaded = world.sent.iter().find_map(|(actor, path, body)| {
        let keys = body.get("device_keys")?.get("keys")?.as_object()?;
        let is_alice = actor == "alice" && path.ends_with("/keys/upload");
        is_alice.then(|| keys.clone())
    });
    let uploaded = uploaded.unwrap();
    let key = |kind: &str| {
        let mut keys = uploaded.iter().filter(|(id, _)| id.starts_with(kind));
        keys.next().unwrap().1.as_str().unwrap()
    };
    let (curve, signer) = (key("curve25519:"), key("ed25519:"));
    let known = exported(curve, signer);
    let mut refused = exported(curve, signer);
    refused["session_key"] = json!("AAAA");
    let keys = json!([refused, known, exported("a device that nobody knows", signer), exported(curve, "another"), {
        "algorithm": "m.other", "room_id": "!r:x", "session_id": "s", "session_key": "k", "sender_key": "c"
    }]);
    let Ok(Outcome::Value(imported)) = import(&mut world, &file(&keys)) else {
        panic!("the file was not read");
    };
    assert_eq!(imported["keys"], 1);
    assert!(import(&mut world, &file(&json!([refused]))).is_err());
    let changed = file(&keys).replacen("\nA", "\nB", 1);
    assert!(import(&mut world, &changed).is_err());
}
