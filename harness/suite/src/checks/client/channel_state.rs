//! Group C: what bad messages, replays and restores do to the state of a channel.

use std::sync::{Arc, Mutex, PoisonError};

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};
use vodozemac::megolm::MegolmMessage;

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::{company::Company, megolm::pair},
    dialect::{Class, Delivery, Place},
    evil::{EvilRoomKey, ForgedDevice, edit_olm_body, flip_mac, raise_index, swap_ratchet_key},
    scene::{Actor, Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "olm-first-message-replay",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-08"],
        attacks: &["ATK-OLM-05", "ATK-OLM-08"],
        severity: Severity::Must,
        witness: Witness::Peer,
        purpose: "A first message to a fallback key that the relay delivers again does not reset the channel.",
        precondition: "Mallory opened a channel to Alice through her fallback key, and both have spoken through it.",
        expected: "After the replay, and after another one behind a restart, Mallory can still read what Alice sends.",
        needs: &[Need::Verb("actor.restart")],
        twins: &[Seeded::client(
            "prekey-replay-ok",
            "channel-reset-by-replay",
        )],
        run: first_message_replay,
    },
    Check {
        id: "olm-bad-first-message",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-07", "KEY-09"],
        attacks: &["ATK-OLM-09"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A first message with a wrong MAC does not use the one-time key up.",
        precondition: "On the way of Mallory's first message to Alice one bit of its MAC is flipped; then the honest one arrives.",
        expected: "The changed message is not taken, the honest one is.",
        needs: &[],
        twins: &[Seeded::client(
            "otk-removed-before-decrypt",
            "one-time-key-lost",
        )],
        run: bad_first_message,
    },
    Check {
        id: "olm-garbage-before-message",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-07", "AVL-02"],
        attacks: &["ATK-OLM-19"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Messages with a valid header and no valid MAC move no state.",
        precondition: "Mallory and Alice have a channel; before each honest message comes one with a raised index or a foreign ratchet key.",
        expected: "The garbage is not taken; every honest message is, also after a restart.",
        needs: &[Need::Verb("actor.restart")],
        twins: &[Seeded::client(
            "commit-before-auth",
            "message-after-garbage-lost",
        )],
        run: garbage_before_message,
    },
    Check {
        id: "group-index-reuse-after-restore",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-12"],
        attacks: &["ATK-OLM-20"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A client that was put back to an earlier state does not encrypt two messages under one key.",
        precondition: "Alice's store is copied, she sends, the copy is put back, she sends again; then a send is lost and she restarts.",
        expected: "No two different ciphertexts have the same session and index; Bob reads a message after the restore.",
        needs: &[
            Need::Verb("actor.snapshot"),
            Need::Verb("actor.restore"),
            Need::Verb("actor.restart"),
        ],
        twins: &[Seeded::client("persist-after-send", "index-used-twice")],
        run: index_reuse,
    },
];

fn first_message_replay(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company
        .mallory
        .open_fallback_channel(scene, &company.target)?;
    let name = company.alice.name.clone();
    scene.attack(
        Rule::new(
            "copy",
            &name,
            Point::Delivery(Box::new(is_sealed)),
            Action::Copy,
        )
        .at_most(1),
    );
    company.must_hear(scene, Role::Control, "control-lost")?;
    scene.adversary().lift("copy");
    // a turn of the ratchet: only then would a reset be noticed
    let room = company.room.clone();
    let before = company.mallory_reads(scene, &room)?;
    scene.expect(
        Role::Control,
        "control-not-readable",
        &[&before],
        readable(),
    );
    company.must_hear(scene, Role::Control, "control-lost")?;

    for restart in [false, true] {
        if restart {
            scene.restart(&company.alice)?;
        }
        let copy = scene.adversary().kept("copy").first().cloned();
        let copy = copy.ok_or_else(|| Stop::harness("no first message was there to copy"))?;
        scene.adversary().deliver("replay", "replay", &name, copy);
        scene.sync(&company.alice)?;
        // a new room needs a new room key, which comes through the channel
        let room = scene.found(&company.alice, vec![company.mallory.device.user.clone()])?;
        company.mallory.join(scene, &room.id)?;
        scene.sync(&company.alice)?;
        scene.acknowledge(&company.alice, &room)?;
        let after = company.mallory_reads(scene, &room)?;
        scene.expect(
            Role::Attack,
            "channel-reset-by-replay",
            &[&after],
            readable(),
        );
    }
    scene.must_fire("replay");
    company.must_hear(scene, Role::State, "next-key-lost")
}

fn bad_first_message(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let target = company.target.clone();
    company.mallory.open_channel(scene, &target)?;
    let mut key = EvilRoomKey::new(&company.room.id);
    let mut changed = company.seal(&key, |_, _| {})?;
    edit_olm_body(&mut changed, &target.curve25519, flip_mac)?;
    company.deliver(scene, "m.room.encrypted", &changed)?;
    company.must_not_open(scene, "changed-message-accepted", &mut key)?;
    company.must_hear(scene, Role::State, "one-time-key-lost")
}

fn garbage_before_message(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let room = company.room.clone();
    company.mallory_reads(scene, &room)?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let foreign = ForgedDevice::new("", "").raw_curve25519();
    for restart in [false, true] {
        let mut key = EvilRoomKey::new(&company.room.id);
        let honest = company.seal(&key, |_, _| {})?;
        for raised in [true, false] {
            let mut garbage = honest.clone();
            edit_olm_body(&mut garbage, &company.target.curve25519, |shape, body| {
                if raised {
                    raise_index(shape, body, 500)
                } else {
                    swap_ratchet_key(body, foreign)
                }
            })?;
            company.deliver(scene, "m.room.encrypted", &garbage)?;
        }
        company.must_not_open(scene, "garbage-accepted", &mut key)?;
        if restart {
            scene.restart(&company.alice)?;
        }
        company.deliver(scene, "m.room.encrypted", &honest)?;
        let sent = company.say(scene, &mut key, "after garbage")?;
        scene.must_show_once(
            Role::State,
            "message-after-garbage-lost",
            &company.alice,
            &company.room,
            &sent,
        )?;
    }
    Ok(())
}

fn index_reuse(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let sent = spy_on_messages(scene, &alice);

    let copy = scene.snapshot(&alice)?;
    scene.send(&alice, &room, "before the restore")?;
    scene.restore(&alice, copy)?;
    scene.sync(&alice)?;
    scene.send(&alice, &room, "after the restore")?;
    scene.attack(
        Rule::new(
            "lose",
            &alice.name,
            Point::Request(Class::RoomSend),
            Action::Drop,
        )
        .at_most(1),
    );
    scene.try_send(&alice, &room, "never acknowledged")?;
    scene.must_fire("lose");
    scene.restart(&alice)?;
    scene.sync(&alice)?;
    scene.send(&alice, &room, "after the restart")?;

    let places = places(scene, &sent)?;
    let seen: Vec<_> = places.iter().collect();
    scene.expect(Role::Attack, "index-used-twice", &seen, Claim::Different {});
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// Keeps a copy of every room message that leaves the actor, whatever becomes of it.
fn spy_on_messages(scene: &mut Scene, actor: &Actor) -> Arc<Mutex<Vec<Value>>> {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let copies = Arc::clone(&sent);
    let look = Action::rewrite("look", move |content| {
        copies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(content.clone());
        false
    });
    scene.attack(Rule::new(
        "look",
        &actor.name,
        Point::Request(Class::RoomSend),
        look,
    ));
    sent
}

/// Session and index of each different ciphertext, as observations.
fn places(scene: &mut Scene, sent: &Mutex<Vec<Value>>) -> Result<Vec<Seen>, Stop> {
    let mut sent = sent.lock().unwrap_or_else(PoisonError::into_inner).clone();
    // the same ciphertext again is no second use of the key
    sent.dedup();
    let mut places = Vec::new();
    for content in &sent {
        let message = content
            .get("ciphertext")
            .and_then(Value::as_str)
            .and_then(|text| MegolmMessage::from_base64(text).ok());
        let message =
            message.ok_or_else(|| Stop::target("a room message left that is no group message"))?;
        let place =
            json!({ "session": content.get("session_id"), "index": message.message_index() });
        places.push(scene.note_seen(
            "session and index of a message that left Alice",
            Witness::Wire,
            place,
        ));
    }
    Ok(places)
}

fn is_sealed(delivery: &Delivery) -> bool {
    delivery.place == Place::ToDevice && delivery.event_type() == "m.room.encrypted"
}

fn readable() -> Claim {
    Claim::Is {
        pointer: "/readable".to_owned(),
        value: json!(true),
    }
}
