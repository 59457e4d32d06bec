//! Group D: the past of a conversation for whom comes later.

use harness_driver::{Act, HistoryAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Map, Value, json};

use super::directory::{announce_change, answer_claims};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Class,
    evil::{ForgedDevice, ForgedIdentity},
    scene::{Actor, Room, Scene, Seen, Sent},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "history-share-ghost-device",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-09", "KEY-04"],
        attacks: &["ATK-MEGOLM-06"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "The past of a conversation goes to no device that only the relay added to the newcomer's list.",
        precondition: "Alice has written before she invites Bob; the relay lists a self-made device of his and has a one-time key for it.",
        expected: "No key leaves for the device. Bob's real one reads the past, also after a restart before he joins and one after it, with the name of whoever shared it.",
        needs: &[Need::Verb("history.share"), Need::Verb("actor.restart")],
        twins: &[Seeded::client(
            "history-share-all-devices",
            "history-sent-to-ghost",
        )],
        run: ghost_device,
    },
    Check {
        id: "history-share-identity-changed",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-03", "E2E-09"],
        attacks: &["ATK-MEGOLM-06"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "The past of a conversation goes to no identity that took the place of the one that was invited.",
        precondition: "Alice has invited Bob; then the relay serves an identity and a device of its own for him, and later her user accepts the change.",
        expected: "Nothing leaves for the new device, neither before nor after the change was accepted, for accepting is no verification. When the real Bob is back and verified, he reads the past.",
        needs: &[
            Need::Verb("history.share"),
            Need::Verb("identity.show"),
            Need::Verb("verify.request"),
        ],
        twins: &[
            Seeded::client("no-tofu-pin", "history-sent-to-new-identity"),
            Seeded::client(
                "history-to-replaced-identity",
                "history-sent-to-new-identity",
            ),
        ],
        run: identity_changed,
    },
];

fn share(room: &Room, user: &str) -> Act {
    Act::History(HistoryAct::Share {
        conv: room.id.clone(),
        user: user.to_owned(),
    })
}

/// Alice has written in a room of her own and invites Bob then.
fn latecomer(scene: &mut Scene) -> Result<(Actor, Actor, Room, Sent), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    let room = scene.room(&[&alice])?;
    let before = scene.send(&alice, &room, "before anybody came")?;
    scene.invite(&alice, &room, &bob.user)?;
    scene.sync_all(&[&alice, &bob])?;
    Ok((alice, bob, room, before))
}

/// Bob joins, and both have seen it.
fn arrives(scene: &mut Scene, alice: &Actor, bob: &Actor, room: &Room) -> Result<(), Stop> {
    scene.join(bob, room)?;
    scene.sync_all(&[bob, alice])?;
    scene.acknowledge(bob, room)
}

fn ghost_device(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room, before) = latecomer(scene)?;
    let mut ghost = ForgedDevice::new(&bob.user, "GHOST");
    let inject = Action::InjectDevice {
        user: bob.user.clone(),
        device: "GHOST".to_owned(),
        keys: ghost.device_keys(),
    };
    let query = Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("ghost", &alice.name, query, inject));
    let key = Value::Object(ghost.one_time_keys(1));
    answer_claims(scene, &alice, &bob.user, "GHOST", key);
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.must_fire("ghost");
    let mark = scene.mark();
    let shared = scene.try_act(&alice, share(&room, &bob.user))?;
    scene.expect(Role::Control, "history-not-shared", &[&shared], done(true));
    let recipients = scene.recipients(&alice, mark);
    let code = "history-sent-to-ghost";
    got_none(scene, code, &recipients, &format!("{}|GHOST", bob.user));
    let real = Claim::Contains {
        pointer: "/devices".to_owned(),
        value: json!(format!("{}|{}", bob.user, bob.device)),
    };
    scene.expect(Role::Twin, "real-device-got-none", &[&recipients], real);
    // The keys are there before he has joined.
    scene.sync(&bob)?;
    scene.restart(&bob)?;
    arrives(scene, &alice, &bob, &room)?;
    scene.restart(&bob)?;
    let seen = scene.item(&bob, &room, &before.message)?;
    is(
        scene,
        (Role::Twin, "past-not-readable"),
        &seen,
        ("/body", json!(before.body)),
    );
    let by = ("/facts/shared_by", json!(alice.user));
    is(scene, (Role::Twin, "sharer-forgotten"), &seen, by);
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn identity_changed(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room, before) = latecomer(scene)?;
    arrives(scene, &alice, &bob, &room)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
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
    answer_claims(scene, &alice, &bob.user, "NEWPHONE", key);
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.must_fire("replace");
    let mark = scene.mark();
    scene.try_act(&alice, share(&room, &bob.user))?;
    scene.accept_identity(&alice, &bob.user)?;
    scene.sync(&alice)?;
    scene.try_act(&alice, share(&room, &bob.user))?;
    let recipients = scene.recipients(&alice, mark);
    let new = format!("{}|NEWPHONE", bob.user);
    got_none(scene, "history-sent-to-new-identity", &recipients, &new);

    scene.adversary().lift("replace");
    scene.adversary().lift("claim");
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.accept_identity(&alice, &bob.user)?;
    scene.sync(&alice)?;
    scene.verify(&alice, &bob)?;
    let shared = scene.try_act(&alice, share(&room, &bob.user))?;
    scene.expect(Role::Twin, "real-identity-refused", &[&shared], done(true));
    scene.sync_all(&[&bob])?;
    let seen = scene.item(&bob, &room, &before.message)?;
    is(
        scene,
        (Role::Twin, "past-not-readable"),
        &seen,
        ("/body", json!(before.body)),
    );
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn got_none(scene: &mut Scene, code: &str, recipients: &Seen, device: &str) {
    let lacks = Claim::Lacks {
        pointer: "/devices".to_owned(),
        value: json!(device),
    };
    scene.expect(Role::Attack, code, &[recipients], lacks);
}

pub(super) fn is(
    scene: &mut Scene,
    (role, code): (Role, &str),
    seen: &Seen,
    (pointer, value): (&str, Value),
) {
    let pointer = pointer.to_owned();
    scene.expect(role, code, &[seen], Claim::Is { pointer, value });
}

fn done(is: bool) -> Claim {
    Claim::Is {
        pointer: "/done".to_owned(),
        value: json!(is),
    }
}
