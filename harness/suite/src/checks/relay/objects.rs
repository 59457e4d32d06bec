//! Authorisation per object: what is one user's is closed to every other user.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::wire::{KEPT_OUT, message, path, seen_at, send_path, status};
use crate::{
    check::{Check, Seeded, Stop, Subject},
    scene::{Scene, Session},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "relay-room-authorisation",
        version: 1,
        subject: Subject::Relay,
        requirements: &["CLO-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A user who never was in a room can neither read nor change anything of it.",
        precondition: "Anna has a room with a message and reads it by every endpoint.",
        expected: "Mallory, who knows the room's and the event's id, is kept out of messages, event, state and members, and cannot send, set state, invite or join.",
        needs: &[],
        twins: &[Seeded::relay("relay-room-idor", "room-read-by-stranger")],
        run: room,
    },
    Check {
        id: "relay-device-authorisation",
        version: 1,
        subject: Subject::Relay,
        requirements: &["CLO-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A user can neither see nor rename nor remove another user's device.",
        precondition: "Anna has a device and sees it; Mallory knows its id.",
        expected: "Mallory is kept out, and afterwards Anna's device has its old name and its session works.",
        needs: &[],
        twins: &[Seeded::relay("relay-device-idor", "device-of-another-seen")],
        run: device,
    },
    Check {
        id: "relay-account-data-authorisation",
        version: 1,
        subject: Subject::Relay,
        requirements: &["CLO-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A user can neither read nor write another user's account data and filters.",
        precondition: "Anna stored account data and a filter and reads them.",
        expected: "Mallory is kept out of both, and Anna's account data are unchanged.",
        needs: &[],
        twins: &[Seeded::relay(
            "relay-account-data-idor",
            "account-data-of-another-read",
        )],
        run: account_data,
    },
];

fn room(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, mallory) = (scene.session("anna")?, scene.session("mallory")?);
    let room = scene.plain_room(&anna, &[])?;
    let event = scene.plain_text(&anna, &room, "first")?;
    let at = |rest: &[&str]| path(&[&["rooms", room.as_str()], rest].concat());
    let reads = [
        format!("{}?dir=b&limit=10", at(&["messages"])),
        at(&["event", &event]),
        at(&["state"]),
        at(&["state", "m.room.create", ""]),
        at(&["members"]),
        at(&["joined_members"]),
    ];
    for read in &reads {
        let seen = scene.ask(Some(&anna), "GET", read, Payload::Empty)?;
        scene.expect(Role::Control, "control-lost", &[&seen], status(&[200]));
    }
    for read in &reads {
        let seen = scene.ask(Some(&mallory), "GET", read, Payload::Empty)?;
        scene.expect(
            Role::Attack,
            "room-read-by-stranger",
            &[&seen],
            status(&KEPT_OUT),
        );
    }
    let writes = [
        ("PUT", send_path(&room, "stranger"), message("intruder")),
        (
            "PUT",
            at(&["state", "m.room.topic", ""]),
            json!({ "topic": "intruder" }),
        ),
        ("POST", at(&["invite"]), json!({ "user_id": mallory.user })),
        ("POST", at(&["join"]), json!({})),
        ("POST", at(&["kick"]), json!({ "user_id": anna.user })),
        ("POST", at(&["receipt", "m.read", &event]), json!({})),
    ];
    for (method, write, body) in writes {
        let seen = scene.ask(Some(&mallory), method, &write, Payload::Json(body))?;
        scene.expect(
            Role::Attack,
            "room-changed-by-stranger",
            &[&seen],
            status(&KEPT_OUT),
        );
    }
    let members = scene.ask(Some(&anna), "GET", &at(&["joined_members"]), Payload::Empty)?;
    let alone = Claim::Within {
        pointer: "/body/joined".to_owned(),
        least: 1,
        most: 1,
    };
    scene.expect(Role::State, "membership-changed", &[&members], alone);
    Ok(())
}

fn device(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, mallory) = (scene.session("anna")?, scene.session("mallory")?);
    let device = path(&["devices", &anna.device]);
    let named = scene.raw(
        Some(&anna),
        "PUT",
        &device,
        Payload::Json(json!({ "display_name": "Anna's" })),
    )?;
    if named.status != 200 {
        return Err(Stop::target(format!(
            "Anna cannot name her device: status {}",
            named.status
        )));
    }
    let own = scene.ask(Some(&anna), "GET", &device, Payload::Empty)?;
    scene.expect(Role::Control, "control-lost", &[&own], name_is("Anna's"));
    let seen = scene.ask(Some(&mallory), "GET", &device, Payload::Empty)?;
    scene.expect(
        Role::Attack,
        "device-of-another-seen",
        &[&seen],
        status(&KEPT_OUT),
    );
    // Whatever these answer, what counts is Anna's device afterwards.
    scene.raw(
        Some(&mallory),
        "PUT",
        &device,
        Payload::Json(json!({ "display_name": "Mallory's" })),
    )?;
    remove(scene, &mallory, &device)?;
    let seen = scene.ask(Some(&anna), "GET", &device, Payload::Empty)?;
    scene.expect(
        Role::Attack,
        "device-of-another-changed",
        &[&seen],
        name_is("Anna's"),
    );
    scene.must_work(Role::State, "session-of-another-ended", &anna)
}

fn name_is(name: &str) -> Claim {
    Claim::Is {
        pointer: "/body/display_name".to_owned(),
        value: json!(name),
    }
}

/// Removes a device with the password of the one who asks.
fn remove(scene: &mut Scene, session: &Session, device: &str) -> Result<(), Stop> {
    let asked = scene.raw(Some(session), "DELETE", device, Payload::Json(json!({})))?;
    let auth = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": session.user },
        "password": session.account.password.expose(),
        "session": asked.body.json().and_then(|body| body.get("session")),
    });
    scene
        .raw(
            Some(session),
            "DELETE",
            device,
            Payload::Json(json!({ "auth": auth })),
        )
        .map(drop)
}

fn account_data(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, mallory) = (scene.session("anna")?, scene.session("mallory")?);
    let data = path(&["user", &anna.user, "account_data", "org.example.note"]);
    let note = scene.text("note");
    scene.raw(
        Some(&anna),
        "PUT",
        &data,
        Payload::Json(json!({ "note": note })),
    )?;
    let filters = path(&["user", &anna.user, "filter"]);
    let made = scene.ask(
        Some(&anna),
        "POST",
        &filters,
        Payload::Json(json!({ "room": { "timeline": { "limit": 7 } } })),
    )?;
    let filter = format!("{filters}/{}", seen_at(&made, "/body/filter_id")?);
    let own = scene.ask(Some(&anna), "GET", &data, Payload::Empty)?;
    let unchanged = Claim::Is {
        pointer: "/body/note".to_owned(),
        value: Value::from(note),
    };
    scene.expect(Role::Control, "control-lost", &[&own], unchanged.clone());
    for (code, method, path, body) in [
        ("account-data-of-another-read", "GET", &data, Payload::Empty),
        ("filter-of-another-read", "GET", &filter, Payload::Empty),
        (
            "account-data-of-another-written",
            "PUT",
            &data,
            Payload::Json(json!({ "note": "intruder" })),
        ),
        (
            "filter-of-another-made",
            "POST",
            &filters,
            Payload::Json(json!({})),
        ),
    ] {
        let seen = scene.ask(Some(&mallory), method, path, body)?;
        scene.expect(Role::Attack, code, &[&seen], status(&KEPT_OUT));
    }
    let seen = scene.ask(Some(&anna), "GET", &data, Payload::Empty)?;
    scene.expect(Role::State, "account-data-changed", &[&seen], unchanged);
    Ok(())
}
