//! What was truly signed for one purpose is handed out in the place of something else.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Map, Value, json};

use super::{
    company::Company,
    devices::{pointer, serve_list, status},
    directory::{announce_change, answer_claims},
};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Class,
    evil::{EvilPeer, ForgedDevice, StatementChain},
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "signed-object-misplaced",
    version: 1,
    subject: Subject::Client,
    requirements: &["KEY-04", "KEY-10"],
    attacks: &["ATK-LNK-10"],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "What a key has truly signed for one purpose counts for no other.",
    precondition: "Alice talks with Mallory and has read her signed device list; the relay serves what Mallory's keys have signed where it was not meant for.",
    expected: "In the device list nothing of it counts: neither another statement with the same fields, nor keys of a device, nor an identity's key; in the directory and in answers to claims nothing of it gets a message; what was meant for each place then counts there.",
    needs: &[Need::Verb("devices.status")],
    twins: &[Seeded::client(
        "no-domain-separation",
        "misplaced-object-taken",
    )],
    run: misplaced,
}];

fn misplaced(scene: &mut Scene) -> Result<(), Stop> {
    let mallory = EvilPeer::arrive(scene, "mallory")?;
    let user = mallory.device.user.clone();
    let mut chain = StatementChain::new(&user, &mallory.identity.master());
    let first = chain.say("add", &mallory.device, &mallory.identity);
    serve_list(scene, "list", "alice", &user, vec![first.clone()]);
    let mut company = Company::meet_with(scene, mallory, &[])?;
    reads(scene, &mut company, Role::Control, "control-lost")?;

    let phone = ForgedDevice::new(&user, "PHONE");
    let entry = chain.said("add", &phone, &company.mallory.identity);
    for object in for_other_places(&company.mallory, &phone, &entry) {
        listed(scene, &company, vec![first.clone(), object])?;
        let seen = status(scene, &company.alice)?;
        let lacks = Claim::Lacks {
            pointer: pointer(&user, "devices"),
            value: json!("PHONE"),
        };
        scene.expect(Role::Attack, "misplaced-object-taken", &[&seen], lacks);
    }
    listed(scene, &company, vec![first, entry.clone()])?;
    let seen = status(scene, &company.alice)?;
    let contains = Claim::Contains {
        pointer: pointer(&user, "devices"),
        value: json!("PHONE"),
    };
    scene.expect(Role::Twin, "true-entry-refused", &[&seen], contains);

    // From now on Alice asks for what comes after it.
    scene.adversary().lift_all();
    serve_list(scene, "list", "alice", &user, vec![entry.clone()]);
    as_device_keys(scene, &company, phone, &entry)?;
    reads(scene, &mut company, Role::State, "next-message-lost")
}

/// Objects that Mallory's keys have signed, none of them as an entry of her list.
fn for_other_places(mallory: &EvilPeer, phone: &ForgedDevice, entry: &Value) -> Vec<Value> {
    // The same fields, said about something else: only its word tells the two apart.
    let mut other_word = entry.clone();
    if let Some(fields) = other_word.as_object_mut() {
        fields.insert("domain".to_owned(), json!("dev.pruefstand.other.v1"));
        fields.remove("signatures");
    }
    mallory.identity.sign_device(&mut other_word);
    let mut keys = phone.device_keys();
    mallory.identity.sign_device(&mut keys);
    let identity = mallory.identity.served();
    let user_signing = identity.get("user_signing_keys").cloned();
    vec![other_word, keys, user_signing.unwrap_or_default()]
}

/// Has the relay serve this list; Alice reads it and writes.
fn listed(scene: &mut Scene, company: &Company, statements: Vec<Value>) -> Result<(), Stop> {
    let user = &company.mallory.device.user;
    scene.adversary().lift_all();
    serve_list(scene, "misplace", &company.alice.name, user, statements);
    ask(scene, company)?;
    scene.must_fire("misplace");
    Ok(())
}

/// The entry of the list in the place of the device's keys, then the keys in the place of a one-time key.
fn as_device_keys(
    scene: &mut Scene,
    company: &Company,
    mut phone: ForgedDevice,
    entry: &Value,
) -> Result<(), Stop> {
    let mut keys = phone.device_keys();
    company.mallory.identity.sign_device(&mut keys);
    let one_time = phone.one_time_keys(1);
    let id = one_time.keys().next().cloned().unwrap_or_default();
    let as_one_time = Map::from_iter([(id, keys.clone())]);
    let places = [
        (entry.clone(), one_time.clone(), false),
        (keys.clone(), as_one_time, false),
        (keys, one_time, true),
    ];
    for (keys, one_time, meant) in places {
        let mark = scene.mark();
        let inject = Action::InjectDevice {
            user: phone.user.clone(),
            device: "PHONE".to_owned(),
            keys,
        };
        let point = Point::Response(Class::KeysQuery);
        scene.adversary().lift("inject");
        scene.adversary().lift("claim");
        scene.attack(Rule::new("inject", &company.alice.name, point, inject));
        let key = Value::Object(one_time);
        answer_claims(scene, &company.alice, &phone.user, "PHONE", key);
        ask(scene, company)?;
        scene.must_fire("inject");
        let seen = scene.recipients(&company.alice, mark);
        let (pointer, value) = (
            "/devices".to_owned(),
            json!(format!("{}|PHONE", phone.user)),
        );
        let (role, code, claim) = match meant {
            true => (
                Role::Twin,
                "true-keys-refused",
                Claim::Contains { pointer, value },
            ),
            false => (
                Role::Attack,
                "misplaced-object-got-keys",
                Claim::Lacks { pointer, value },
            ),
        };
        scene.expect(role, code, &[&seen], claim);
    }
    Ok(())
}

/// Alice hears that Mallory's devices have changed, asks for them, and writes.
fn ask(scene: &mut Scene, company: &Company) -> Result<(), Stop> {
    announce_change(scene, &company.alice, &company.mallory.device.user);
    scene.sync(&company.alice)?;
    let room = &company.room;
    scene.try_send(&company.alice, room, "to whom").map(drop)
}

fn reads(scene: &mut Scene, company: &mut Company, role: Role, code: &str) -> Result<(), Stop> {
    let room = company.room.clone();
    let seen = company.mallory_reads(scene, &room)?;
    let readable = Claim::Is {
        pointer: "/readable".to_owned(),
        value: json!(true),
    };
    scene.expect(role, code, &[&seen], readable);
    Ok(())
}
