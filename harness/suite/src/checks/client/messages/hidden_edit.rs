//! Every way in which a text could take the place of another: an edit, a used transaction id, a used event id, an edit that the
//! relay puts beside the message.

use harness_evidence::{Role, Witness};
use serde_json::{Value, json};

use super::steps::is;
use crate::{
    adversary::{Action, Point, Rule},
    check::Stop,
    checks::client::{company::Company, megolm::is_room_message},
    evil::EvilRoomKey,
    scene::{Scene, Sent},
};

pub(super) fn hidden(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let mut key = company.give_key(scene)?;
    let sent = company.say(scene, &mut key, "the first text")?;
    scene.must_show_once(Role::Control, "control-lost", &alice, &room, &sent)?;

    let (body, edit) = edit_of(scene, &sent.message);
    company.say_event(scene, &mut key, "m.room.message", &edit)?;
    let item = scene.item(&alice, &room, &sent.message)?;
    scene.expect(Role::Twin, "edit-lost", &[&item], is("/body", json!(body)));
    must_not_be_silent(scene, &company, &sent)?;

    same_transaction(scene, &mut company, &mut key)?;
    same_event(scene, &mut company, &mut key)?;
    aggregated(scene, &mut company, &mut key)?;
    scene.restart(&alice)?;
    must_not_be_silent(scene, &company, &sent)?;
    company.must_hear(scene, Role::State, "next-message-lost")
}

/// Another event under the transaction id of the last one.
fn same_transaction(
    scene: &mut Scene,
    company: &mut Company,
    key: &mut EvilRoomKey,
) -> Result<(), Stop> {
    let sent = company.say(scene, key, "sent once")?;
    let ciphertext = key.encrypt_text(&scene.text("sent again"));
    let event = company.mallory.device.room_event(key, &ciphertext);
    let (room, kind) = (&company.room.id, "m.room.encrypted");
    company
        .mallory
        .send_event_again(scene, room, kind, &event)?;
    scene.sync(&company.alice)?;
    must_not_be_silent(scene, company, &sent)
}

/// Another event that the relay delivers under the event id of the last one.
fn same_event(scene: &mut Scene, company: &mut Company, key: &mut EvilRoomKey) -> Result<(), Stop> {
    let sent = company.say(scene, key, "delivered once")?;
    let id = sent.message.clone();
    let rename = Action::rewrite("reuse_event_id", move |event| {
        let fields = event.as_object_mut();
        fields.is_some_and(|fields| fields.insert("event_id".to_owned(), json!(id)).is_some())
    });
    let point = Point::Delivery(Box::new(is_room_message));
    scene.attack(Rule::new("same-id", &company.alice.name, point, rename).at_most(1));
    company.say(scene, key, "delivered in its place")?;
    scene.must_fire("same-id");
    scene.adversary().lift("same-id");
    must_not_be_silent(scene, company, &sent)
}

/// A message that the relay delivers with an edit of it beside it, as servers do that aggregate (Matrix specification,
/// 'Server-side aggregation of m.replace relationships'): encrypted by its author, then in clear.
fn aggregated(scene: &mut Scene, company: &mut Company, key: &mut EvilRoomKey) -> Result<(), Stop> {
    for encrypted in [true, false] {
        let point = Point::Delivery(Box::new(is_room_message));
        scene.attack(Rule::new("hold", &company.alice.name, point, Action::Hold).at_most(1));
        let sent = company.say(scene, key, "with an edit beside it")?;
        scene.adversary().lift("hold");
        let (_, edit) = edit_of(scene, &sent.message);
        let (kind, content) = match encrypted {
            true => {
                let ciphertext = key.encrypt("m.room.message", &edit);
                let sealed = company.mallory.device.room_event(key, &ciphertext);
                ("m.room.encrypted", sealed)
            }
            false => ("m.room.message", edit),
        };
        let beside = json!({
            "type": kind,
            "event_id": format!("$beside-{:016x}", scene.draw()),
            "sender": sent.sender,
            "origin_server_ts": scene.now(),
            "content": content,
        });
        let held = scene.adversary().kept("hold").last().cloned();
        let mut held = held.ok_or_else(|| Stop::harness("no message was held back"))?;
        if let Some(fields) = held.event.as_object_mut() {
            let relations = json!({ "m.relations": { "m.replace": beside } });
            fields.insert("unsigned".to_owned(), relations);
        }
        let viewer = &company.alice.name;
        scene
            .adversary()
            .deliver("beside", "aggregate", viewer, held);
        scene.sync(&company.alice)?;
        scene.must_fire("beside");
        must_not_be_silent(scene, company, &sent)?;
    }
    Ok(())
}

/// The text of an edit, and the edit.
fn edit_of(scene: &mut Scene, message: &str) -> (String, Value) {
    let body = scene.text("another text");
    let edit = json!({
        "msgtype": "m.text",
        "body": format!("* {body}"),
        "m.new_content": { "msgtype": "m.text", "body": body },
        "m.relates_to": { "rel_type": "m.replace", "event_id": message },
    });
    (body, edit)
}

/// Alice sees the text as it was sent, or another one with the mark and with the first text in its history.
fn must_not_be_silent(scene: &mut Scene, company: &Company, sent: &Sent) -> Result<(), Stop> {
    let item = scene.item(&company.alice, &company.room, &sent.message)?;
    let is_first = item.value.get("body") == Some(&json!(sent.body));
    let is_marked = item.value.pointer("/facts/edited") == Some(&json!(true));
    let history = item.value.pointer("/facts/history");
    let texts = history.and_then(Value::as_array).into_iter().flatten();
    let is_kept = texts
        .filter_map(|text| text.get("body"))
        .any(|text| *text == json!(sent.body));
    let silent = !(is_first || is_marked && is_kept);
    let seen = scene.note_seen(
        "whether another text stands there as if it were the first",
        Witness::Driver,
        json!({ "silent": silent }),
    );
    let code = "text-replaced-silently";
    scene.expect(Role::Attack, code, &[&seen], is("/silent", json!(false)));
    Ok(())
}
