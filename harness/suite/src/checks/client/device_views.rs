//! Device lists that a relay shows to some and not to others, or not any longer.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{
    devices::{approve, list_of, pointer, serve_list, status},
    directory::announce_change,
};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Class,
    scene::Scene,
};

const NEEDS: &[Need] = &[
    Need::Verb("devices.approve"),
    Need::Verb("devices.status"),
    Need::Verb("device.list"),
    Need::Verb("device.revoke"),
];

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "device-list-rolled-back",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-04", "KEY-10", "GRP-02"],
        attacks: &["ATK-DIR-07"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "The list from before a revocation, served again with all its valid signatures, brings no device back.",
        precondition: "Bob has revoked his second device and Alice knows; then the relay serves the old list and the old keys.",
        expected: "No key leaves for the revoked device; with the true list Alice and Bob talk on.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "list-rollback-accepted",
            "key-sent-to-removed-device",
        )],
        run: rolled_back,
    },
    Check {
        id: "device-list-split-view",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-10"],
        attacks: &["ATK-DIR-06"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A device list that the relay shows to one member and withholds from another is found out when they talk.",
        precondition: "Alice, Bob and Carol share a room; Bob lists another device, and the relay shows that to Carol only.",
        expected: "Carol's next message lets Alice's user see it, Bob's lets Alice stop; with the true list they talk on.",
        needs: NEEDS,
        twins: &[Seeded::client("heads-ignored", "split-view-not-told")],
        run: split_view,
    },
    Check {
        id: "device-hidden",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-10"],
        attacks: &["ATK-DIR-07"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A listed device whose keys the relay hides is missed, and the user is told.",
        precondition: "Alice shares a room with Bob, who has two listed devices; the relay hides the second from Alice.",
        expected: "Alice's user sees that a device is hidden; when it is shown again it reads.",
        needs: NEEDS,
        twins: &[Seeded::client("hidden-device-not-told", "hiding-not-told")],
        run: hidden,
    },
];

fn rolled_back(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    let second = approve(scene, &bob, "bob-second")?;
    let room = scene.room(&[&alice, &bob])?;
    scene.sync(&second)?;
    let witness = scene.session("witness")?;
    let old = list_of(scene, &witness, &bob.user)?;
    let keys = super::devices::keys_of(scene, &witness, &bob.user, &second.device)?;
    let sent = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    scene.sync(&second)?;
    scene.must_show_once(Role::Control, "second-device-lost", &second, &room, &sent)?;
    scene.revoke(&bob, &second.device)?;
    scene.sync_all(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "revocation-lost", &alice, &bob, &room)?;

    serve_list(scene, "old-list", &alice.name, &bob.user, old);
    let inject = Action::InjectDevice {
        user: bob.user.clone(),
        device: second.device.clone(),
        keys,
    };
    let point = Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("old-keys", &alice.name, point, inject));
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    let mark = scene.mark();
    scene.try_send(&alice, &room, "after the rollback")?;
    scene.must_fire("old-list");
    scene.must_fire("old-keys");
    let sent_to = scene.recipients(&alice, mark);
    let claim = Claim::Lacks {
        pointer: "/devices".to_owned(),
        value: json!(format!("{}|{}", second.user, second.device)),
    };
    scene.expect(
        Role::Attack,
        "key-sent-to-removed-device",
        &[&sent_to],
        claim,
    );

    scene.adversary().lift_all();
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.must_get_through(Role::Twin, "true-list-refused", &alice, &bob, &room)?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn split_view(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, carol) = (
        scene.client("alice")?,
        scene.client("bob")?,
        scene.client("carol")?,
    );
    let room = scene.room(&[&alice, &bob, &carol])?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let user = bob.user.clone();
    let withhold = Action::rewrite("withhold_statements", move |answer| {
        let list = answer
            .get_mut("lists")
            .and_then(|lists| lists.get_mut(&user));
        list.and_then(Value::as_array_mut).is_some_and(|list| {
            let longer = list.len() > 1;
            list.truncate(1);
            longer
        })
    });
    let point = Point::Response(Class::DeviceList);
    scene.attack(Rule::new("withhold", &alice.name, point, withhold));
    approve(scene, &bob, "bob-second")?;
    scene.sync_all(&[&bob, &carol, &alice])?;
    scene.must_get_through(Role::Control, "carol-lost", &carol, &bob, &room)?;
    scene.sync(&alice)?;
    scene.must_fire("withhold");
    let view = scene.observe(&alice, &room)?;
    let told = Claim::Marked {
        hint: "device_list_disputed".to_owned(),
    };
    scene.expect(Role::Attack, "split-view-not-told", &[&view], told);
    let seen = status(scene, &alice)?;
    let by_carol = Claim::Contains {
        pointer: pointer(&bob.user, "disputed_by"),
        value: json!(carol.user),
    };
    scene.expect(Role::Attack, "split-view-not-told", &[&seen], by_carol);
    scene.send(&bob, &room, "from Bob himself")?;
    scene.sync(&alice)?;
    let attempt = scene.try_send(&alice, &room, "to a list that Bob contradicts")?;
    scene.must_be_refused(Role::Attack, "sent-under-contradicted-list", &attempt);

    scene.adversary().lift_all();
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.must_get_through(Role::Twin, "true-list-refused", &alice, &bob, &room)?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn hidden(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    let second = approve(scene, &bob, "bob-second")?;
    let room = scene.room(&[&alice, &bob])?;
    scene.sync(&second)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let hide = Action::HideDevice {
        user: bob.user.clone(),
        device: second.device.clone(),
    };
    let point = Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("hide", &alice.name, point, hide));
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene.must_fire("hide");
    let view = scene.observe(&alice, &room)?;
    let told = Claim::Marked {
        hint: "device_hidden".to_owned(),
    };
    scene.expect(Role::Attack, "hiding-not-told", &[&view], told);
    let seen = status(scene, &alice)?;
    let named = Claim::Contains {
        pointer: pointer(&bob.user, "hidden"),
        value: json!(second.device),
    };
    scene.expect(Role::Attack, "hiding-not-told", &[&seen], named);

    scene.adversary().lift_all();
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    let sent = scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    scene.sync(&second)?;
    scene.must_show_once(Role::Twin, "shown-device-lost", &second, &room, &sent)?;
    Ok(())
}
