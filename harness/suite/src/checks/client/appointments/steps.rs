//! What the checks about appointments do and say again and again.

use harness_driver::{Act, Appointment, Attendance, CalendarAct, Moment};
use harness_evidence::Claim;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    check::Stop,
    checks::client::company::Company,
    scene::{Actor, Room, Scene},
};

/// Wire types of the reference messenger; a product with other ones needs an evil peer of its own.
pub(super) const APPOINTMENT: &str = "dev.pruefstand.appointment";
pub(super) const ANSWER: &str = "dev.pruefstand.appointment.answer";

pub(super) fn propose(
    scene: &mut Scene,
    actor: &Actor,
    room: &Room,
    appointment: &Appointment,
) -> Result<String, Stop> {
    let propose = CalendarAct::Propose {
        conv: room.id.clone(),
        appointment: appointment.clone(),
    };
    handle(&scene.act(actor, Act::Calendar(propose))?)
}

pub(super) fn update(
    scene: &mut Scene,
    actor: &Actor,
    room: &Room,
    item: &str,
    appointment: &Appointment,
) -> Result<String, Stop> {
    let update = CalendarAct::Update {
        conv: room.id.clone(),
        message: item.to_owned(),
        appointment: appointment.clone(),
    };
    handle(&scene.act(actor, Act::Calendar(update))?)
}

pub(super) fn accept(
    scene: &mut Scene,
    actor: &Actor,
    room: &Room,
    item: &str,
) -> Result<(), Stop> {
    let answer = CalendarAct::Answer {
        conv: room.id.clone(),
        message: item.to_owned(),
        answer: Attendance::Accepted,
    };
    scene.act(actor, Act::Calendar(answer)).map(drop)
}

/// The handle of the event that an act has made.
fn handle(done: &Value) -> Result<String, Stop> {
    let handle = done.get("message").and_then(Value::as_str);
    handle
        .map(str::to_owned)
        .ok_or_else(|| Stop::target("an act that sends something returned no handle"))
}

pub(super) fn appointment(title: &str) -> Appointment {
    let at = |local: &str| Moment {
        local: local.to_owned(),
        zone: "Europe/Berlin".to_owned(),
    };
    Appointment {
        title: title.to_owned(),
        place: Some("Room 4".to_owned()),
        description: None,
        start: at("2026-11-24T09:00:00"),
        end: at("2026-11-24T10:30:00"),
    }
}

/// The first statement about an appointment of Mallory's own, in the form of the reference (`reference/protocol/appointments.md`).
pub(super) fn statement(company: &Company, title: &str) -> Value {
    let nonce = title.len().to_string();
    let origin = json!({
        "domain": APPOINTMENT,
        "room": company.room.id,
        "author": company.mallory.device.user,
        "nonce": nonce,
    });
    // A map of this library is in the order of its keys, which is what canonical JSON asks for.
    let digest = Sha256::digest(origin.to_string().as_bytes());
    let id: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "id": id,
        "nonce": nonce,
        "sequence": 0,
        "status": "confirmed",
        "appointment": appointment(title),
    })
}

/// Sets the value at a pointer, also where there is none yet.
pub(super) fn set(value: &mut Value, pointer: &str, with: Value) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(fields) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
        fields.insert(name.to_owned(), with);
    }
}

pub(super) fn is(pointer: &str, value: Value) -> Claim {
    Claim::Is {
        pointer: pointer.to_owned(),
        value,
    }
}
