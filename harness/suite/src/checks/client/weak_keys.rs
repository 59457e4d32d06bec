//! Group A: public keys that no honest device has, correctly signed.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Map, Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    checks::client::{
        company::Company,
        directory::{announce_change, answer_claims},
    },
    dialect::Class,
    evil::{ForgedDevice, alias_of, small_order_keys},
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "directory-small-order",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-07", "KEY-04"],
        attacks: &["ATK-DIR-11"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "No message leaves under the constant secret that a public key of small order yields.",
        precondition: "The directory lists 28 more devices of Mallory's, signed by her: each encoding of a small-order point once as a one-time key, once as an identity key.",
        expected: "Only Mallory's real device is sent a room key, and it reads the message.",
        needs: &[],
        twins: &[Seeded::client(
            "dh-no-contributory-check",
            "key-sent-under-constant-secret",
        )],
        run: small_order,
    },
    Check {
        id: "directory-alias-key",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-04"],
        attacks: &["ATK-DIR-12"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A public key in another encoding than its canonical one is refused.",
        precondition: "The directory lists two more devices of Mallory's, signed by her: one with bit 255 of its identity key set, one of its one-time key.",
        expected: "Only Mallory's real device is sent a room key, and it reads the message.",
        needs: &[],
        twins: &[Seeded::client(
            "accept-noncanonical-curve-key",
            "key-sent-to-alias",
        )],
        run: alias_key,
    },
];

/// A device that the directory is to list, and the one-time key that the relay hands out for it.
struct Listed {
    device: ForgedDevice,
    keys: Value,
    one_time_key: Value,
}

impl Listed {
    /// A device with this identity key, or its own, and this one-time key, or one of its own.
    fn new(user: &str, id: &str, identity: Option<&str>, one_time: Option<&str>) -> Self {
        let mut device = ForgedDevice::new(user, id);
        let keys =
            identity.map_or_else(|| device.device_keys(), |key| device.device_keys_with(key));
        let one_time_key = match one_time {
            Some(key) => json!({ "signed_curve25519:AAAAAQ": device.signed_key(key, false) }),
            None => Value::Object(device.one_time_keys(1)),
        };
        Self {
            device,
            keys,
            one_time_key,
        }
    }
}

fn small_order(scene: &mut Scene) -> Result<(), Stop> {
    let company = Company::meet(scene, &[])?;
    let user = company.mallory.device.user.clone();
    let mut listed = Vec::new();
    for (n, key) in small_order_keys().iter().enumerate() {
        listed.push(Listed::new(&user, &format!("ONETIME{n}"), None, Some(key)));
        listed.push(Listed::new(&user, &format!("IDENTITY{n}"), Some(key), None));
    }
    only_the_real_device(scene, company, listed, "key-sent-under-constant-secret")
}

fn alias_key(scene: &mut Scene) -> Result<(), Stop> {
    let company = Company::meet(scene, &[])?;
    let user = company.mallory.device.user.clone();
    // the alias of a key whose secret half somebody has, so that a careless client would reach him
    let other = ForgedDevice::new(&user, "").curve25519();
    let alias = alias_of(&other).ok_or_else(|| Stop::harness("a key without an alias"))?;
    let listed = vec![
        Listed::new(&user, "IDENTITY", Some(&alias), None),
        Listed::new(&user, "ONETIME", None, Some(&alias)),
    ];
    only_the_real_device(scene, company, listed, "key-sent-to-alias")
}

/// Has the directory list the devices, and Alice send: nobody but Mallory's real device gets the room key.
fn only_the_real_device(
    scene: &mut Scene,
    mut company: Company,
    listed: Vec<Listed>,
    code: &str,
) -> Result<(), Stop> {
    company.must_hear(scene, Role::Control, "control-lost")?;
    let (alice, user) = (company.alice.clone(), company.mallory.device.user.clone());
    let mut devices = Map::new();
    for Listed {
        device,
        mut keys,
        one_time_key,
    } in listed
    {
        company.mallory.identity.sign_device(&mut keys);
        answer_claims(scene, &alice, &user, &device.device, one_time_key);
        devices.insert(device.device, keys);
    }
    let add = Action::rewrite("inject_device", move |answer| {
        let slot = answer
            .get_mut("device_keys")
            .and_then(|users| users.get_mut(&user))
            .and_then(Value::as_object_mut);
        slot.is_some_and(|slot| {
            slot.extend(devices.clone());
            true
        })
    });
    scene.attack(Rule::new(
        "list-devices",
        &alice.name,
        Point::Response(Class::KeysQuery),
        add,
    ));
    announce_change(scene, &alice, &company.mallory.device.user);
    scene.sync(&alice)?;
    let mark = scene.mark();
    let room = company.room.clone();
    let readable = company.mallory_reads(scene, &room)?;
    scene.must_fire("list-devices");
    let sent_to = scene.recipients(&alice, mark);
    let real = format!(
        "{}|{}",
        company.mallory.device.user, company.mallory.device.device
    );
    scene.expect(
        Role::Attack,
        code,
        &[&sent_to],
        Claim::Is {
            pointer: "/devices".to_owned(),
            value: json!([real]),
        },
    );
    scene.expect(
        Role::Twin,
        "real-device-got-nothing",
        &[&readable],
        Claim::Is {
            pointer: "/readable".to_owned(),
            value: json!(true),
        },
    );
    scene.adversary().lift_all();
    company.must_hear(scene, Role::State, "next-key-lost")
}
