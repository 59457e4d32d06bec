//! What a policy asks, and whether the client does it: retention, oldest suite, oldest release.

use harness_driver::{Act, MessageAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{HOUR, hear, in_force, publish, rules};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::{Actor, Room, Scene},
};

const NEEDS: &[Need] = &[
    Need::Organisation,
    Need::Verb("organisation.enrol"),
    Need::Verb("organisation.status"),
];

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "organisation-retention",
        version: 1,
        subject: Subject::Client,
        requirements: &["MET-02"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "What a device got goes out of its store when the organisation's term is over.",
        precondition: "The policy keeps messages for two hours; Alice got one and can read it for an hour.",
        expected: "After the term no record of Alice's store holds the text and it is not shown; a newer message is there.",
        needs: &[
            Need::Organisation,
            Need::Verb("organisation.enrol"),
            Need::Verb("organisation.status"),
            Need::Verb("message.traces"),
        ],
        twins: &[Seeded::client("retention-ignored", "kept-after-its-term")],
        run: retention,
    },
    Check {
        id: "organisation-suite-floor",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-13"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A client sends nothing with a cryptographic suite that the organisation does not want any longer.",
        precondition: "Alice and Bob talk; then the policy asks for a suite that no client has yet.",
        expected: "Alice's message is refused and Bob sees none; when the policy allows her suite again, she sends.",
        needs: NEEDS,
        twins: &[Seeded::client("suite-floor-ignored", "sent-below-floor")],
        run: suite_floor,
    },
    Check {
        id: "organisation-oldest-release",
        version: 1,
        subject: Subject::Client,
        requirements: &["UPD-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A release that the organisation does not allow any longer sends nothing once the grace is over.",
        precondition: "Alice and Bob talk; then the policy asks for a release that does not exist, with two hours of grace.",
        expected: "Within the grace Alice sends, afterwards she is refused; when the policy allows her release again, she sends.",
        needs: NEEDS,
        twins: &[Seeded::client("old-release-sends", "sent-by-old-release")],
        run: oldest_release,
    },
];

/// The rules without outsiders, with another value at one place.
fn with(place: &str, value: Value) -> Value {
    let mut rules = rules(json!("deny"));
    if let Some(rule) = rules.pointer_mut(place) {
        *rule = value;
    }
    rules
}

/// Alice and Bob talk under these rules.
fn talk(scene: &mut Scene, rules: &Value) -> Result<(Actor, Actor, Room), Stop> {
    let now = scene.now();
    publish(scene, 1, now, rules)?;
    let (alice, bob) = (scene.member("alice")?, scene.member("bob")?);
    let room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    Ok((alice, bob, room))
}

/// A policy that must be in force.
fn rule(
    scene: &mut Scene,
    alice: &Actor,
    (version, issued): (u64, u64),
    rules: &Value,
) -> Result<(), Stop> {
    publish(scene, version, issued, rules)?;
    hear(scene, alice)?;
    let (seen, claim) = in_force(scene, alice, version)?;
    scene.expect(Role::Applied, "policy-not-in-force", &[&seen], claim);
    Ok(())
}

fn retention(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = talk(scene, &with("/retention/other_seconds", json!(7_200)))?;
    let sent = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let mark = sent.body.rsplit(' ').next().unwrap_or_default().to_owned();
    let traces = |text: String| Act::Message(MessageAct::Traces { text });
    scene.advance(HOUR);
    scene.sync(&alice)?;
    let there = scene.act(&alice, traces(mark.clone()))?;
    let there = scene.note_seen("within the term", Witness::Driver, there);
    scene.expect(
        Role::Twin,
        "gone-before-its-term",
        &[&there],
        records(1, 100),
    );
    scene.advance(2 * HOUR);
    let newer = scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    let gone = scene.act(&alice, traces(mark))?;
    let gone = scene.note_seen("after the term", Witness::Driver, gone);
    let code = "kept-after-its-term";
    scene.expect(Role::Attack, code, &[&gone], records(0, 0));
    scene.must_not_show(Role::Attack, code, &alice, &room, &sent.body)?;
    scene.must_show_once(Role::State, "newer-message-lost", &alice, &room, &newer)
}

fn records(least: u64, most: u64) -> Claim {
    Claim::Within {
        pointer: "/value/records".to_owned(),
        least,
        most,
    }
}

fn suite_floor(scene: &mut Scene) -> Result<(), Stop> {
    let issued = scene.now();
    let (alice, bob, room) = talk(scene, &rules(json!("deny")))?;
    rule(scene, &alice, (2, issued), &with("/suite_floor", json!(2)))?;
    let attempt = scene.try_send(&alice, &room, "with an old suite")?;
    scene.must_be_refused(Role::Attack, "sent-below-floor", &attempt);
    rule(scene, &alice, (3, issued), &rules(json!("deny")))?;
    scene.must_get_through(Role::Twin, "suite-refused", &alice, &bob, &room)?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn oldest_release(scene: &mut Scene) -> Result<(), Stop> {
    let issued = scene.now();
    let (alice, bob, room) = talk(scene, &rules(json!("deny")))?;
    let mut rules = with("/minimum_version", json!("60000.0.0"));
    if let Some(grace) = rules.pointer_mut("/grace_seconds") {
        *grace = json!(7_200);
    }
    rule(scene, &alice, (2, issued), &rules)?;
    scene.must_get_through(Role::Twin, "grace-ignored", &alice, &bob, &room)?;
    scene.advance(2 * HOUR);
    let attempt = scene.try_send(&alice, &room, "by an old release")?;
    scene.must_be_refused(Role::Attack, "sent-by-old-release", &attempt);
    rule(scene, &alice, (3, issued), &super::rules(json!("deny")))?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}
