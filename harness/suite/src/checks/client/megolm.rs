//! Group D: room messages that a relay or another member replays, moves, re-attributes or invents.

use harness_evidence::{Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::{Delivery, Place},
    scene::{Actor, Room, Scene},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "megolm-replay",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-08"],
        attacks: &["ATK-MEGOLM-08"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A room message that the relay delivers again under a new event id is shown once.",
        precondition: "Alice and Bob share an encrypted room; Bob has read a message of Alice's.",
        expected: "The second delivery is not shown, neither at once nor after a restart; the next message arrives.",
        needs: &[Need::Verb("actor.restart")],
        twins: &[Seeded::client("no-replay-index", "replay-shown")],
        run: replay,
    },
    Check {
        id: "megolm-cross-room",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-08"],
        attacks: &["ATK-MEGOLM-10"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A message of one room that the relay delivers in another room of the same members is not shown there.",
        precondition: "Alice and Bob share two encrypted rooms; a message was read in the first.",
        expected: "The second room does not show it; the next message in the second room arrives.",
        needs: &[],
        twins: &[Seeded::client("no-room-binding", "moved-message-shown")],
        run: cross_room,
    },
    Check {
        id: "megolm-sender-spoof",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06"],
        attacks: &["ATK-MEGOLM-02"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A member's message that the relay puts under another member's name is not shown as that member's.",
        precondition: "Alice, Bob and Mallory share an encrypted room.",
        expected: "Alice does not see Mallory's text as an authentic message; Mallory's next, untouched one arrives.",
        needs: &[],
        twins: &[Seeded::client(
            "megolm-sender-not-bound",
            "spoofed-message-shown",
        )],
        run: sender_spoof,
    },
    Check {
        id: "megolm-clear-hints",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06"],
        attacks: &["ATK-MEGOLM-24"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "The clear-text fields sender_key and device_id of a room message decide nothing.",
        precondition: "Alice, Bob and Carol share an encrypted room.",
        expected: "With both fields rewritten to Carol's device, or removed, Bob's message is shown as before.",
        needs: &[],
        twins: &[Seeded::client("lookup-by-sender-key", "clear-hint-trusted")],
        run: clear_hints,
    },
    Check {
        id: "room-plaintext-injected",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-02", "E2E-06"],
        attacks: &["ATK-MEGOLM-17"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A clear-text message that the relay injects into an encrypted room is not shown as an authentic one.",
        precondition: "Alice and Bob share an encrypted room.",
        expected: "The injected text is withheld or carries a warning; the next message arrives.",
        needs: &[],
        twins: &[Seeded::client(
            "render-plaintext-as-normal",
            "plaintext-shown",
        )],
        run: plaintext_injected,
    },
    Check {
        id: "sync-poison-item",
        version: 1,
        subject: Subject::Client,
        requirements: &["AVL-02"],
        attacks: &["ATK-EVT-15"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A malformed event among honest ones does not keep the honest ones from the user.",
        precondition: "Alice and Bob share an encrypted room.",
        expected: "Alice's message, delivered in one answer with malformed events, is shown, also after a restart.",
        needs: &[Need::Verb("actor.restart")],
        twins: &[Seeded::client("sync-fails-on-bad-item", "honest-item-lost")],
        run: poison_item,
    },
];

fn replay(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.attack(Rule::new(
        "copy",
        &bob.name,
        Point::Delivery(Box::new(is_room_message)),
        Action::Copy,
    ));
    let message = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    scene.adversary().lift("copy");

    deliver_again(scene, &bob, "$replayed-once")?;
    scene.must_not_repeat(Role::Attack, "replay-shown", &bob, &room, &message.body)?;
    scene.restart(&bob)?;
    deliver_again(scene, &bob, "$replayed-twice")?;
    scene.must_not_repeat(Role::Attack, "replay-shown", &bob, &room, &message.body)?;
    scene.must_fire("replay");
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn cross_room(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, first) = pair(scene)?;
    let second = scene.room(&[&alice, &bob])?;
    scene.attack(Rule::new(
        "copy",
        &bob.name,
        Point::Delivery(Box::new(is_room_message)),
        Action::Copy,
    ));
    let message = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &first)?;
    scene.adversary().lift("copy");
    let mut moved = copied(scene)?;
    moved.place = Place::Timeline {
        room: second.id.clone(),
    };
    rename(&mut moved, "$moved");
    scene
        .adversary()
        .deliver("move", "replay", &bob.name, moved);
    scene.sync(&bob)?;
    scene.must_fire("move");
    scene.must_not_show(
        Role::Attack,
        "moved-message-shown",
        &bob,
        &second,
        &message.body,
    )?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &second)?;
    Ok(())
}

fn sender_spoof(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, mallory) = (
        scene.client("alice")?,
        scene.client("bob")?,
        scene.client("mallory")?,
    );
    let room = scene.room(&[&alice, &bob, &mallory])?;
    scene.must_get_through(Role::Control, "control-lost", &mallory, &alice, &room)?;
    let swap = Action::SwapSender {
        sender: bob.user.clone(),
    };
    scene.attack(Rule::new(
        "spoof",
        &alice.name,
        Point::Delivery(Box::new(is_room_message)),
        swap,
    ));
    let spoofed = scene.send(&mallory, &room, "as if by bob")?;
    scene.sync(&alice)?;
    scene.adversary().lift("spoof");
    scene.must_fire("spoof");
    scene.must_not_show(
        Role::Attack,
        "spoofed-message-shown",
        &alice,
        &room,
        &spoofed.body,
    )?;
    scene.must_get_through(Role::State, "next-message-lost", &mallory, &alice, &room)?;
    Ok(())
}

fn clear_hints(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, carol) = (
        scene.client("alice")?,
        scene.client("bob")?,
        scene.client("carol")?,
    );
    let room = scene.room(&[&alice, &bob, &carol])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let devices = scene.devices(&alice, &carol.user)?;
    let key = devices
        .value
        .pointer("/devices/0/curve25519")
        .cloned()
        .unwrap_or_default();
    let device = carol.device.clone();
    let rewrite = Action::rewrite("rewrite_hints", move |event| {
        let Some(content) = event.get_mut("content").and_then(Value::as_object_mut) else {
            return false;
        };
        content.insert("sender_key".to_owned(), key.clone());
        content.insert("device_id".to_owned(), Value::from(device.as_str()));
        true
    });
    scene.attack(Rule::new(
        "hints",
        &alice.name,
        Point::Delivery(Box::new(is_room_message)),
        rewrite,
    ));
    let message = scene.send(&bob, &room, "with false hints")?;
    scene.sync(&alice)?;
    scene.must_fire("hints");
    scene.must_show_once(Role::Attack, "clear-hint-trusted", &alice, &room, &message)?;
    scene.adversary().lift("hints");
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn plaintext_injected(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let body = scene.text("pay the invoice");
    let content = json!({ "msgtype": "m.text", "body": body });
    inject(scene, &bob, &room, &alice.user, ("m.room.message", content));
    scene.sync(&bob)?;
    scene.must_fire("inject");
    scene.must_not_show(Role::Attack, "plaintext-shown", &bob, &room, &body)?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// As deep as relays let it through.
fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(0), |inner, _| json!([inner]))
}

fn poison_item(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let poison = [
        json!({ "type": "m.room.encrypted", "content": { "algorithm": 7 }, "event_id": ["$x"], "sender": null }),
        json!({ "type": "m.room.member", "state_key": 5, "content": "join" }),
        json!({ "__proto__": { "type": "m.room.message" } }),
        json!(["not", "an", "event"]),
        json!({ "type": "org.example.deep", "content": { "deep": nested(60) }, "event_id": "$deep", "sender": "@x:x" }),
        json!(null),
    ];
    for event in poison {
        let place = Place::Timeline {
            room: room.id.clone(),
        };
        scene.adversary().deliver(
            "poison",
            "inject",
            &bob.name,
            Delivery {
                place,
                event: event.clone(),
            },
        );
        scene.adversary().deliver(
            "poison",
            "inject",
            &bob.name,
            Delivery {
                place: Place::ToDevice,
                event,
            },
        );
    }
    let message = scene.send(&alice, &room, "among poison")?;
    scene.sync(&bob)?;
    scene.must_fire("poison");
    scene.must_show_once(Role::Attack, "honest-item-lost", &bob, &room, &message)?;
    scene.restart(&bob)?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// Alice and Bob in an encrypted room.
pub(super) fn pair(scene: &mut Scene) -> Result<(Actor, Actor, Room), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    let room = scene.room(&[&alice, &bob])?;
    Ok((alice, bob, room))
}

/// Whether a delivery is an encrypted event of a room's timeline.
pub(super) fn is_room_message(delivery: &Delivery) -> bool {
    matches!(delivery.place, Place::Timeline { .. }) && delivery.event_type() == "m.room.encrypted"
}

/// Has the relay deliver to `viewer`, with its next answer, an event of its own making in the name of `sender`.
pub(super) fn inject(
    scene: &mut Scene,
    viewer: &Actor,
    room: &Room,
    sender: &str,
    (kind, content): (&str, Value),
) {
    let event = json!({
        "type": kind,
        "event_id": format!("$injected-{:016x}", scene.draw()),
        "sender": sender,
        "origin_server_ts": scene.now(),
        "content": content,
    });
    let place = Place::Timeline {
        room: room.id.clone(),
    };
    scene
        .adversary()
        .deliver("inject", "inject", &viewer.name, Delivery { place, event });
}

fn copied(scene: &mut Scene) -> Result<Delivery, Stop> {
    let copy = scene.adversary().kept("copy").first().cloned();
    copy.ok_or_else(|| Stop::harness("no message was there to copy"))
}

fn deliver_again(scene: &mut Scene, viewer: &Actor, event_id: &str) -> Result<(), Stop> {
    let mut again = copied(scene)?;
    rename(&mut again, event_id);
    scene
        .adversary()
        .deliver("replay", "replay", &viewer.name, again);
    scene.sync(viewer)
}

fn rename(delivery: &mut Delivery, event_id: &str) {
    if let Some(event) = delivery.event.as_object_mut() {
        event.insert("event_id".to_owned(), Value::from(event_id));
    }
}
