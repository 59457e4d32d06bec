//! Group D: who gets the keys of a room, when the relay lies about its members.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    checks::client::megolm::pair,
    dialect::{Class, Delivery, Place},
    scene::{Actor, Room, Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "megolm-ghost-member",
    version: 1,
    subject: Subject::Client,
    requirements: &["E2E-09", "GRP-03"],
    attacks: &["ATK-MEGOLM-01"],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "A member whom only the relay added gets no key that the user could not have known of.",
    precondition: "Alice and Bob share an encrypted room; Mallory has an account and published keys.",
    expected: "Every user who gets a key from Alice was shown to her as a member before she sent.",
    needs: &[],
    twins: &[Seeded::client(
        "recipients-from-relay-list",
        "unshown-recipient",
    )],
    run: ghost_member,
}];

fn ghost_member(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let mallory = scene.client("mallory")?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;

    // Only in the list of members that a client may ask for.
    let ghost = mallory.user.clone();
    let add = Action::rewrite("inject_member", move |answer| {
        let joined = answer.get_mut("joined").and_then(Value::as_object_mut);
        joined.is_some_and(|joined| {
            joined
                .insert(ghost.clone(), json!({ "display_name": "Bob's phone" }))
                .is_none()
        })
    });
    scene.attack(Rule::new(
        "list",
        &alice.name,
        Point::Response(Class::RoomMembers),
        add,
    ));
    send_and_compare(scene, &alice, &room)?;

    // In the timeline, as if Bob had invited her.
    for (sender, membership) in [(&bob.user, "invite"), (&mallory.user, "join")] {
        let event = member_event(scene, &mallory, sender, membership);
        let place = Place::Timeline {
            room: room.id.clone(),
        };
        scene.adversary().deliver(
            "join",
            "inject_member",
            &alice.name,
            Delivery { place, event },
        );
    }
    scene.sync(&alice)?;
    scene.must_fire("join");
    send_and_compare(scene, &alice, &room)?;

    scene.acknowledge(&alice, &room)?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// Sends, and expects that everybody who got a key was shown as a member before.
fn send_and_compare(scene: &mut Scene, alice: &Actor, room: &Room) -> Result<(), Stop> {
    let shown = scene.observe(alice, room)?;
    let mark = scene.mark();
    scene.try_send(alice, room, "to the members I know")?;
    let recipients = scene.recipients(alice, mark);
    let unshown = unshown(&shown, &recipients);
    let seen = scene.note_seen(
        "recipients who were not shown",
        Witness::Driver,
        json!({ "users": unshown }),
    );
    let none = Claim::Within {
        pointer: "/users".to_owned(),
        least: 0,
        most: 0,
    };
    scene.expect(Role::Attack, "unshown-recipient", &[&seen], none);
    Ok(())
}

fn unshown(shown: &Seen, recipients: &Seen) -> Vec<String> {
    let members = shown
        .value
        .pointer("/members")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let devices = recipients
        .value
        .pointer("/devices")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let users = devices
        .iter()
        .filter_map(Value::as_str)
        .filter_map(|device| device.split('|').next());
    users
        .filter(|user| !members.contains(&json!(user)))
        .map(str::to_owned)
        .collect()
}

fn member_event(scene: &mut Scene, member: &Actor, sender: &str, membership: &str) -> Value {
    json!({
        "type": "m.room.member",
        "state_key": member.user,
        "sender": sender,
        "event_id": format!("$member-{:016x}", scene.draw()),
        "origin_server_ts": scene.now(),
        "content": { "membership": membership },
    })
}
