//! Group A: the relay replaces a user's identity.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Map, Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::{
        directory::{announce_change, answer_claims},
        megolm::pair,
    },
    dialect::Class,
    evil::{ForgedDevice, ForgedIdentity},
    scene::{Actor, Room, Scene},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "directory-verified-replaced",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-03"],
        attacks: &["ATK-DIR-02"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A verified identity that the relay replaces stops the conversation until the user accepts.",
        precondition: "Alice has verified Bob and talked with him.",
        expected: "Nothing is sent to the new identity, neither at once nor after a restart, and Bob is not shown as verified.",
        needs: &[
            Need::Verb("verify.request"),
            Need::Verb("identity.show"),
            Need::Verb("actor.restart"),
        ],
        twins: &[Seeded::client(
            "no-verification-violation",
            "key-sent-to-new-identity",
        )],
        run: verified_replaced,
    },
    Check {
        id: "directory-pin-replaced",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-03"],
        attacks: &["ATK-DIR-03"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "An identity pinned on first use that the relay replaces is surfaced before the next plaintext leaves.",
        precondition: "Alice has talked with Bob, without verification.",
        expected: "Nothing is sent to the new identity, neither at once nor after a restart.",
        needs: &[Need::Verb("identity.show"), Need::Verb("actor.restart")],
        twins: &[Seeded::client("no-tofu-pin", "key-sent-to-new-identity")],
        run: pin_replaced,
    },
    Check {
        id: "directory-flip-and-return",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-03", "E2E-09"],
        attacks: &["ATK-DIR-03"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A device that a refused identity signed counts for nothing after the relay serves the pinned identity again.",
        precondition: "Alice has talked with Bob; the relay serves another identity with a device of its own once, then the real one with that device still listed, its keys now malformed.",
        expected: "Alice talks with Bob's real device as before, and no key leaves for the relay's.",
        needs: &[],
        twins: &[Seeded::client(
            "refused-identity-signs",
            "key-sent-to-flipped-device",
        )],
        run: flip_and_return,
    },
];

fn verified_replaced(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.verify(&alice, &bob)?;
    let before = scene.identity(&alice, &bob.user)?;
    let verified = Claim::Is {
        pointer: "/state".to_owned(),
        value: json!("verified"),
    };
    scene.expect(Role::Control, "control-not-verified", &[&before], verified);
    replaced(scene, &alice, &bob, &room)
}

fn pin_replaced(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    replaced(scene, &alice, &bob, &room)
}

/// Talks, then has the relay announce another Bob.
fn replaced(scene: &mut Scene, alice: &Actor, bob: &Actor, room: &Room) -> Result<(), Stop> {
    scene.must_get_through(Role::Control, "control-lost", alice, bob, room)?;
    announce_another(scene, alice, bob);
    scene.sync(alice)?;
    let mark = scene.mark();
    scene.try_send(alice, room, "to whom")?;
    scene.restart(alice)?;
    scene.try_send(alice, room, "to whom, after a restart")?;
    scene.must_fire("replace");
    let recipients = scene.recipients(alice, mark);
    let new = json!(format!("{}|NEWPHONE", bob.user));
    scene.expect(
        Role::Attack,
        "key-sent-to-new-identity",
        &[&recipients],
        Claim::Lacks {
            pointer: "/devices".to_owned(),
            value: new,
        },
    );
    let after = scene.identity(alice, &bob.user)?;
    let claim = Claim::IsNot {
        pointer: "/state".to_owned(),
        values: vec![json!("verified"), json!("pinned")],
    };
    scene.expect(Role::Attack, "replacement-hidden", &[&after], claim);

    scene.adversary().lift("replace");
    scene.adversary().lift("claim");
    announce_change(scene, alice, &bob.user);
    scene.sync(alice)?;
    scene.must_get_through(Role::State, "real-identity-lost", alice, bob, room)?;
    Ok(())
}

/// Has the relay serve a fresh, self-consistent identity with a device of its own for Bob.
pub(super) fn announce_another(scene: &mut Scene, alice: &Actor, bob: &Actor) {
    let identity = ForgedIdentity::new(&bob.user);
    let mut device = ForgedDevice::new(&bob.user, "NEWPHONE");
    let mut keys = device.device_keys();
    identity.sign_device(&mut keys);
    let substitute = Action::SubstituteKeys {
        user: bob.user.clone(),
        devices: Some(Map::from_iter([("NEWPHONE".to_owned(), keys)])),
        identity: identity.served(),
    };
    let query = Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("replace", &alice.name, query, substitute));
    let key = Value::Object(device.one_time_keys(1));
    answer_claims(scene, alice, &bob.user, "NEWPHONE", key);
    announce_change(scene, alice, &bob.user);
}

fn flip_and_return(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let identity = ForgedIdentity::new(&bob.user);
    let mut ghost = ForgedDevice::new(&bob.user, "FLIPPED");
    let mut keys = ghost.device_keys();
    identity.sign_device(&mut keys);
    let devices = Map::from_iter([("FLIPPED".to_owned(), keys)]);
    let flip = Action::SubstituteKeys {
        user: bob.user.clone(),
        devices: Some(devices),
        identity: identity.served(),
    };
    let query = || Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("flip", &alice.name, query(), flip));
    let key = Value::Object(ghost.one_time_keys(1));
    answer_claims(scene, &alice, &bob.user, "FLIPPED", key);
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.must_fire("flip");
    scene.adversary().lift("flip");

    let back = Action::InjectDevice {
        user: bob.user.clone(),
        device: "FLIPPED".to_owned(),
        keys: json!({}),
    };
    scene.attack(Rule::new("return", &alice.name, query(), back));
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.must_fire("return");
    let fresh = scene.room(&[&alice, &bob])?;
    let mark = scene.mark();
    scene.must_get_through(Role::State, "real-device-lost", &alice, &bob, &fresh)?;
    let recipients = scene.recipients(&alice, mark);
    let flipped = Claim::Lacks {
        pointer: "/devices".to_owned(),
        value: json!(format!("{}|FLIPPED", bob.user)),
    };
    scene.expect(
        Role::Attack,
        "key-sent-to-flipped-device",
        &[&recipients],
        flipped,
    );
    let real = Claim::Contains {
        pointer: "/devices".to_owned(),
        value: json!(format!("{}|{}", bob.user, bob.device)),
    };
    scene.expect(Role::Twin, "real-device-got-no-key", &[&recipients], real);
    Ok(())
}
