//! Group B: the relay in the middle of a verification between two clients.

use std::sync::{Arc, Mutex, PoisonError};

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    checks::client::{
        megolm::pair,
        screen::{
            VERIFY, insist, must_be_verified, must_not_be_verified, must_not_succeed, strings,
        },
        two_readings::named_twice,
    },
    dialect::Delivery,
    evil::{ForgedDevice, commitment},
    scene::{Actor, Scene},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "verify-man-in-the-middle",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02"],
        attacks: &["ATK-VER-01"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A relay that puts its own ephemeral keys between two users makes their screens differ.",
        precondition: "Alice and Bob verify each other; the relay runs one exchange with each of them.",
        expected: "The strings on the two screens differ, and neither shows the other as verified; the next verification, untouched, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client("sas-info-without-keys", "middle-man-unseen")],
        run: man_in_the_middle,
    },
    Check {
        id: "verify-mac-mismatch",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02"],
        attacks: &["ATK-VER-03"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A wrong or missing proof of keys never ends as a success on the screen.",
        precondition: "Alice and Bob compare the same strings; the relay flips one bit of Bob's proof, and in a second run loses it.",
        expected: "Alice is not told that Bob is verified, neither at once nor after a restart; the next verification, untouched, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client(
            "sas-ignore-mac-result",
            "wrong-proof-verified",
        )],
        run: mac_mismatch,
    },
    Check {
        id: "verify-two-readings",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02"],
        attacks: &["ATK-VER-12"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A step of a verification that has two readings verifies nobody on the strength of the one that others do not see.",
        precondition: "Alice and Bob compare the same strings; Bob's proof comes to Alice with a second content, once empty and once with another proof, or under a second type.",
        expected: "Alice is not told that Bob is verified; the next verification, untouched, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client(
            "json-first-key-wins",
            "first-reading-verified",
        )],
        run: two_readings,
    },
];

fn man_in_the_middle(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, _) = pair(scene)?;
    // public keys suffice: the relay need not know what they would derive
    let (for_bob, for_alice) = (
        ForgedDevice::new("", "").curve25519(),
        ForgedDevice::new("", "").curve25519(),
    );
    let start = Arc::new(Mutex::new(Value::Null));
    let seen = Arc::clone(&start);
    let look = Action::rewrite("look", move |event| {
        *seen.lock().unwrap_or_else(PoisonError::into_inner) =
            event.get("content").cloned().unwrap_or_default();
        false
    });
    scene.attack(step_rule("look", &bob, "start", look));
    let promised = for_alice.clone();
    let promise = Action::rewrite("substitute_commitment", move |event| {
        let start = start.lock().unwrap_or_else(PoisonError::into_inner).clone();
        replace(event, "/content/commitment", &commitment(&promised, &start))
    });
    scene.attack(step_rule("commitment", &alice, "accept", promise));
    scene.attack(step_rule(
        "key-for-alice",
        &alice,
        "key",
        swap_key(for_alice),
    ));
    scene.attack(step_rule("key-for-bob", &bob, "key", swap_key(for_bob)));

    let flow = compare(scene, &alice, &bob)?;
    for rule in ["commitment", "key-for-alice", "key-for-bob"] {
        scene.must_fire(rule);
    }
    let (alices, bobs) = (strings(scene, &alice, &flow)?, strings(scene, &bob, &flow)?);
    let shown = Claim::Within {
        pointer: String::new(),
        least: 7,
        most: 7,
    };
    scene.expect(Role::Control, "no-strings-shown", &[&alices, &bobs], shown);
    scene.expect(
        Role::Attack,
        "middle-man-unseen",
        &[&alices, &bobs],
        Claim::Different {},
    );
    scene.cancel_verification(&alice, &flow)?;
    scene.sync_all(&[&bob, &alice])?;
    for (one, other) in [(&alice, &bob), (&bob, &alice)] {
        must_not_be_verified(scene, "middle-man-verified", one, &other.user)?;
    }
    scene.adversary().lift_all();
    must_verify(scene, &alice, &bob)
}

fn mac_mismatch(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, _) = pair(scene)?;
    let flip = Action::rewrite("flip", |event| {
        let macs = event
            .pointer_mut("/content/mac")
            .and_then(Value::as_object_mut);
        let mac = macs.and_then(|macs| macs.values_mut().next());
        let changed = mac.as_ref().and_then(|mac| mac.as_str()).map(flipped);
        match (mac, changed) {
            (Some(mac), Some(changed)) => {
                *mac = Value::from(changed);
                true
            }
            _ => false,
        }
    });
    for (rule, action) in [("wrong-proof", flip), ("lost-proof", Action::Drop)] {
        scene.attack(step_rule(rule, &alice, "mac", action));
        let flow = compare(scene, &alice, &bob)?;
        let (alices, bobs) = (strings(scene, &alice, &flow)?, strings(scene, &bob, &flow)?);
        scene.expect(
            Role::Control,
            "strings-differ",
            &[&alices, &bobs],
            Claim::Same {},
        );
        scene.confirm_verification(&alice, &flow)?;
        scene.confirm_verification(&bob, &flow)?;
        scene.sync_all(&[&alice, &bob])?;
        scene.must_fire(rule);
        must_not_succeed(scene, "wrong-proof-verified", &alice, &flow)?;
        must_not_be_verified(scene, "wrong-proof-verified", &alice, &bob.user)?;
        scene.adversary().lift(rule);
        scene.cancel_verification(&alice, &flow)?;
        scene.sync_all(&[&bob, &alice])?;
    }
    scene.restart(&alice)?;
    must_not_be_verified(scene, "wrong-proof-verified", &alice, &bob.user)?;
    must_verify(scene, &alice, &bob)
}

fn two_readings(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, _) = pair(scene)?;
    let other_proof = json!({ "keys": "AAAA", "mac": { "ed25519:OTHER": "AAAA" } });
    for last in [
        ("content", json!({})),
        ("content", other_proof),
        ("type", json!("org.example.nothing")),
    ] {
        let is_proof = |event: &Value| {
            let kind = event.get("type").and_then(Value::as_str);
            kind == Some("m.key.verification.mac")
        };
        let flow = compare(scene, &alice, &bob)?;
        let (alices, bobs) = (strings(scene, &alice, &flow)?, strings(scene, &bob, &flow)?);
        let same = Claim::Same {};
        scene.expect(Role::Control, "strings-differ", &[&alices, &bobs], same);
        scene.attack(named_twice(&alice, is_proof, last));
        scene.confirm_verification(&alice, &flow)?;
        scene.confirm_verification(&bob, &flow)?;
        scene.sync_all(&[&alice, &bob])?;
        scene.must_fire("twice");
        scene.adversary().lift("twice");
        must_not_succeed(scene, "first-reading-verified", &alice, &flow)?;
        must_not_be_verified(scene, "first-reading-verified", &alice, &bob.user)?;
        scene.cancel_verification(&alice, &flow)?;
        scene.sync_all(&[&bob, &alice])?;
    }
    must_verify(scene, &alice, &bob)
}

/// Brings two actors to the point where both screens show their strings. The first one starts.
fn compare(scene: &mut Scene, one: &Actor, other: &Actor) -> Result<String, Stop> {
    let flow = accepted(scene, one, other)?;
    insist(scene.start_verification(one, &flow)?)?;
    for _ in 0..2 {
        scene.sync(other)?;
        scene.sync(one)?;
    }
    Ok(flow)
}

/// The first one asks and the other one accepts: from now on either may start.
pub(super) fn accepted(scene: &mut Scene, one: &Actor, other: &Actor) -> Result<String, Stop> {
    let flow = scene.request_verification(one, &other.user, &other.device)?;
    scene.sync(other)?;
    insist(scene.accept_verification(other, &flow)?)?;
    scene.sync(one)?;
    Ok(flow)
}

/// An honest verification must succeed on the first one's screen.
fn must_verify(scene: &mut Scene, one: &Actor, other: &Actor) -> Result<(), Stop> {
    scene.verify(one, other)?;
    must_be_verified(scene, Role::State, one, &other.user)
}

/// A rule on one step of a verification on its way to the actor.
fn step_rule(name: &'static str, viewer: &Actor, step: &str, action: Action) -> Rule {
    let kind = format!("m.key.verification.{step}");
    Rule::new(
        name,
        &viewer.name,
        Point::Delivery(Box::new(move |delivery: &Delivery| {
            delivery.event_type() == kind
        })),
        action,
    )
}

fn swap_key(key: String) -> Action {
    Action::rewrite("substitute_keys", move |event| {
        replace(event, "/content/key", &key)
    })
}

fn replace(event: &mut Value, pointer: &str, with: &str) -> bool {
    match event.pointer_mut(pointer) {
        Some(field) => {
            *field = Value::from(with);
            true
        }
        None => false,
    }
}

fn flipped(mac: &str) -> String {
    let mut bytes = vodozemac::base64_decode(mac).unwrap_or_default();
    if let Some(first) = bytes.first_mut() {
        *first ^= 1;
    }
    vodozemac::base64_encode(bytes)
}
