//! Interactive verification, from the request to the signatures.

use crate::support::{World, device, id};
use reference_client::{
    DeviceTrust, FlowId, IdentityState, Outcome, Reason, Refusal, Trust, Verb, VerifyStep,
    verification::Stage,
};

#[cfg(test)]
pub(crate) mod steps {
    use super::*;

    /// Runs a verification between two actors to the comparison.
    pub(crate) fn compare(world: &mut World, one: &str, other: &str) -> FlowId {
        let user = world.client(other).device().unwrap().0.clone();
        let verb = Verb::RequestVerification {
            user,
            device: device(world, other),
        };
        let Outcome::Flow(flow) = world.call(one, verb).unwrap() else {
            panic!("no flow")
        };
        world.sync(other);
        step(world, other, &flow, VerifyStep::Accept).unwrap();
        world.sync(one);
        step(world, one, &flow, VerifyStep::Start).unwrap();
        for _ in 0..2 {
            world.sync(other);
            world.sync(one);
        }
        flow
    }

    pub(crate) fn verify(world: &mut World, one: &str, other: &str) {
        let flow = compare(world, one, other);
        let shown =
            |world: &World, actor: &str| world.client(actor).flows().pop().unwrap().short_auth;
        assert!(shown(world, one).is_some());
        assert_eq!(shown(world, one), shown(world, other));
        for actor in [one, other] {
            step(world, actor, &flow, VerifyStep::Confirm).unwrap();
        }
        for actor in [one, other, one, other] {
            world.sync(actor);
        }
        for actor in [one, other] {
            assert_eq!(
                world.client(actor).flows().pop().unwrap().stage,
                Stage::Verified
            );
        }
    }

    pub(crate) fn step(
        world: &mut World,
        actor: &str,
        flow: &FlowId,
        step: VerifyStep,
    ) -> Result<Outcome, Refusal> {
        world.call(
            actor,
            Verb::Verify {
                flow: flow.clone(),
                step,
            },
        )
    }
}

use steps::{compare, step, verify};

#[test]
fn two_users_who_compare_trust_each_other_for_ever() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    verify(&mut world, "alice", "bob");
    world.restart("alice");
    assert_eq!(
        world.client("alice").identity(&id("bob")).state,
        IdentityState::Verified
    );
    assert_eq!(
        world.client("bob").identity(&id("alice")).state,
        IdentityState::Verified
    );
    world.send("bob", &room, "it is me").unwrap();
    world.sync("alice");
    assert_eq!(world.last("alice", &room).trust, Trust::Verified);
}

#[test]
fn strangers_can_compare_without_a_room() {
    let mut world = World::new();
    world.enter("alice", "alice", &[]);
    world.enter("bob", "bob", &[]);
    verify(&mut world, "alice", "bob");
    assert_eq!(
        world.client("alice").identity(&id("bob")).state,
        IdentityState::Verified
    );
}

#[test]
fn a_second_device_counts_only_after_the_comparison() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.enter("bob2", "bob", &[]);
    for actor in ["alice", "bob", "bob2"] {
        world.sync(actor);
    }
    let second = device(&world, "bob2");
    let trust = |world: &World| {
        let devices = world.client("alice").devices(&id("bob"));
        devices
            .into_iter()
            .find(|known| known.device == second)
            .unwrap()
            .trust
    };
    assert_eq!(trust(&world), DeviceTrust::Unsigned);
    world.send("alice", &room, "not for the second").unwrap();
    world.sync("bob2");
    assert!(world.texts("bob2", &room).is_empty());

    verify(&mut world, "bob", "bob2");
    world.sync("alice");
    assert_eq!(trust(&world), DeviceTrust::Signed);
    world.send("alice", &room, "for both").unwrap();
    world.sync("bob2");
    assert_eq!(world.last("bob2", &room).body.as_deref(), Some("for both"));
    assert_eq!(world.last("bob2", &room).reason, None);
}

#[test]
fn a_verified_device_gets_the_keys_it_asks_for_and_shows_their_origin() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.send("alice", &room, "before").unwrap();
    world.sync("bob");
    world.enter("bob2", "bob", &[]);
    for actor in ["bob", "bob2", "bob", "bob2"] {
        world.sync(actor);
    }
    assert!(world.texts("bob2", &room).is_empty());
    verify(&mut world, "bob", "bob2");
    world.relay.message(
        room.as_str(),
        "@alice:fake",
        "m.reaction",
        serde_json::json!({}),
    );
    for actor in ["bob2", "bob", "bob2", "bob", "bob2"] {
        world.sync(actor);
    }
    let shown = world.client("bob2").timeline(&room);
    let before = shown
        .iter()
        .find(|item| item.body.as_deref() == Some("before"))
        .unwrap();
    assert_eq!(
        (before.trust, before.reason),
        (Trust::Warn, Some(Reason::KeyImported))
    );
}

#[test]
fn who_says_that_the_strings_differ_trusts_nobody() {
    let (mut world, _) = World::with_room(&["alice", "bob"]);
    let flow = compare(&mut world, "alice", "bob");
    step(&mut world, "alice", &flow, VerifyStep::Mismatch).unwrap();
    world.sync("bob");
    for (actor, other) in [("alice", "bob"), ("bob", "alice")] {
        assert!(matches!(
            world.client(actor).flows().pop().unwrap().stage,
            Stage::Cancelled(_)
        ));
        assert_eq!(
            world.client(actor).identity(&id(other)).state,
            IdentityState::Pinned
        );
    }
    assert!(step(&mut world, "bob", &flow, VerifyStep::Confirm).is_err());
}

#[test]
fn a_revoked_device_gets_nothing_more() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.enter("bob2", "bob", &[]);
    for actor in ["bob", "bob2"] {
        world.sync(actor);
    }
    verify(&mut world, "bob", "bob2");
    world.sync("alice");
    world.send("alice", &room, "for both").unwrap();
    let revoked = device(&world, "bob2");
    let password = reference_client::Secret::new("pw");
    world
        .call(
            "bob",
            Verb::RevokeDevice {
                device: revoked,
                password,
            },
        )
        .unwrap();
    world.sync("alice");
    let session = |world: &World| {
        let sent = world
            .sent
            .iter()
            .rfind(|(_, path, _)| path.contains("/send/m.room.encrypted"))
            .unwrap();
        sent.2["session_id"].as_str().unwrap().to_owned()
    };
    let before = session(&world);
    world.send("alice", &room, "for the first").unwrap();
    assert_ne!(before, session(&world));
}

#[test]
fn logout_leaves_nothing_in_the_store() {
    let (mut world, _) = World::with_room(&["alice", "bob"]);
    world.call("alice", Verb::Logout).unwrap();
    assert!(world.actors["alice"].1.snapshot().is_empty());
    assert_eq!(world.call("alice", Verb::Sync), Err(Refusal::NotLoggedIn));
}
