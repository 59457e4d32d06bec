//! Delivery: nothing is lost between relay and client, and nothing is taken twice.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::wire::{message, path, seen_at, send_path, status};
use crate::{
    check::{Check, Seeded, Stop, Subject},
    scene::{Scene, Seen, Session, request},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "relay-to-device-acknowledged",
        version: 1,
        subject: Subject::Relay,
        requirements: &["AVL-04"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A message to a device is kept until the device has acknowledged it: an answer that got lost loses no key.",
        precondition: "Bert has synced; Anna sends a message to his device, which his next sync brings.",
        expected: "The same sync again brings it again; the sync after it does not.",
        needs: &[],
        twins: &[Seeded::relay("relay-drops-to-device", "to-device-lost")],
        run: to_device,
    },
    Check {
        id: "relay-transaction-once",
        version: 1,
        subject: Subject::Relay,
        requirements: &["AVL-04"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A message that a client sends again, because it saw no answer, is taken once.",
        precondition: "Anna sends a message to a room.",
        expected: "The same transaction again, also four times at once, is answered with the same event, and the room has the message once.",
        needs: &[],
        twins: &[Seeded::relay("relay-txn-not-idempotent", "sent-twice")],
        run: transaction,
    },
];

const KIND: &str = "org.example.note";

fn to_device(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, bert) = (scene.session("anna")?, scene.session("bert")?);
    let before = next_batch(&sync(scene, &bert, None)?)?;
    let note = scene.text("note");
    let body = json!({ "messages": { &bert.user: { &bert.device: { "note": note } } } });
    let sent = scene.ask(
        Some(&anna),
        "PUT",
        &path(&["sendToDevice", KIND, "once"]),
        Payload::Json(body),
    )?;
    scene.expect(Role::Control, "control-lost", &[&sent], status(&[200]));
    let first = sync(scene, &bert, Some(&before))?;
    let seen = notes(scene, &first);
    scene.expect(Role::Control, "control-lost", &[&seen], count("/notes", 1));
    // The answer was lost on its way: the client asks from where it was.
    let again = sync(scene, &bert, Some(&before))?;
    let seen = notes(scene, &again);
    scene.expect(Role::Attack, "to-device-lost", &[&seen], count("/notes", 1));
    let after = sync(scene, &bert, Some(&next_batch(&again)?))?;
    let seen = notes(scene, &after);
    scene.expect(
        Role::State,
        "to-device-repeated",
        &[&seen],
        count("/notes", 0),
    );
    Ok(())
}

fn transaction(scene: &mut Scene) -> Result<(), Stop> {
    let anna = scene.session("anna")?;
    let room = scene.plain_room(&anna, &[])?;
    let text = scene.text("once");
    let send = send_path(&room, "transaction-1");
    let first = scene.ask(Some(&anna), "PUT", &send, Payload::Json(message(&text)))?;
    scene.expect(Role::Control, "control-lost", &[&first], status(&[200]));
    let again = scene.ask(Some(&anna), "PUT", &send, Payload::Json(message(&text)))?;
    same_event(scene, &[first, again])?;
    let racing = scene.text("raced");
    let one = request(
        Some(&anna),
        "PUT",
        &send_path(&room, "transaction-2"),
        Payload::Json(message(&racing)),
    );
    let raced = scene.ask_all(&vec![one; 4])?;
    same_event(scene, &raced)?;
    for text in [text, racing] {
        let seen = occurrences(scene, &anna, &room, &text)?;
        scene.expect(Role::Attack, "sent-twice", &[&seen], count("/times", 1));
    }
    scene.must_work(Role::State, "session-lost", &anna)
}

/// The answers to one transaction must name one event.
fn same_event(scene: &mut Scene, answers: &[Seen]) -> Result<(), Stop> {
    let mut events = Vec::new();
    for answer in answers {
        let event = seen_at(answer, "/body/event_id")?;
        events.push(scene.note_seen(
            "the event of a transaction",
            Witness::Wire,
            json!({ "event": event }),
        ));
    }
    let about: Vec<_> = events.iter().collect();
    scene.expect(Role::Attack, "sent-twice", &about, Claim::Same {});
    Ok(())
}

/// How often the room's history has the text: `{"times": number}`.
fn occurrences(scene: &mut Scene, session: &Session, room: &str, text: &str) -> Result<Seen, Stop> {
    let history = format!("{}?dir=b&limit=50", path(&["rooms", room, "messages"]));
    let response = scene.raw(Some(session), "GET", &history, Payload::Empty)?;
    let events = response
        .body
        .json()
        .and_then(|body| body.get("chunk")?.as_array());
    let Some(events) = events else {
        return Err(Stop::target(format!(
            "the history is not served: status {}",
            response.status
        )));
    };
    let has_text = |event: &&Value| {
        event
            .pointer("/content/body")
            .is_some_and(|body| body == text)
    };
    let times = events.iter().filter(has_text).count();
    Ok(scene.note_seen(
        "how often the history has a message",
        Witness::Wire,
        json!({ "times": times }),
    ))
}

/// A sync that does not wait.
fn sync(scene: &mut Scene, session: &Session, since: Option<&str>) -> Result<Seen, Stop> {
    let since = since
        .map(|since| format!("&since={since}"))
        .unwrap_or_default();
    scene.ask(
        Some(session),
        "GET",
        &format!("{}?timeout=0{since}", path(&["sync"])),
        Payload::Empty,
    )
}

fn next_batch(sync: &Seen) -> Result<String, Stop> {
    seen_at(sync, "/body/next_batch")
}

/// The notes to the device that a sync brought: `{"notes": […]}`.
fn notes(scene: &mut Scene, sync: &Seen) -> Seen {
    let events = sync
        .value
        .pointer("/body/to_device/events")
        .and_then(Value::as_array);
    let notes: Vec<_> = events
        .into_iter()
        .flatten()
        .filter(|event| event.get("type").is_some_and(|kind| kind == KIND))
        .filter_map(|event| event.pointer("/content/note"))
        .collect();
    scene.note_seen(
        "what came to the device",
        Witness::Wire,
        json!({ "notes": notes }),
    )
}

fn count(pointer: &str, number: u64) -> Claim {
    Claim::Within {
        pointer: pointer.to_owned(),
        least: number,
        most: number,
    }
}
