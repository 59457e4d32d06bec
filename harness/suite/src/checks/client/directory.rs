//! Group A: the relay lies about who has which key.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::megolm::pair,
    dialect::Class,
    evil::ForgedDevice,
    scene::{Actor, Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "directory-ghost-device",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-09", "KEY-04"],
        attacks: &["ATK-DIR-01"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A device that only the relay added to a user's list gets no key.",
        precondition: "Alice and Bob share an encrypted room; the relay lists a self-made device of Bob's and has a one-time key for it.",
        expected: "No key leaves for the device; Bob's real device reads the message.",
        needs: &[],
        twins: &[Seeded::client(
            "accept-unsigned-device",
            "key-sent-to-ghost",
        )],
        run: ghost_device,
    },
    Check {
        id: "directory-wrong-slot",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-04"],
        attacks: &["ATK-DIR-10"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A correctly signed key object that the relay serves in another device's slot is refused.",
        precondition: "Alice and Bob share an encrypted room.",
        expected: "The slot does not appear among Bob's devices; his real device is still there and reads the next message.",
        needs: &[Need::Verb("device.list")],
        twins: &[Seeded::client(
            "device-keys-slot-not-checked",
            "foreign-object-listed",
        )],
        run: wrong_slot,
    },
    Check {
        id: "directory-signature-stripped",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-02", "KEY-04"],
        attacks: &["ATK-DIR-14"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A device from which the relay strips the owner's signature is not treated as well as before.",
        precondition: "Alice, Bob and Carol share an encrypted room that Alice has not yet written to; Bob's keys come without his identity's signature.",
        expected: "Bob's device gets no key; Carol, untouched, reads the message.",
        needs: &[],
        twins: &[Seeded::client(
            "missing-signature-means-ok",
            "key-sent-without-signature",
        )],
        run: signature_stripped,
    },
];

fn ghost_device(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let mut ghost = ForgedDevice::new(&bob.user, "GHOST");
    let inject = Action::InjectDevice {
        user: bob.user.clone(),
        device: "GHOST".to_owned(),
        keys: ghost.device_keys(),
    };
    scene.attack(Rule::new(
        "ghost",
        &alice.name,
        Point::Response(Class::KeysQuery),
        inject,
    ));
    answer_claims(
        scene,
        &alice,
        &bob.user,
        "GHOST",
        Value::Object(ghost.one_time_keys(1)),
    );
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    // A fresh room, so that a key must be shared whatever the client kept of the old one.
    let fresh = scene.room(&[&alice, &bob])?;
    let mark = scene.mark();
    scene.must_get_through(Role::State, "real-device-lost", &alice, &bob, &fresh)?;
    scene.must_fire("ghost");
    let recipients = scene.recipients(&alice, mark);
    let real = format!("{}|{}", bob.user, bob.device);
    let ghost = format!("{}|GHOST", bob.user);
    only_the_real(scene, &recipients, &real, ("key-sent-to-ghost", &ghost));
    Ok(())
}

fn wrong_slot(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let (user, device) = (bob.user.clone(), bob.device.clone());
    let copy = Action::rewrite("substitute_keys", move |answer| {
        let slot = answer
            .get_mut("device_keys")
            .and_then(|users| users.get_mut(&user))
            .and_then(Value::as_object_mut);
        let Some((slot, object)) =
            slot.and_then(|slot| slot.get(&device).cloned().map(|object| (slot, object)))
        else {
            return false;
        };
        slot.insert("OTHERSLOT".to_owned(), object);
        true
    });
    scene.attack(Rule::new(
        "slot",
        &alice.name,
        Point::Response(Class::KeysQuery),
        copy,
    ));
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.must_get_through(Role::State, "real-device-lost", &alice, &bob, &room)?;
    scene.must_fire("slot");
    let devices = scene.devices(&alice, &bob.user)?;
    let listed: Vec<_> = devices
        .value
        .pointer("/devices")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|device| device.get("device").cloned())
        .collect();
    let ids = scene.note_seen(
        "the ids of the devices that Alice sees",
        Witness::Driver,
        json!({ "ids": listed }),
    );
    let claim = |value: &str| Claim::Lacks {
        pointer: "/ids".to_owned(),
        value: json!(value),
    };
    scene.expect(
        Role::Attack,
        "foreign-object-listed",
        &[&ids],
        claim("OTHERSLOT"),
    );
    let real = Claim::Contains {
        pointer: "/ids".to_owned(),
        value: json!(bob.device),
    };
    scene.expect(Role::Twin, "real-device-not-listed", &[&ids], real);
    Ok(())
}

fn signature_stripped(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, carol) = (
        scene.client("alice")?,
        scene.client("bob")?,
        scene.client("carol")?,
    );
    let user = bob.user.clone();
    // Keep only the device's signature by itself.
    let keep = format!("ed25519:{}", bob.device);
    let strip = Action::rewrite("strip_signature", move |answer| {
        let slot = answer
            .get_mut("device_keys")
            .and_then(|users| users.get_mut(&user))
            .and_then(Value::as_object_mut);
        let mut stripped = false;
        for keys in slot.into_iter().flat_map(|slot| slot.values_mut()) {
            let signatures = keys
                .get_mut("signatures")
                .and_then(|users| users.get_mut(&user))
                .and_then(Value::as_object_mut);
            if let Some(signatures) = signatures {
                let before = signatures.len();
                signatures.retain(|key, _| *key == keep);
                stripped |= signatures.len() < before;
            }
        }
        stripped
    });
    scene.attack(Rule::new(
        "strip",
        &alice.name,
        Point::Response(Class::KeysQuery),
        strip,
    ));
    let room = scene.room(&[&alice, &bob, &carol])?;
    let mark = scene.mark();
    scene.must_get_through(
        Role::Control,
        "untouched-member-lost",
        &alice,
        &carol,
        &room,
    )?;
    scene.must_fire("strip");
    let recipients = scene.recipients(&alice, mark);
    let real = format!("{}|{}", carol.user, carol.device);
    let stripped = format!("{}|{}", bob.user, bob.device);
    let code = "key-sent-without-signature";
    only_the_real(scene, &recipients, &real, (code, &stripped));
    scene.adversary().lift("strip");
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.must_get_through(Role::State, "restored-member-lost", &alice, &bob, &room)?;
    Ok(())
}

/// Among the recipients is the real device, which proves that keys were shared at all, and not the false one.
fn only_the_real(
    scene: &mut Scene,
    recipients: &Seen,
    real: &str,
    (code, false_one): (&str, &str),
) {
    let pointer = || "/devices".to_owned();
    let contains = Claim::Contains {
        pointer: pointer(),
        value: json!(real),
    };
    scene.expect(
        Role::Twin,
        "real-device-got-no-key",
        &[recipients],
        contains,
    );
    let lacks = Claim::Lacks {
        pointer: pointer(),
        value: json!(false_one),
    };
    scene.expect(Role::Attack, code, &[recipients], lacks);
}

/// Tells the viewer, with every answer, that a user's devices have changed, so that it asks the directory again.
pub(super) fn announce_change(scene: &mut Scene, viewer: &Actor, user: &str) {
    let user = user.to_owned();
    let announce = Action::rewrite("announce_change", move |sync| {
        let Some(sync) = sync.as_object_mut() else {
            return false;
        };
        let lists = sync.entry("device_lists").or_insert_with(|| json!({}));
        let Some(lists) = lists.as_object_mut() else {
            return false;
        };
        lists.insert("changed".to_owned(), json!([user]));
        true
    });
    scene.attack(
        Rule::new(
            "announce",
            &viewer.name,
            Point::Response(Class::Sync),
            announce,
        )
        .at_most(1),
    );
}

/// Has the relay hand out this one-time key for a device of its own making.
pub(super) fn answer_claims(
    scene: &mut Scene,
    viewer: &Actor,
    user: &str,
    device: &str,
    key: Value,
) {
    let (user, device) = (user.to_owned(), device.to_owned());
    let answer = Action::rewrite("answer_claim", move |answer| {
        let Some(answer) = answer.as_object_mut() else {
            return false;
        };
        let keys = answer.entry("one_time_keys").or_insert_with(|| json!({}));
        let users = keys
            .as_object_mut()
            .map(|keys| keys.entry(user.clone()).or_insert_with(|| json!({})));
        let devices = users.and_then(Value::as_object_mut);
        devices.is_some_and(|devices| devices.insert(device.clone(), key.clone()).is_none())
    });
    scene.attack(Rule::new(
        "claim",
        &viewer.name,
        Point::Response(Class::KeysClaim),
        answer,
    ));
}
