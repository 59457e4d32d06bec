//! Revocation: what a removed device loses, what it erases, and what its owner is told of that.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::devices::{approve, keys_of, list_of, status};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::{Class, Delivery, Place},
    evil::{ForgedDevice, ForgedIdentity, StatementChain},
    scene::{Actor, Room, Scene, Seen},
};

const NEEDS: &[Need] = &[
    Need::Verb("devices.approve"),
    Need::Verb("devices.status"),
    Need::Verb("device.list"),
    Need::Verb("device.revoke"),
];

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "device-revocation-effect",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-04", "GRP-02"],
        attacks: &["ATK-DIR-07", "ATK-MEGOLM-13"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "From the first message on that is written after a revocation is known, the removed device gets no key, even if the relay keeps it.",
        precondition: "Bob revokes his second device; the relay goes on serving its keys to Alice.",
        expected: "Alice's next message is under a new session that the device does not get; Bob's client tells how many relay answers it took.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "removed-device-keeps-keys",
            "key-sent-to-removed-device",
        )],
        run: effect,
    },
    Check {
        id: "device-wipe-forged",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-04"],
        attacks: &["ATK-DIR-15"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "The relay's word that a device was removed erases nothing.",
        precondition: "Bob has two devices; the relay tells the second that its token is dead, with a removal of its own making.",
        expected: "The device keeps what it has and reads the next message.",
        needs: NEEDS,
        twins: &[Seeded::client("wipe-unsigned", "erased-without-its-user")],
        run: wipe_forged,
    },
    Check {
        id: "device-wipe-of-other-device",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-04"],
        attacks: &["ATK-DIR-10"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "The removal of one device, shown to another device of the same user, erases nothing there.",
        precondition: "Bob has three devices and revokes the third; the relay shows that removal to the second as its own.",
        expected: "The second device keeps what it has and reads the next message.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "wipe-for-any-device",
            "erased-without-its-user",
        )],
        run: wipe_of_other,
    },
    Check {
        id: "device-wipe-confirmation",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-04", "KEY-06"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A removed device counts as erased only once it has said so itself, and then it is.",
        precondition: "Bob revokes his second device, which is away; the relay claims that the device has erased everything.",
        expected: "Unconfirmed until the device comes back, erases its store and signs that; confirmed then.",
        needs: NEEDS,
        twins: &[
            Seeded::client("wipe-assumed", "confirmed-without-word"),
            Seeded::client("erasure-unchecked", "confirmed-by-forged-word"),
        ],
        run: confirmation,
    },
];

fn effect(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, second, room) = couple(scene)?;
    let witness = scene.session("witness")?;
    let keys = keys_of(scene, &witness, &bob.user, &second.device)?;
    let mark = scene.mark();
    let sent = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    scene.sync(&second)?;
    scene.must_show_once(Role::Control, "second-device-lost", &second, &room, &sent)?;
    let old = scene.sessions_used(&alice, mark);
    scene.revoke(&bob, &second.device)?;
    let keep = Action::InjectDevice {
        user: bob.user.clone(),
        device: second.device.clone(),
        keys,
    };
    let point = Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("keep", &alice.name, point, keep));
    scene.sync_all(&[&alice, &bob])?;
    let mark = scene.mark();
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    let new = scene.sessions_used(&alice, mark);
    // A fresh room, so that a key must be shared whatever the client kept of the old one.
    let fresh = scene.room(&[&alice, &bob])?;
    let mark = scene.mark();
    scene.must_get_through(Role::State, "fresh-room-lost", &alice, &bob, &fresh)?;
    scene.must_fire("keep");
    let sent_to = scene.recipients(&alice, mark);
    let claim = |device: &str| json!(format!("{}|{device}", bob.user));
    let lacks = Claim::Lacks {
        pointer: "/devices".to_owned(),
        value: claim(&second.device),
    };
    scene.expect(
        Role::Attack,
        "key-sent-to-removed-device",
        &[&sent_to],
        lacks,
    );
    let contains = Claim::Contains {
        pointer: "/devices".to_owned(),
        value: claim(&bob.device),
    };
    scene.expect(Role::Twin, "real-device-got-no-key", &[&sent_to], contains);
    scene.expect(
        Role::Attack,
        "session-not-rotated",
        &[&old, &new],
        Claim::Different {},
    );
    must_be_measured(scene, &bob, &second)
}

/// The revoking client tells how many answers of the relay its revocation took, and that no message left meanwhile.
fn must_be_measured(scene: &mut Scene, bob: &Actor, second: &Actor) -> Result<(), Stop> {
    let told = status(scene, bob)?;
    let within = |field: &str, least, most| Claim::Within {
        pointer: format!("/value/revoked/{}/{field}", second.device),
        least,
        most,
    };
    scene.expect(
        Role::State,
        "effect-not-measured",
        &[&told],
        within("round_trips", 1, 3),
    );
    scene.expect(
        Role::State,
        "effect-too-late",
        &[&told],
        within("messages", 0, 0),
    );
    Ok(())
}

fn wipe_forged(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, second, room) = couple(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &second, &room)?;
    let witness = scene.session("witness")?;
    let mut served = list_of(scene, &witness, &bob.user)?;
    let chain = StatementChain::after(&served).ok_or_else(|| Stop::target("no device list"))?;
    let keys = keys_of(scene, &witness, &bob.user, &second.device)?;
    let key = |algorithm: &str| {
        let pointer = format!("/keys/{algorithm}:{}", second.device);
        let found = keys.pointer(&pointer).and_then(Value::as_str);
        found.unwrap_or_default().to_owned()
    };
    let stranger = ForgedIdentity::new(&bob.user);
    let (curve25519, ed25519) = (key("curve25519"), key("ed25519"));
    let keys = (curve25519.as_str(), ed25519.as_str());
    served.push(chain.said_of("remove", &second.device, keys, &stranger));
    dismiss(scene, &second, served)?;
    must_stay(scene, &alice, &second, &room)
}

fn wipe_of_other(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, second, room) = couple(scene)?;
    let third = approve(scene, &bob, "bob-third")?;
    scene.sync_all(&[&alice, &second])?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &second, &room)?;
    scene.revoke(&bob, &third.device)?;
    let witness = scene.session("witness")?;
    let served = list_of(scene, &witness, &bob.user)?;
    dismiss(scene, &second, served)?;
    must_stay(scene, &alice, &second, &room)
}

fn confirmation(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, second, room) = couple(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &second, &room)?;
    scene.revoke(&bob, &second.device)?;
    let before = status(scene, &bob)?;
    let is = |told: &str| Claim::Is {
        pointer: format!("/value/revoked/{}/erased", second.device),
        value: json!(told),
    };
    scene.expect(
        Role::Attack,
        "confirmed-without-word",
        &[&before],
        is("unconfirmed"),
    );

    deliver_forged_word(scene, &bob, &second)?;
    let forged = status(scene, &bob)?;
    scene.expect(
        Role::Attack,
        "confirmed-by-forged-word",
        &[&forged],
        is("unconfirmed"),
    );

    let before = scene.snapshot(&second)?.bytes.len();
    scene.sync(&second)?;
    let left = left_of(scene, &second, before)?;
    let little = Claim::Within {
        pointer: "/percent".to_owned(),
        least: 0,
        most: 20,
    };
    scene.expect(Role::Twin, "store-not-erased", &[&left], little);
    let tombstone = status(scene, &second)?;
    let why = Claim::Is {
        pointer: "/value/erased/reason".to_owned(),
        value: json!("removed_from_device_list"),
    };
    scene.expect(Role::Twin, "reason-not-told", &[&tombstone], why);
    scene.sync(&bob)?;
    let after = status(scene, &bob)?;
    scene.expect(Role::Twin, "word-not-heard", &[&after], is("confirmed"));
    scene.sync(&alice)?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// The relay says, in the name of the removed device, that it has erased what it held.
fn deliver_forged_word(scene: &mut Scene, bob: &Actor, second: &Actor) -> Result<(), Stop> {
    let witness = scene.session("witness")?;
    let list = list_of(scene, &witness, &bob.user)?;
    let removal = StatementChain::after(&list).and_then(|chain| chain.previous);
    let liar = ForgedDevice::new(&bob.user, &second.device);
    let mut word = json!({
        "domain": ERASED,
        "user_id": bob.user,
        "device_id": second.device,
        "statement": removal,
        "time": 1,
    });
    liar.sign(&mut word);
    let event = json!({ "type": ERASED, "sender": bob.user, "content": word });
    let delivery = Delivery {
        place: Place::ToDevice,
        event,
    };
    scene
        .adversary()
        .deliver("word", "forge_word", &bob.name, delivery);
    scene.sync(bob)?;
    scene.must_fire("word");
    Ok(())
}

/// The word of a removed device, and the type of its event.
const ERASED: &str = "dev.pruefstand.devices.erased";

/// Alice and Bob with his second, listed device, in a room.
fn couple(scene: &mut Scene) -> Result<(Actor, Actor, Actor, Room), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    let second = approve(scene, &bob, "bob-second")?;
    let room = scene.room(&[&alice, &bob])?;
    scene.sync_all(&[&second, &alice])?;
    Ok((alice, bob, second, room))
}

/// The relay tells a device, once, that its token is dead, and shows it these statements.
fn dismiss(scene: &mut Scene, device: &Actor, served: Vec<Value>) -> Result<(), Stop> {
    let told = json!({
        "errcode": "M_UNKNOWN_TOKEN",
        "error": "access token is not valid",
        "soft_logout": false,
        "dev.pruefstand.devices": served,
    });
    let answer = Action::Answer(401, told);
    let point = Point::Request(Class::Sync);
    scene.attack(Rule::new("dead", &device.name, point, answer));
    scene.sync(device)?;
    scene.must_fire("dead");
    scene.adversary().lift_all();
    Ok(())
}

/// The device has not erased anything, and reads on.
fn must_stay(scene: &mut Scene, from: &Actor, device: &Actor, room: &Room) -> Result<(), Stop> {
    let seen = status(scene, device)?;
    let claim = Claim::Is {
        pointer: "/value/erased".to_owned(),
        value: Value::Null,
    };
    scene.expect(Role::Attack, "erased-without-its-user", &[&seen], claim);
    let sent = scene.send(from, room, "still there")?;
    scene.sync(device)?;
    // A device that has erased itself knows no room to look into.
    if seen.value.pointer("/value/erased") == Some(&Value::Null) {
        scene.must_show_once(Role::State, "next-message-lost", device, room, &sent)?;
        scene.must_show_once(Role::Twin, "honest-device-lost", device, room, &sent)?;
    }
    Ok(())
}

/// How much is left of a device's store that had this many bytes.
fn left_of(scene: &mut Scene, device: &Actor, before: usize) -> Result<Seen, Stop> {
    let after = scene.snapshot(device)?.bytes.len();
    let value = json!({ "before": before, "after": after, "percent": after * 100 / before.max(1) });
    Ok(scene.note_seen("what is left of the device's store", Witness::Store, value))
}
