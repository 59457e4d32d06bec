//! Texts with two readings: the relay hands out JSON that two honest readers understand differently.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{
    company::Company,
    directory::{announce_change, answer_claims},
};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    dialect::{Class, edit_deliveries},
    evil::{ForgedDevice, ForgedIdentity},
    scene::{Actor, Room, Scene, Sent},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "signed-json-two-readings",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-03", "E2E-09"],
        attacks: &["ATK-SRV-04"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "Of a signed object that names a key twice, nothing is used that its signature does not cover.",
        precondition: "Alice talks with Mallory, who is honest here; the relay lists another device of hers with its own key beside the signed one, then its own self-signing key beside hers.",
        expected: "Nothing is encrypted for the relay's key, and nothing for a device that only the relay's key has signed; the true device gets keys once it is listed as it is.",
        needs: &[],
        twins: &[Seeded::client("canonjson-dup-key", "other-reading-used")],
        run: signed,
    },
    Check {
        id: "relayed-json-two-readings",
        version: 1,
        subject: Subject::Client,
        requirements: &["AVL-02", "E2E-06"],
        attacks: &["ATK-SRV-03"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Of an event that names a field twice, nothing is shown that a reader who takes the last one does not see (RFC 8259, 4).",
        precondition: "Alice, Bob and Mallory share a room; sender, type or content of an event stands there twice, in clear and inside the encryption; other answers are no JSON at all.",
        expected: "The first reading is never shown; what came in an answer that is no JSON is shown once after the next one; the next messages are shown.",
        needs: &[],
        twins: &[Seeded::client("json-first-key-wins", "first-reading-shown")],
        run: relayed,
    },
];

fn signed(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let room = company.room.clone();
    let before = company.mallory_reads(scene, &room)?;
    scene.expect(Role::Control, "control-lost", &[&before], readable());

    // The device is real, and so is its signature; the relay writes a key of its own before the real one.
    let user = company.mallory.device.user.clone();
    let mut phone = ForgedDevice::new(&user, "PHONE");
    let ghost = ForgedDevice::new(&user, "PHONE");
    let name = "\"curve25519:PHONE\":";
    let (real, false_one) = (quoted(&phone.curve25519()), quoted(&ghost.curve25519()));
    let twice = Twice {
        once: format!("{name}{real}"),
        before: format!("{name}{false_one}"),
    };
    list(scene, &company, &mut phone, Some(twice));
    let mark = scene.mark();
    ask_and_send(scene, &company)?;
    scene.must_fire("twice");
    let code = "other-reading-used";
    nothing_for(scene, &company.alice, &ghost.curve25519(), mark, code);

    // The same with the key that signs devices.
    let forged = ForgedIdentity::new(&user);
    let mut ghost = ForgedDevice::new(&user, "GHOST");
    let signing = |identity: &ForgedIdentity| {
        let served = identity.served();
        let keys = served
            .get("self_signing_keys")
            .and_then(|own| own.get("keys"));
        format!("\"keys\":{}", keys.unwrap_or(&Value::Null))
    };
    let twice = Twice {
        once: signing(&company.mallory.identity),
        before: signing(&forged),
    };
    scene.adversary().lift_all();
    list_as(scene, &company, &forged, &mut ghost, Some(twice));
    let mark = scene.mark();
    ask_and_send(scene, &company)?;
    scene.must_fire("twice");
    nothing_for(scene, &company.alice, &ghost.curve25519(), mark, code);

    scene.adversary().lift_all();
    list(scene, &company, &mut phone, None);
    let mark = scene.mark();
    ask_and_send(scene, &company)?;
    let used = encrypted_for(scene, &company.alice, &phone.curve25519(), mark);
    let some = Claim::Is {
        pointer: "/named".to_owned(),
        value: json!(true),
    };
    scene.expect(Role::Twin, "true-keys-refused", &[&used], some);
    let after = company.mallory_reads(scene, &room)?;
    scene.expect(Role::State, "next-message-lost", &[&after], readable());
    Ok(())
}

/// A text that stands in an answer once, and what the relay writes before it.
struct Twice {
    once: String,
    before: String,
}

impl Twice {
    fn rule(self, viewer: &Actor, class: Class) -> Rule {
        let write = Action::rewrite_bytes("write_twice", move |bytes| {
            let Ok(text) = std::str::from_utf8(bytes) else {
                return false;
            };
            let twice = format!("{},{}", self.before, self.once);
            let changed = text.replace(&self.once, &twice);
            let fired = changed != text;
            *bytes = changed.into_bytes();
            fired
        });
        Rule::new("twice", &viewer.name, Point::Response(class), write)
    }
}

/// Has the relay list a device that Mallory has signed.
fn list(scene: &mut Scene, company: &Company, device: &mut ForgedDevice, twice: Option<Twice>) {
    list_as(scene, company, &company.mallory.identity, device, twice);
}

/// Has the relay list a device of Mallory's that this identity has signed.
fn list_as(
    scene: &mut Scene,
    company: &Company,
    identity: &ForgedIdentity,
    device: &mut ForgedDevice,
    twice: Option<Twice>,
) {
    let mut keys = device.device_keys();
    identity.sign_device(&mut keys);
    let inject = Action::InjectDevice {
        user: device.user.clone(),
        device: device.device.clone(),
        keys,
    };
    let point = Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("list", &company.alice.name, point, inject));
    if let Some(twice) = twice {
        scene.attack(twice.rule(&company.alice, Class::KeysQuery));
    }
    let one_time = Value::Object(device.one_time_keys(1));
    answer_claims(
        scene,
        &company.alice,
        &device.user,
        &device.device,
        one_time,
    );
}

/// Alice hears that Mallory's devices have changed, asks for them, and writes.
fn ask_and_send(scene: &mut Scene, company: &Company) -> Result<(), Stop> {
    announce_change(scene, &company.alice, &company.mallory.device.user);
    scene.sync(&company.alice)?;
    scene
        .try_send(&company.alice, &company.room, "to whom")
        .map(drop)
}

fn nothing_for(scene: &mut Scene, alice: &Actor, key: &str, mark: usize, code: &str) {
    let used = encrypted_for(scene, alice, key, mark);
    let none = Claim::Is {
        pointer: "/named".to_owned(),
        value: json!(false),
    };
    scene.expect(Role::Attack, code, &[&used], none);
}

/// Whether the actor sent something encrypted for this Curve25519 key since `mark`: `{"named": bool}`.
fn encrypted_for(scene: &mut Scene, actor: &Actor, key: &str, mark: usize) -> crate::scene::Seen {
    let sent = scene.sent(actor, Class::ToDevice, mark);
    let named = sent
        .iter()
        .any(|one| one.request.body.to_string().contains(key));
    let what = format!("whether {} encrypts for that key", actor.name);
    scene.note_seen(&what, Witness::Wire, json!({ "named": named }))
}

fn relayed(scene: &mut Scene) -> Result<(), Stop> {
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
        scene.attack(named_twice(&alice, &sent, (field, last)));
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

/// A field of an event that stands there twice: as it was, then with another value.
fn named_twice(viewer: &Actor, sent: &Sent, (field, last): (&'static str, Value)) -> Rule {
    let event = sent.message.clone();
    let write = Action::rewrite_bytes("name_twice", move |bytes| {
        let Ok(mut answer) = serde_json::from_slice::<Value>(bytes) else {
            return false;
        };
        let mut first = None;
        let edited = edit_deliveries(&mut answer, |mut delivery| {
            let is_it = delivery.event.get("event_id").and_then(Value::as_str) == Some(&event);
            if let Some(found) = delivery.event.get_mut(field).filter(|_| is_it) {
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

fn quoted(text: &str) -> String {
    json!(text).to_string()
}

fn readable() -> Claim {
    Claim::Is {
        pointer: "/readable".to_owned(),
        value: json!(true),
    }
}
