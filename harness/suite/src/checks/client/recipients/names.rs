//! Names that are taken for others, or hide what they are.

use harness_evidence::{Role, Severity, Witness};
use serde_json::{Value, json};

use super::{NEEDS, asking, configure, must_ask, send_confirmed};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    checks::client::megolm::pair,
    dialect::Delivery,
    scene::{Actor, Room, Scene},
};

pub(in crate::checks::client) const CHECKS: &[Check] = &[
    Check {
        id: "recipient-look-alike",
        version: 1,
        subject: Subject::Client,
        requirements: &["USE-01", "USE-06"],
        attacks: &["ATK-EVT-11"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Nothing goes to somebody whose name looks like that of a known contact, without the user's word.",
        precondition: "Alice writes with Bob; Mallory, in another room with Alice, shows Bob's name in other letters that look the same.",
        expected: "A message to Mallory is held up by a question; one to Bob is not.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "look-alike-unnoticed",
            "look-alike-not-asked",
        )],
        run: look_alike,
    },
    Check {
        id: "recipient-disguised-name",
        version: 1,
        subject: Subject::Client,
        requirements: &["USE-06"],
        attacks: &["ATK-EVT-11"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Nothing goes to somebody whose name reorders text or has hidden letters, without the user's word.",
        precondition: "Alice shares a room with Mallory, whose name has a right-to-left override in it.",
        expected: "A message to Mallory is held up by a question; one to Bob is not.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "disguised-name-unnoticed",
            "disguised-name-not-asked",
        )],
        run: disguised,
    },
];

fn look_alike(scene: &mut Scene) -> Result<(), Stop> {
    named(scene, "look-alike-not-asked", |bob| {
        // A capital i for each small l, and the parts in another order; the rest as it is.
        let local = bob.user.trim_start_matches('@');
        let local = local.split(':').next().unwrap_or_default();
        let mut parts: Vec<String> = local
            .split('-')
            .map(|part| part.replace('l', "I"))
            .collect();
        parts.rotate_left(1);
        parts.join(" ")
    })
}

fn disguised(scene: &mut Scene) -> Result<(), Stop> {
    named(scene, "disguised-name-not-asked", |_bob| {
        "Anna\u{202e}reieM".to_owned()
    })
}

/// Mallory comes to a room with Alice under a name made of Bob's.
fn named(scene: &mut Scene, code: &str, name: impl Fn(&Actor) -> String) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    configure(scene, &alice, asking())?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let mallory = scene.client("mallory")?;
    scene.attack(Rule::new(
        "name",
        &alice.name,
        Point::Delivery(Box::new(is_member(mallory.user.clone()))),
        show_as(name(&bob)),
    ));
    let other: Room = scene.room(&[&alice, &mallory])?;
    scene.must_fire("name");
    let mark = scene.mark();
    let attempt = scene.try_send(&alice, &other, "to whom")?;
    must_ask(scene, code, &alice, &attempt.seen, mark);
    let sent = send_confirmed(scene, &alice, &other, "to Mallory, confirmed")?;
    scene.sync(&mallory)?;
    scene.must_show_once(
        Role::Twin,
        "confirmed-message-lost",
        &mallory,
        &other,
        &sent,
    )?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn is_member(user: String) -> impl Fn(&Delivery) -> bool + Send {
    move |delivery| {
        delivery.event_type() == "m.room.member"
            && delivery.event.get("state_key") == Some(&json!(user))
    }
}

fn show_as(name: String) -> Action {
    Action::rewrite("display_name", move |event| {
        let content = event.get_mut("content").and_then(Value::as_object_mut);
        content.is_some_and(|content| {
            content.insert("displayname".to_owned(), json!(name)) != Some(json!(name))
        })
    })
}
