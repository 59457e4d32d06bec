//! The compromise meter: how far back and how far ahead a thief of a device's keys reads.
//!
//! The thief has the whole machine at one moment and every ciphertext that ever passed the network. What is counted is what the stolen *ratchet
//! states* open; what the device's *message store* shows to its user is another matter, and whoever steals it needs no keys at all.

mod steps;

use std::ops::RangeInclusive;

use harness_driver::{Act, MessageAct, Priority};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::{
        company::Company,
        megolm::pair,
        theft::steps::{ciphertexts, flood, opened, speak, turn},
    },
    scene::{Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "theft-of-channel-keys",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-04", "E2E-05"],
        attacks: &["ATK-OLM-12"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Whoever steals the keys of a pairwise channel opens no earlier message of it, and after one turn no later one.",
        precondition: "Mallory and Alice have exchanged messages over several turns; everything on Alice's machine is copied; they go on.",
        expected: "Of the recorded messages before the theft the copy's ratchet states open none (forward secrecy: distance 0); of those after it none once Alice has spoken and was answered (healing: one turn).",
        needs: &[Need::Verb("actor.clone"), Need::Verb("vault.opens")],
        twins: &[Seeded::client("keep-all-message-keys", "old-message-opens")],
        run: channel_keys,
    },
    Check {
        id: "theft-of-group-keys",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-04"],
        attacks: &["ATK-MEGOLM-20"],
        severity: Severity::Should,
        witness: Witness::Driver,
        purpose: "The key of a group message lives no longer than the message: what has disappeared does not come back out of a recorded ciphertext.",
        precondition: "Alice sends Bob three messages that disappear and then two that stay, under one session; both machines are copied before and after the time is over.",
        expected: "Before, the copy's ratchet states open all five, as is policy; afterwards those of neither machine open the three, and they still open the two.",
        needs: &[
            Need::Verb("actor.clone"),
            Need::Verb("vault.opens"),
            Need::Verb("message.send"),
        ],
        twins: &[Seeded::client(
            "never-advance-inbound",
            "gone-message-opens",
        )],
        run: group_keys,
    },
    Check {
        id: "group-heals-after-theft",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-05"],
        attacks: &["ATK-MEGOLM-21"],
        severity: Severity::Should,
        witness: Witness::Driver,
        purpose: "Stolen keys of a group open no more than the rotation cap allows, and those of a silent member end by time.",
        precondition: "Alice and Carol have spoken in a room with Bob; everything on Bob's machine is copied. Alice then sends more messages than a session may carry; Carol is silent for more than seven days.",
        expected: "The copied sender states open at most 100 of Alice's messages, and not Carol's first one after her silence.",
        needs: &[Need::Verb("actor.clone"), Need::Verb("vault.opens")],
        twins: &[
            Seeded::client("rotate-by-count-only", "idle-session-kept"),
            Seeded::client("rotation-uncapped", "thief-still-reads"),
        ],
        run: group_heals,
    },
];

/// Turns before and after the theft of a channel.
const TURNS: usize = 3;

/// Messages of Mallory in each turn.
const MESSAGES: usize = 2;

/// The most messages and milliseconds that a group session may live (Matrix specification, `m.room.encryption`).
const CAP: u64 = 100;
const PERIOD: u64 = 604_800_000;

const MINUTE: u64 = 60_000;

fn channel_keys(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let mut before = Vec::new();
    for _ in 0..TURNS {
        before.extend(speak(scene, &mut company)?);
        turn(scene, &mut company)?;
    }
    before.extend(speak(scene, &mut company)?);
    let thief = scene.clone_machine(&company.alice, "thief")?;
    let old = opened(scene, &thief, None, &before)?;
    let mut ahead = Vec::new();
    for _ in 0..=TURNS {
        let said = speak(scene, &mut company)?;
        ahead.push(opened(scene, &thief, None, &said)?);
        turn(scene, &mut company)?;
    }
    let turns = ahead.iter().rposition(|opened| *opened > 0);
    let value = json!({
        "measured": "the ratchet states of the channel, not the message store",
        "policy": "Double Ratchet: every message key once; a turn is a message of the victim and the answer",
        "before": { "messages": before.len(), "opened": old },
        "after": {
            "messages_in_a_turn": MESSAGES,
            "opened_by_turn": ahead,
            "healing_turns": turns.map_or(0, |last| last + 1),
            "healing_messages": ahead.iter().sum::<usize>(),
        },
    });
    let seen = scene.note_seen("what a thief of channel keys opens", Witness::Driver, value);
    within(
        scene,
        (Role::Control, "meter-blind"),
        &seen,
        "/after/opened_by_turn/0",
        1..=u64::MAX,
    );
    within(
        scene,
        (Role::Attack, "old-message-opens"),
        &seen,
        "/before/opened",
        0..=0,
    );
    within(
        scene,
        (Role::Attack, "thief-still-reads"),
        &seen,
        "/after/healing_turns",
        0..=1,
    );
    company.must_hear(scene, Role::State, "next-message-lost")
}

fn group_keys(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let mark = scene.mark();
    for _ in 0..3 {
        let send = MessageAct::Send {
            conv: room.id.clone(),
            body: scene.text("for a minute"),
            lifetime: Some(MINUTE),
            priority: Priority::Normal,
            at: None,
        };
        scene.act(&alice, Act::Message(send))?;
    }
    for _ in 0..2 {
        scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    }
    scene.sync(&alice)?;
    let recorded = ciphertexts(scene, &alice, mark);
    let (gone, stay) = recorded.split_at_checked(3).unwrap_or_default();
    let early = scene.clone_machine(&bob, "early")?;
    let before = opened(scene, &early, Some(&room), &recorded)?;
    scene.advance(2 * MINUTE);
    scene.sync_all(&[&alice, &bob])?;
    let mut seen = Vec::new();
    for (name, owner) in [("of-bob", &bob), ("of-alice", &alice)] {
        let thief = scene.clone_machine(owner, name)?;
        let value = json!({
            "measured": "the ratchet states of the group, not the message store",
            "policy": "a key lives as long as the message that it opened",
            "before_its_time": { "messages": recorded.len(), "opened": before },
            "after_its_time": {
                "gone": { "messages": gone.len(), "opened": opened(scene, &thief, Some(&room), gone)? },
                "kept": { "messages": stay.len(), "opened": opened(scene, &thief, Some(&room), stay)? },
            },
        });
        let what = format!("what a thief of {}'s group keys opens", owner.name);
        seen.push(scene.note_seen(&what, Witness::Driver, value));
    }
    for seen in &seen {
        within(
            scene,
            (Role::Control, "meter-blind"),
            seen,
            "/before_its_time/opened",
            5..=5,
        );
        let place = "/after_its_time/gone/opened";
        within(
            scene,
            (Role::Attack, "gone-message-opens"),
            seen,
            place,
            0..=0,
        );
        let place = "/after_its_time/kept/opened";
        within(scene, (Role::Twin, "kept-key-lost"), seen, place, 2..=2);
    }
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn group_heals(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, carol) = (
        scene.client("alice")?,
        scene.client("bob")?,
        scene.client("carol")?,
    );
    let room = scene.room(&[&alice, &bob, &carol])?;
    for speaker in [&alice, &carol] {
        scene.must_get_through(Role::Control, "control-lost", speaker, &bob, &room)?;
    }
    let thief = scene.clone_machine(&bob, "thief")?;
    let sent = flood(scene, (&alice, &carol), &room)?;
    let read = opened(scene, &thief, Some(&room), &sent)?;
    scene.advance(PERIOD + MINUTE);
    scene.sync_all(&[&alice, &bob, &carol])?;
    let mark = scene.mark();
    scene.must_get_through(Role::State, "next-message-lost", &carol, &bob, &room)?;
    let idle = ciphertexts(scene, &carol, mark);
    let value = json!({
        "measured": "the sender states at the theft, not the message store",
        "policy": { "messages": CAP, "milliseconds": PERIOD },
        "active": { "sent": sent.len(), "healing_messages": read },
        "idle": { "sent": idle.len(), "opened": opened(scene, &thief, Some(&room), &idle)? },
    });
    let seen = scene.note_seen(
        "what a thief of sender states opens",
        Witness::Driver,
        value,
    );
    within(
        scene,
        (Role::Control, "meter-blind"),
        &seen,
        "/active/healing_messages",
        1..=u64::MAX,
    );
    within(
        scene,
        (Role::Attack, "thief-still-reads"),
        &seen,
        "/active/healing_messages",
        0..=CAP,
    );
    within(
        scene,
        (Role::Attack, "idle-session-kept"),
        &seen,
        "/idle/opened",
        0..=0,
    );
    Ok(())
}

fn within(
    scene: &mut Scene,
    (role, code): (Role, &str),
    seen: &Seen,
    pointer: &str,
    range: RangeInclusive<u64>,
) {
    let claim = Claim::Within {
        pointer: pointer.to_owned(),
        least: *range.start(),
        most: *range.end(),
    };
    scene.expect(role, code, &[seen], claim);
}
