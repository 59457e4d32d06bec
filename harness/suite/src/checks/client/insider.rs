//! Group D and G: a member of the room who holds real sessions and lies.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use harness_driver::{Bytes, Payload};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::{
        company::{Company, set},
        megolm::inject,
    },
    evil::{EvilPeer, EvilRoomKey},
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "megolm-index-reuse",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-08"],
        attacks: &["ATK-MEGOLM-09"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A second, different message at a group session index that was used already is not shown.",
        precondition: "Mallory is a member and sends two validly signed messages at the same index of one session.",
        expected: "Alice sees the first and not the second; Mallory's next index is shown.",
        needs: &[],
        twins: &[Seeded::client(
            "replay-key-is-ciphertext-hash",
            "second-message-shown",
        )],
        run: index_reuse,
    },
    Check {
        id: "megolm-unsolicited-forward",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06"],
        attacks: &["ATK-MEGOLM-03"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A room key that another user forwards unasked, as if it were a third user's, makes no message authentic.",
        precondition: "Alice, Bob and Mallory are members; Mallory forwards a self-made key as Bob's, the relay delivers a message under it as Bob.",
        expected: "Alice does not see the text as an authentic message; Bob's real message is shown.",
        needs: &[],
        twins: &[Seeded::client(
            "accept-unsolicited-forward",
            "forged-message-shown",
        )],
        run: unsolicited_forward,
    },
    Check {
        id: "attachment-without-hash",
        version: 1,
        subject: Subject::Client,
        requirements: &["MED-02", "E2E-07"],
        attacks: &["ATK-ATT-01"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A file whose message names no hash is not opened.",
        precondition: "Mallory is a member and sends a file with its hash, then one without.",
        expected: "The first is opened; the second is refused before any byte is released.",
        needs: &[Need::Verb("file.open")],
        twins: &[Seeded::client("att-hash-optional", "unhashed-file-opened")],
        run: without_hash,
    },
];

fn index_reuse(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let mut key = EvilRoomKey::new(&company.room.id);
    let mut fork = key.fork();
    give(scene, &mut company, &key)?;
    let first = company.say(scene, &mut key, "first")?;
    scene.must_show_once(
        Role::Control,
        "control-lost",
        &company.alice,
        &company.room,
        &first,
    )?;
    let second = company.say(scene, &mut fork, "second at the same index")?;
    let (alice, room) = (&company.alice, &company.room);
    scene.must_not_show(
        Role::Attack,
        "second-message-shown",
        alice,
        room,
        &second.body,
    )?;
    let third = company.say(scene, &mut key, "third")?;
    scene.must_show_once(
        Role::State,
        "next-message-lost",
        &company.alice,
        &company.room,
        &third,
    )
}

fn unsolicited_forward(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mut company = Company::meet(scene, &[&bob])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let victim = company.mallory.target(scene, &bob.user, &bob.device)?;
    let mut key = EvilRoomKey::new(&room.id);
    let forwarded = key.forwarded(&victim.curve25519, &victim.ed25519);
    let (mallory, target) = (&mut company.mallory, &company.target);
    let payload = mallory
        .device
        .olm_payload(target, "m.forwarded_room_key", &forwarded);
    let sealed = mallory.device.olm_encrypt(target, &payload)?;
    company.deliver(scene, "m.room.encrypted", &sealed)?;

    let body = scene.text("signed, Bob");
    let ciphertext = key.encrypt_text(&body);
    let mut event = company.mallory.device.room_event(&key, &ciphertext);
    set(&mut event, "/sender_key", victim.curve25519);
    set(&mut event, "/device_id", victim.device);
    inject(scene, &alice, &room, &bob.user, ("m.room.encrypted", event));
    scene.sync(&alice)?;
    scene.must_fire("inject");
    scene.must_not_show(Role::Attack, "forged-message-shown", &alice, &room, &body)?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn without_hash(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let mut key = EvilRoomKey::new(&company.room.id);
    give(scene, &mut company, &key)?;
    for (role, code, hashed) in [
        (Role::Control, "control-not-opened", true),
        (Role::Attack, "unhashed-file-opened", false),
        (Role::State, "next-file-not-opened", true),
    ] {
        let content = file(scene, &company.mallory, hashed)?;
        let ciphertext = key.encrypt("m.room.message", &content);
        let sent = company.say_sealed(scene, &key, &ciphertext, "report.txt".to_owned())?;
        let opened = scene.open_file(&company.alice, &company.room, &sent)?;
        let claim = Claim::Is {
            pointer: "/opened".to_owned(),
            value: json!(hashed),
        };
        scene.expect(role, code, &[&opened], claim);
    }
    Ok(())
}

/// Alice gets Mallory's room key, honestly.
fn give(scene: &mut Scene, company: &mut Company, key: &EvilRoomKey) -> Result<(), Stop> {
    let sealed = company.seal(key, |_, _| {})?;
    company.deliver(scene, "m.room.encrypted", &sealed)
}

/// Uploads an encrypted file and makes its message (Matrix specification, 'Sending encrypted attachments').
fn file(scene: &mut Scene, by: &EvilPeer, hashed: bool) -> Result<Value, Stop> {
    use aes::cipher::{KeyIvInit as _, StreamCipher as _};
    use sha2::Digest as _;

    let (key, mut iv) = ([7_u8; 32], [0_u8; 16]);
    iv.split_at_mut(8)
        .0
        .copy_from_slice(&scene.draw().to_be_bytes());
    let mut bytes = scene.text("quarterly figures").into_bytes();
    ctr::Ctr128BE::<aes::Aes256>::new(&key.into(), &iv.into()).apply_keystream(&mut bytes);
    let hash = STANDARD_NO_PAD.encode(sha2::Sha256::digest(&bytes));
    let response = by.request(
        scene,
        "POST",
        "/_matrix/media/v3/upload",
        Payload::Raw(Bytes::from(bytes)),
    )?;
    let url = response
        .body
        .json()
        .and_then(|body| body.get("content_uri").cloned());
    let url = url.ok_or_else(|| Stop::target(format!("no upload: status {}", response.status)))?;
    let hashes = if hashed {
        json!({ "sha256": hash })
    } else {
        json!({})
    };
    Ok(json!({
        "msgtype": "m.file",
        "body": "report.txt",
        "file": {
            "v": "v2",
            "url": url,
            "key": { "kty": "oct", "key_ops": ["encrypt", "decrypt"], "alg": "A256CTR", "k": URL_SAFE_NO_PAD.encode(key), "ext": true },
            "iv": STANDARD_NO_PAD.encode(iv),
            "hashes": hashes,
        },
    }))
}
