//! Signed objects that name a key twice.

use harness_evidence::{Claim, Role, Witness};
use serde_json::{Value, json};

use super::quoted;
use crate::{
    adversary::{Action, Point, Rule},
    check::Stop,
    checks::client::{
        company::Company,
        directory::{announce_change, answer_claims},
    },
    dialect::Class,
    evil::{ForgedDevice, ForgedIdentity},
    scene::{Actor, Scene, Seen},
};

pub(super) fn signed(scene: &mut Scene) -> Result<(), Stop> {
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
fn encrypted_for(scene: &mut Scene, actor: &Actor, key: &str, mark: usize) -> Seen {
    let sent = scene.sent(actor, Class::ToDevice, mark);
    let named = sent
        .iter()
        .any(|one| one.request.body.to_string().contains(key));
    let what = format!("whether {} encrypts for that key", actor.name);
    scene.note_seen(&what, Witness::Wire, json!({ "named": named }))
}

fn readable() -> Claim {
    Claim::Is {
        pointer: "/readable".to_owned(),
        value: json!(true),
    }
}
