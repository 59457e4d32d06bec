//! Events and answers with two readings, or with none.

use harness_evidence::Role;
use serde_json::{Value, json};

use super::quoted;
use crate::{
    adversary::{Action, Point, Rule},
    check::Stop,
    checks::client::company::Company,
    dialect::{Class, edit_deliveries},
    scene::{Actor, Room, Scene, Sent},
};

pub(super) fn relayed(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mut company = Company::meet(scene, &[&bob])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let fields = [
        ("sender", json!("@nobody:nowhere.invalid")),
        ("type", json!("org.example.nothing")),
        ("content", json!({})),
    ];
    for (field, last) in fields {
        let sent = scene.send(&bob, &room, "with two readings")?;
        let is_it = is_event(&sent);
        scene.attack(named_twice(&alice, is_it, (field, last)));
        scene.sync(&alice)?;
        scene.must_fire("twice");
        scene.adversary().lift("twice");
        must_not_show_first(scene, &alice, &room, &sent.body)?;
    }
    inside(scene, &mut company)?;
    for unreadable in UNREADABLE {
        let sent = scene.send(&bob, &room, "in an answer that is no JSON")?;
        scene.attack(unreadable_once(&alice, unreadable));
        scene.sync(&alice)?;
        scene.must_fire("unreadable");
        scene.adversary().lift("unreadable");
        scene.sync(&alice)?;
        let code = "lost-with-unreadable-answer";
        scene.must_show_once(Role::State, code, &alice, &room, &sent)?;
    }
    company.must_hear(scene, Role::State, "next-message-lost")
}

fn must_not_show_first(
    scene: &mut Scene,
    alice: &Actor,
    room: &Room,
    body: &str,
) -> Result<(), Stop> {
    scene.must_not_show(Role::Attack, "first-reading-shown", alice, room, body)
}

fn is_event(sent: &Sent) -> impl Fn(&Value) -> bool + Send + 'static {
    let id = sent.message.clone();
    move |event| event.get("event_id").and_then(Value::as_str) == Some(&id)
}

/// A field of an event that stands there twice: as it was, then with another value.
pub(in crate::checks::client) fn named_twice(
    viewer: &Actor,
    is_it: impl Fn(&Value) -> bool + Send + 'static,
    (field, last): (&'static str, Value),
) -> Rule {
    let write = Action::rewrite_bytes("name_twice", move |bytes| {
        let Ok(mut answer) = serde_json::from_slice::<Value>(bytes) else {
            return false;
        };
        let mut first = None;
        let edited = edit_deliveries(&mut answer, |mut delivery| {
            let found_it = is_it(&delivery.event);
            if let Some(found) = delivery.event.get_mut(field).filter(|_| found_it) {
                first = Some(std::mem::replace(found, json!(PLACE)));
            }
            Ok::<_, ()>(vec![delivery.event])
        });
        let (Ok(()), Some(first)) = (edited, first) else {
            return false;
        };
        let place = format!("\"{field}\":{}", json!(PLACE));
        let twice = format!("\"{field}\":{first},\"{field}\":{last}");
        *bytes = answer.to_string().replace(&place, &twice).into_bytes();
        true
    });
    let point = Point::Response(Class::Sync);
    Rule::new("twice", &viewer.name, point, write)
}

/// What stands where a field is to be written twice.
const PLACE: &str = "here it stands twice";

/// Mallory encrypts a message whose content stands there twice.
fn inside(scene: &mut Scene, company: &mut Company) -> Result<(), Stop> {
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let mut key = company.give_key(scene)?;
    let body = scene.text("first reading");
    let first = json!({ "msgtype": "m.text", "body": body });
    let plaintext = format!(
        "{{\"room_id\":{},\"type\":\"m.room.message\",\"content\":{first},\"content\":{{}}}}",
        quoted(&room.id)
    );
    let ciphertext = key.encrypt_words(&plaintext);
    company.say_sealed(scene, &key, &ciphertext, body.clone())?;
    must_not_show_first(scene, &alice, &room, &body)
}

/// What makes an answer no JSON: written before its first letter, after its first bracket, and after its end.
const UNREADABLE: [(&[u8], &[u8], &[u8]); 7] = [
    (b"\xef\xbb\xbf", b"", b""),
    (b"", b"/* why */", b""),
    (b"", b"\"x\":\"\xff\xfe\",", b""),
    (b"", b"\"x\":\"\\ud800\",", b""),
    (b"", b"\"x\":1e999,", b""),
    (b"", b"\"x\":NaN,", b""),
    (b"", b"", b"{\"next_batch\":\"other\"}"),
];

fn unreadable_once(
    viewer: &Actor,
    (before, inside, after): (&'static [u8], &'static [u8], &'static [u8]),
) -> Rule {
    let write = Action::rewrite_bytes("make_unreadable", move |bytes| {
        let Some((bracket, rest)) = bytes.split_first() else {
            return false;
        };
        *bytes = [before, &[*bracket], inside, rest, after].concat();
        true
    });
    let point = Point::Response(Class::Sync);
    Rule::new("unreadable", &viewer.name, point, write).at_most(1)
}
