//! Group D: when the key of a room must change, and when nothing may leave in clear.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::megolm::{inject, pair},
    dialect::{Class, Delivery, Place},
    scene::{Actor, Room, Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "rotation-on-leave",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-01"],
        attacks: &["ATK-MEGOLM-13"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "After a member left, the next message is under a new group session that the member does not get.",
        precondition: "Alice, Bob and Carol share an encrypted room and have talked.",
        expected: "Alice's next message uses another session; Bob reads it; no key goes to Carol.",
        needs: &[],
        twins: &[Seeded::client("no-rotate-on-leave", "session-kept")],
        run: |scene| rotation(scene, |scene, _, carol, room| scene.leave(carol, room)),
    },
    Check {
        id: "rotation-on-removal",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-01"],
        attacks: &["ATK-MEGOLM-13"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "After a member was removed, the next message is under a new group session that the member does not get.",
        precondition: "Alice, Bob and Carol share an encrypted room and have talked.",
        expected: "Alice's next message uses another session; Bob reads it; no key goes to Carol.",
        needs: &[],
        twins: &[Seeded::client("no-rotate-on-kick", "session-kept")],
        run: |scene| {
            rotation(scene, |scene, alice, carol, room| {
                scene.remove(alice, room, &carol.user)
            })
        },
    },
    Check {
        id: "rotation-on-device-removal",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-01", "CLO-09"],
        attacks: &["ATK-MEGOLM-13"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "After a member removed one of its devices, the next message is under a new group session.",
        precondition: "Alice talks with Bob, who has two devices, the second verified by the first.",
        expected: "After Bob removed the second device, Alice's next message uses another session and Bob's first device reads it.",
        needs: &[Need::Verb("device.revoke"), Need::Verb("verify.request")],
        twins: &[Seeded::client(
            "no-rotate-on-device-removal",
            "session-kept",
        )],
        run: device_removal,
    },
    Check {
        id: "rotation-cap",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-01", "CLO-10"],
        attacks: &["ATK-MEGOLM-15"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A relay or an admin cannot make a group session live for ever by room settings.",
        precondition: "Alice and Bob share an encrypted room; the relay delivers settings that ask for rotation after 2^53-1 messages.",
        expected: "101 messages later at the latest the session has changed.",
        needs: &[],
        twins: &[Seeded::client("rotation-uncapped", "session-never-rotated")],
        run: rotation_cap,
    },
    Check {
        id: "encryption-stays-on",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-02"],
        attacks: &["ATK-MEGOLM-16"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A room that was encrypted once is never written to in clear, whatever the relay says of it.",
        precondition: "Alice and Bob share an encrypted room; the relay delivers a state event that names no algorithm.",
        expected: "Alice's client refuses to send or sends encrypted, also after a restart; nothing leaves in clear.",
        needs: &[Need::Verb("actor.restart")],
        twins: &[Seeded::client(
            "encryption-flag-from-relay",
            "clear-text-sent",
        )],
        run: encryption_stays_on,
    },
    Check {
        id: "encryption-hidden-from-joiner",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-02"],
        attacks: &["ATK-MEGOLM-16"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A member from whom the relay hides that a room is encrypted does not write to it in clear.",
        precondition: "Alice has made an encrypted room; the relay leaves the encryption event out of everything that Bob sees of it.",
        expected: "Bob's client refuses to send or sends encrypted; nothing leaves in clear. In another room he still gets through.",
        needs: &[],
        twins: &[Seeded::client(
            "encryption-flag-from-relay",
            "clear-text-sent",
        )],
        run: hidden_from_joiner,
    },
    Check {
        id: "no-clear-copy",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-01", "E2E-10", "MED-01"],
        attacks: &["ATK-SRV-10", "ATK-META-05"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "The text of a message and the content of a file stand in no request of the client.",
        precondition: "Alice and Bob share an encrypted room.",
        expected: "The text, the file's name and its content occur in no request; Bob reads the message.",
        needs: &[Need::Verb("file.send"), Need::Verb("file.open")],
        twins: &[Seeded::client("leaks-body-in-clear", "text-on-wire")],
        run: no_clear_copy,
    },
];

fn rotation(
    scene: &mut Scene,
    part: fn(&mut Scene, &Actor, &Actor, &Room) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let (alice, bob, carol) = (
        scene.client("alice")?,
        scene.client("bob")?,
        scene.client("carol")?,
    );
    let room = scene.room(&[&alice, &bob, &carol])?;
    let mark = scene.mark();
    let before = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    scene.sync(&carol)?;
    scene.must_show_once(Role::Control, "control-lost", &carol, &room, &before)?;
    let old = scene.sessions_used(&alice, mark);

    part(scene, &alice, &carol, &room)?;
    scene.sync_all(&[&alice, &bob])?;
    let mark = scene.mark();
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    must_rotate(scene, &alice, &old, mark);
    let recipients = scene.recipients(&alice, mark);
    let gone = json!(format!("{}|{}", carol.user, carol.device));
    scene.expect(
        Role::Attack,
        "key-sent-to-ex-member",
        &[&recipients],
        Claim::Lacks {
            pointer: "/devices".to_owned(),
            value: gone,
        },
    );
    let member = Claim::Contains {
        pointer: "/devices".to_owned(),
        value: json!(format!("{}|{}", bob.user, bob.device)),
    };
    scene.expect(Role::Twin, "member-got-no-key", &[&recipients], member);
    Ok(())
}

/// What the actor sent since `mark` is under none of the old sessions, and nothing is in clear.
fn must_rotate(scene: &mut Scene, actor: &Actor, old: &Seen, mark: usize) {
    let new = scene.sessions_used(actor, mark);
    let sessions = old.value.pointer("/sessions").and_then(Value::as_array);
    for session in sessions.into_iter().flatten() {
        let claim = Claim::Lacks {
            pointer: "/sessions".to_owned(),
            value: session.clone(),
        };
        scene.expect(Role::Attack, "session-kept", &[&new], claim);
    }
    let sealed = Claim::Is {
        pointer: "/clear".to_owned(),
        value: json!(0),
    };
    scene.expect(Role::Attack, "clear-text-sent", &[&new], sealed);
}

fn device_removal(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    let second = scene.device_of(&bob, "bob-second")?;
    scene.sync_all(&[&bob, &second])?;
    scene.verify(&bob, &second)?;
    let room = scene.room(&[&alice, &bob])?;
    scene.sync(&second)?;
    let mark = scene.mark();
    let before = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    scene.sync(&second)?;
    scene.must_show_once(Role::Control, "second-device-lost", &second, &room, &before)?;
    let old = scene.sessions_used(&alice, mark);

    scene.revoke(&bob, &second.device)?;
    scene.sync_all(&[&alice, &bob])?;
    let mark = scene.mark();
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    must_rotate(scene, &alice, &old, mark);
    Ok(())
}

fn rotation_cap(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let settings = json!({
        "algorithm": "m.megolm.v1.aes-sha2",
        "rotation_period_msgs": 9_007_199_254_740_991_u64,
        "rotation_period_ms": 9_007_199_254_740_991_u64,
    });
    deliver_encryption(scene, &alice, &room, settings);
    scene.sync(&alice)?;
    scene.must_fire("settings");
    let mark = scene.mark();
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    for _ in 0..100 {
        scene.send(&alice, &room, "one of many")?;
    }
    let used = scene.sessions_used(&alice, mark);
    let claim = Claim::Within {
        pointer: "/sessions".to_owned(),
        least: 2,
        most: 101,
    };
    scene.expect(Role::Attack, "session-never-rotated", &[&used], claim);
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn encryption_stays_on(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    deliver_encryption(scene, &alice, &room, json!({}));
    inject(
        scene,
        &alice,
        &room,
        &bob.user,
        ("m.room.topic", json!({ "topic": "no longer encrypted" })),
    );
    scene.sync(&alice)?;
    scene.must_fire("settings");
    let mark = scene.mark();
    scene.try_send(&alice, &room, "still secret")?;
    scene.restart(&alice)?;
    scene.try_send(&alice, &room, "still secret after a restart")?;
    let used = scene.sessions_used(&alice, mark);
    let claim = Claim::Is {
        pointer: "/clear".to_owned(),
        value: json!(0),
    };
    scene.expect(Role::Attack, "clear-text-sent", &[&used], claim);
    let other = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::State, "other-room-lost", &alice, &bob, &other)?;
    Ok(())
}

fn hidden_from_joiner(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, open) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &open)?;
    let hide = Action::rewrite("withhold_encryption", hide_encryption);
    scene.attack(Rule::new(
        "hide",
        &bob.name,
        Point::Response(Class::Sync),
        hide,
    ));
    let room = scene.room(&[&alice, &bob])?;
    scene.must_fire("hide");
    let mark = scene.mark();
    scene.try_send(&bob, &room, "into the dark")?;
    let used = scene.sessions_used(&bob, mark);
    let claim = Claim::Is {
        pointer: "/clear".to_owned(),
        value: json!(0),
    };
    scene.expect(Role::Attack, "clear-text-sent", &[&used], claim);
    scene.adversary().lift("hide");
    scene.must_get_through(Role::State, "other-room-lost", &bob, &alice, &open)?;
    Ok(())
}

/// Takes every event that says that a room is encrypted out of a value; tells whether there was one.
fn hide_encryption(value: &mut Value) -> bool {
    let mut hidden = false;
    if let Value::Array(elements) = value {
        let before = elements.len();
        elements.retain(|element| element.get("type") != Some(&json!("m.room.encryption")));
        hidden = elements.len() < before;
        for element in elements {
            hidden |= hide_encryption(element);
        }
    } else if let Value::Object(fields) = value {
        for field in fields.values_mut() {
            hidden |= hide_encryption(field);
        }
    }
    hidden
}

fn no_clear_copy(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let mark = scene.mark();
    let message = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let (name, content) = (
        scene.text("plan.txt"),
        scene.text("the content of the plan"),
    );
    let file = scene.send_file(&alice, &room, &name, content.as_bytes())?;
    for (code, text) in [
        ("text-on-wire", &message.body),
        ("file-name-on-wire", &name),
        ("file-on-wire", &content),
    ] {
        let seen = scene.clear_on_wire(text, mark)?;
        scene.expect(
            Role::Attack,
            code,
            &[&seen],
            Claim::Is {
                pointer: "/clear".to_owned(),
                value: json!(0),
            },
        );
    }
    scene.sync(&bob)?;
    let opened = scene.open_file(&bob, &room, &file)?;
    let whole = Claim::Is {
        pointer: "/text".to_owned(),
        value: json!(content),
    };
    scene.expect(Role::Twin, "file-not-opened", &[&opened], whole);
    Ok(())
}

/// Has the relay deliver a state event that says how a room is encrypted.
fn deliver_encryption(scene: &mut Scene, viewer: &Actor, room: &Room, content: Value) {
    let event = json!({
        "type": "m.room.encryption",
        "state_key": "",
        "event_id": format!("$settings-{:016x}", scene.draw()),
        "sender": viewer.user,
        "origin_server_ts": scene.now(),
        "content": content,
    });
    for place in [
        Place::State {
            room: room.id.clone(),
        },
        Place::Timeline {
            room: room.id.clone(),
        },
    ] {
        scene.adversary().deliver(
            "settings",
            "inject",
            &viewer.name,
            Delivery {
                place,
                event: event.clone(),
            },
        );
    }
}
