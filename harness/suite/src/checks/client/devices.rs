//! The user's own devices: approved, and by whom.

use harness_driver::{Act, DevicesAct, Payload};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::directory::announce_change;
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Class,
    evil::ForgedDevice,
    scene::{Actor, Scene, Seen, Session},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "device-approval-key-swapped",
    version: 1,
    subject: Subject::Client,
    requirements: &["KEY-02", "KEY-04"],
    attacks: &["ATK-VER-04"],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "A device that its owner approves by its fingerprint is not approved with another key.",
    precondition: "Alice has a second device that nobody has signed; the relay lists it with a key of its own making.",
    expected: "Alice's first device signs nothing; when the relay lists the real key it signs that, and the device reads.",
    needs: &[Need::Verb("devices.approve"), Need::Verb("device.list")],
    twins: &[Seeded::client(
        "approve-without-fingerprint",
        "foreign-key-signed",
    )],
    run: approval_key_swapped,
}];

fn approval_key_swapped(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    let room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let second = scene.device_of(&alice, "alice-second")?;
    let fingerprint = fingerprint(scene, &second)?;
    let forged = ForgedDevice::new(&alice.user, &second.device);
    let swap = Action::InjectDevice {
        user: alice.user.clone(),
        device: second.device.clone(),
        keys: forged.device_keys(),
    };
    let point = Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("swap", &alice.name, point, swap));
    let mark = scene.mark();
    let approve = Act::Devices(DevicesAct::Approve {
        device: second.device.clone(),
        ed25519: fingerprint,
    });
    scene.try_act(&alice, approve.clone())?;
    scene.must_fire("swap");
    let signed = signed_keys(scene, &alice, mark);
    let claim = Claim::Lacks {
        pointer: "/keys".to_owned(),
        value: json!(forged.ed25519()),
    };
    scene.expect(Role::Attack, "foreign-key-signed", &[&signed], claim);

    // The valid twin, on a device that the client has not met under a false key.
    scene.adversary().lift("swap");
    let third = scene.device_of(&alice, "alice-third")?;
    let approve = Act::Devices(DevicesAct::Approve {
        device: third.device.clone(),
        ed25519: self::fingerprint(scene, &third)?,
    });
    scene.act(&alice, approve)?;
    announce_change(scene, &bob, &alice.user);
    scene.sync_all(&[&alice, &third, &bob])?;
    scene.must_get_through(Role::Twin, "approved-device-lost", &bob, &third, &room)?;
    scene.must_get_through(Role::State, "first-device-lost", &bob, &alice, &room)?;
    Ok(())
}

/// The Ed25519 key of the actor's device as its own screen shows it.
pub(super) fn fingerprint(scene: &mut Scene, actor: &Actor) -> Result<String, Stop> {
    let seen = scene.devices(actor, &actor.user)?;
    let listed = seen.value.pointer("/devices").and_then(Value::as_array);
    let own = listed
        .into_iter()
        .flatten()
        .find(|device| device.get("device") == Some(&json!(actor.device)));
    own.and_then(|own| own.get("ed25519")?.as_str().map(str::to_owned))
        .ok_or_else(|| Stop::driver("a device does not list itself"))
}

/// The Ed25519 keys of the devices for which the actor uploaded signatures since `mark`: `{"keys": […]}`.
pub(super) fn signed_keys(scene: &mut Scene, actor: &Actor, mark: usize) -> Seen {
    let mut keys = Vec::new();
    for exchange in scene.sent(actor, Class::SignaturesUpload, mark) {
        let users = exchange.request.body.as_object().into_iter().flatten();
        let objects = users.flat_map(|(_, objects)| objects.as_object().into_iter().flatten());
        for (device, object) in objects {
            keys.extend(object.pointer(&format!("/keys/ed25519:{device}")).cloned());
        }
    }
    scene.note_seen(
        "the device keys that the actor's client signed",
        Witness::Wire,
        json!({ "keys": keys }),
    )
}

/// Another device of the user, approved by the first one.
pub(super) fn approve(scene: &mut Scene, first: &Actor, name: &str) -> Result<Actor, Stop> {
    let other = scene.device_of(first, name)?;
    let approve = Act::Devices(DevicesAct::Approve {
        device: other.device.clone(),
        ed25519: fingerprint(scene, &other)?,
    });
    scene.act(first, approve)?;
    scene.sync_all(&[first, &other])?;
    Ok(other)
}

/// What the actor's user is told about devices.
pub(super) fn status(scene: &mut Scene, actor: &Actor) -> Result<Seen, Stop> {
    scene.try_act(actor, Act::Devices(DevicesAct::Status {}))
}

/// Where a status holds something about the list of a user.
pub(super) fn pointer(user: &str, field: &str) -> String {
    let user = user.replace('~', "~0").replace('/', "~1");
    format!("/value/lists/{user}/{field}")
}

/// Has the relay serve these statements as the list of a user, whatever it is asked for.
pub(super) fn serve_list(
    scene: &mut Scene,
    rule: &'static str,
    viewer: &str,
    user: &str,
    statements: Vec<Value>,
) {
    let user = user.to_owned();
    let serve = Action::rewrite("serve_list", move |answer| {
        let Some(answer) = answer.as_object_mut() else {
            return false;
        };
        let lists = answer.entry("lists").or_insert_with(|| json!({}));
        lists.as_object_mut().is_some_and(|lists| {
            lists.insert(user.clone(), json!(statements));
            true
        })
    });
    let point = Point::Response(Class::DeviceList);
    scene.attack(Rule::new(rule, viewer, point, serve));
}

/// The list of a user as the relay serves it to anybody.
pub(super) fn list_of(scene: &mut Scene, asker: &Session, user: &str) -> Result<Vec<Value>, Stop> {
    let path = "/_matrix/client/unstable/dev.pruefstand/devices/query";
    let body = Payload::Json(json!({ "users": { user: 1 } }));
    let answer = scene.raw(Some(asker), "POST", path, body)?;
    let lists = answer.body.json().and_then(|body| body.get("lists"));
    let list = lists.and_then(|lists| lists.get(user)?.as_array());
    list.cloned()
        .ok_or_else(|| Stop::target("the relay serves no device list"))
}

/// The signed keys of a device as the relay serves them to anybody.
pub(super) fn keys_of(
    scene: &mut Scene,
    asker: &Session,
    user: &str,
    device: &str,
) -> Result<Value, Stop> {
    let path = "/_matrix/client/v3/keys/query";
    let body = Payload::Json(json!({ "device_keys": { user: [] } }));
    let answer = scene.raw(Some(asker), "POST", path, body)?;
    let keys = answer.body.json().and_then(|body| body.get("device_keys"));
    let keys = keys.and_then(|keys| keys.get(user)?.get(device));
    keys.cloned()
        .ok_or_else(|| Stop::target("the relay serves no keys of the device"))
}
