//! Group D: what an invitation hands out, and to which devices.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    checks::client::{
        directory::{announce_change, answer_claims},
        identity::announce_another,
        megolm::pair,
    },
    dialect::Class,
    evil::ForgedDevice,
    scene::{Actor, Scene},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "invitee-ghost-device",
    version: 1,
    subject: Subject::Client,
    requirements: &["E2E-09", "KEY-04"],
    attacks: &["ATK-MEGOLM-06"],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "Whatever keys of a room an invitation hands out, they go to devices that the invited person has signed, and to nobody after the identity changed.",
    precondition: "Alice and Bob have talked; Alice invites Carol, for whom the relay lists one more device; later it announces another identity of Carol's.",
    expected: "Carol's own device gets the key of what follows, the relay's device none; with the identity replaced no key leaves for Carol at all.",
    needs: &[],
    twins: &[Seeded::client(
        "invitee-ghost-keyed",
        "key-sent-to-invitees-ghost",
    )],
    run: invitee,
}];

fn invitee(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let carol = scene.client("carol")?;
    let mut ghost = ForgedDevice::new(&carol.user, "GHOST");
    let inject = Action::InjectDevice {
        user: carol.user.clone(),
        device: "GHOST".to_owned(),
        keys: ghost.device_keys(),
    };
    let query = Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("ghost", &alice.name, query, inject));
    let key = Value::Object(ghost.one_time_keys(1));
    answer_claims(scene, &alice, &carol.user, "GHOST", key);
    let mark = scene.mark();
    scene.invite(&alice, &room, &carol.user)?;
    scene.sync_all(&[&alice, &bob])?;
    scene.acknowledge(&bob, &room)?;
    scene.must_get_through(Role::Twin, "old-member-lost", &alice, &bob, &room)?;
    scene.must_fire("ghost");
    let told = scene.recipients(&alice, mark);
    let (pointer, value) = ("/devices".to_owned(), place(&carol, &carol.device));
    let real = Claim::Contains { pointer, value };
    scene.expect(Role::Twin, "invitee-got-no-key", &[&told], real);
    scene.expect(
        Role::Attack,
        "key-sent-to-invitees-ghost",
        &[&told],
        lacks(&carol, "GHOST"),
    );

    for rule in ["ghost", "claim"] {
        scene.adversary().lift(rule);
    }
    announce_another(scene, &alice, &carol);
    scene.sync(&alice)?;
    let mark = scene.mark();
    scene.try_send(&alice, &room, "to whom")?;
    scene.must_fire("replace");
    let told = scene.recipients(&alice, mark);
    scene.expect(
        Role::Attack,
        "key-sent-to-replaced-invitee",
        &[&told],
        lacks(&carol, "NEWPHONE"),
    );
    for rule in ["replace", "claim", "announce"] {
        scene.adversary().lift(rule);
    }
    announce_change(scene, &alice, &carol.user);
    scene.sync(&alice)?;
    scene
        .must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)
        .map(drop)
}

fn place(actor: &Actor, device: &str) -> Value {
    json!(format!("{}|{device}", actor.user))
}

fn lacks(actor: &Actor, device: &str) -> Claim {
    Claim::Lacks {
        pointer: "/devices".to_owned(),
        value: place(actor, device),
    }
}
