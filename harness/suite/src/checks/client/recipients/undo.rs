//! Messages that can be taken back.

use harness_driver::{Act, RecipientSettings, RecipientsAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{asking, configure};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::megolm::pair,
    scene::{Actor, Attempt, Room, Scene, Sent},
};

/// Milliseconds that a message waits in these checks.
const WINDOW: u64 = 30_000;

pub(in crate::checks::client) const CHECKS: &[Check] = &[Check {
    id: "message-undo",
    version: 1,
    subject: Subject::Client,
    requirements: &["USE-02"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "A message that can be taken back has not left, and one that has left is not said to be taken back.",
    precondition: "Alice and Bob share a room; Alice's messages are held for half a minute.",
    expected: "Taken back within the window, nothing leaves, not even after it; after the window the message arrives once and taking it back is refused.",
    needs: &[
        Need::Verb("recipients.settings"),
        Need::Verb("recipients.undo"),
        Need::Verb("recipients.outbox"),
    ],
    twins: &[
        Seeded::client("undo-window-ignored", "left-within-window"),
        Seeded::client("undo-claimed-too-late", "undo-claimed-after-leaving"),
    ],
    run: undo,
}];

fn undo(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let settings = RecipientSettings {
        undo: WINDOW,
        ..asking()
    };
    configure(scene, &alice, settings)?;

    let mark = scene.mark();
    let body = hold_and_take_back(scene, &alice, &room)?;
    let used = scene.sessions_used(&alice, mark);
    let nothing = Claim::Is {
        pointer: String::new(),
        value: json!({ "sessions": [], "clear": 0 }),
    };
    scene.expect(Role::Attack, "left-within-window", &[&used], nothing);
    scene.sync(&bob)?;
    scene.must_not_show(Role::Attack, "left-within-window", &bob, &room, &body)?;

    let sent = hold_and_wait(scene, &alice, &room)?;
    scene.sync(&bob)?;
    scene.must_show_once(Role::Twin, "held-message-lost", &bob, &room, &sent)?;
    configure(scene, &alice, asking())?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// Alice sends, waits, takes back, and waits until the window is over; the text.
fn hold_and_take_back(scene: &mut Scene, alice: &Actor, room: &Room) -> Result<String, Stop> {
    let (held, body) = hold(scene, alice, room)?;
    scene.advance(WINDOW / 2);
    scene.sync(alice)?;
    let undone = scene.try_act(alice, take_back(&held))?;
    let done = Claim::Is {
        pointer: "/done".to_owned(),
        value: json!(true),
    };
    scene.expect(Role::Attack, "left-within-window", &[&undone], done);
    scene.advance(2 * WINDOW);
    scene.sync(alice)?;
    Ok(body)
}

/// Alice sends and waits until it has left; then it cannot be taken back any more.
fn hold_and_wait(scene: &mut Scene, alice: &Actor, room: &Room) -> Result<Sent, Stop> {
    let (held, body) = hold(scene, alice, room)?;
    scene.advance(2 * WINDOW);
    scene.sync(alice)?;
    let outbox = scene.act(alice, Act::Recipients(RecipientsAct::Outbox {}))?;
    let entries = outbox.pointer("/value/held").and_then(Value::as_array);
    let entry = entries
        .into_iter()
        .flatten()
        .find(|entry| entry.get("held") == Some(&json!(held)));
    let message = entry.and_then(|entry| entry.get("message")?.as_str());
    let message = message.unwrap_or_default().to_owned();
    let undone = scene.try_act(alice, take_back(&held))?;
    let refused = Claim::Is {
        pointer: "/done".to_owned(),
        value: json!(false),
    };
    scene.expect(
        Role::Attack,
        "undo-claimed-after-leaving",
        &[&undone],
        refused,
    );
    Ok(Sent {
        message,
        body,
        sender: alice.user.clone(),
    })
}

/// The handle of a message that must be held, and its text.
fn hold(scene: &mut Scene, alice: &Actor, room: &Room) -> Result<(String, String), Stop> {
    let body = scene.text("to be thought over");
    let Attempt { seen, .. } = scene.try_send_body(alice, room, &body)?;
    let held = Claim::Is {
        pointer: "/sent".to_owned(),
        value: json!(false),
    };
    scene.expect(Role::Applied, "attack-not-applied", &[&seen], held);
    match seen.value.get("held").and_then(Value::as_str) {
        Some(held) => Ok((held.to_owned(), body)),
        None => Err(Stop::target("a message was not held")),
    }
}

fn take_back(held: &str) -> Act {
    Act::Recipients(RecipientsAct::Undo {
        held: held.to_owned(),
    })
}
