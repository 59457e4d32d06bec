//! The relay lies about keys.

use reference_client::{Flaw, IdentityState, Outcome, Refusal, Verb};

use crate::support::{World, device, forge, id};

const BOB: &str = "@bob:fake";

#[test]
fn a_device_that_its_owner_has_not_signed_gets_no_key() {
    for (flaws, expected) in [(&[][..], false), (&[Flaw::AcceptUnsignedDevice], true)] {
        let (mut world, room) = World::with_flawed(&["bob", "alice"], flaws);
        let keys = forge::ghost(&mut world, BOB, "GHOST");
        world
            .relay
            .device_keys
            .get_mut(BOB)
            .unwrap()
            .insert("GHOST".to_owned(), keys);
        world.relay.changed(BOB);
        world.sync("alice");
        world.send("alice", &room, "hello").unwrap();
        assert_eq!(world.got_key("alice", "GHOST"), expected);
        world.sync("bob");
        assert_eq!(world.texts("bob", &room), ["hello"]);
    }
}

#[test]
fn keys_that_the_relay_refuses_are_offered_again_at_the_next_look_only() {
    let (mut world, room) = World::with_room(&["bob", "alice"]);
    world.relay.is_full = true;
    world.relay.one_time.clear();
    let uploads = |world: &World| {
        let sent = world.sent.iter();
        sent.filter(|(by, path, _)| by == "alice" && path.ends_with("/keys/upload"))
            .count()
    };
    let before = uploads(&world);
    world.sync("alice");
    assert_eq!(uploads(&world), before + 1);
    world.send("alice", &room, "hello").unwrap();
    assert_eq!(uploads(&world), before + 1);
    world.relay.is_full = false;
    world.sync("alice");
    assert_eq!(uploads(&world), before + 2);
    world.sync("alice");
    assert_eq!(uploads(&world), before + 2);
}

#[test]
fn a_stripped_signature_is_no_signature() {
    for (flaws, expected) in [(&[][..], false), (&[Flaw::MissingSignatureMeansOk], true)] {
        let (mut world, room) = World::with_flawed(&["bob", "alice"], flaws);
        let keys = forge::ghost(&mut world, BOB, "GHOST");
        world
            .relay
            .device_keys
            .get_mut(BOB)
            .unwrap()
            .insert("GHOST".to_owned(), keys);
        world.relay.changed(BOB);
        world.sync("alice");
        world.send("alice", &room, "hello").unwrap();
        assert_eq!(world.got_key("alice", "GHOST"), expected);
    }
}

#[test]
fn a_replaced_identity_blocks_sending_until_it_is_accepted() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.send("alice", &room, "before").unwrap();
    forge::replace_identity(&mut world, BOB);
    world.sync("alice");
    let refused = Err(Refusal::IdentityChanged(id("bob")));
    assert_eq!(world.send("alice", &room, "to whom"), refused);
    world.restart("alice");
    assert_eq!(world.send("alice", &room, "to whom"), refused);
    assert_eq!(
        world.client("alice").identity(&id("bob")).state,
        IdentityState::Changed
    );
    assert!(!world.got_key("alice", "NEWPHONE"));
    world
        .call("alice", Verb::AcceptIdentity { user: id("bob") })
        .unwrap();
    world.send("alice", &room, "to the new one").unwrap();
    assert!(world.got_key("alice", "NEWPHONE"));
}

#[test]
fn a_client_without_a_pin_takes_the_replaced_identity() {
    let (mut world, room) = World::with_flawed(&["bob", "alice"], &[Flaw::NoTofuPin]);
    forge::replace_identity(&mut world, BOB);
    world.sync("alice");
    world.send("alice", &room, "to whom").unwrap();
    assert!(world.got_key("alice", "NEWPHONE"));
}

#[test]
fn a_replaced_verified_identity_is_a_violation() {
    for flaws in [&[][..], &[Flaw::NoVerificationViolation]] {
        let (mut world, room) = World::with_flawed(&["bob", "alice"], flaws);
        crate::verification::steps::verify(&mut world, "alice", "bob");
        forge::replace_identity(&mut world, BOB);
        world.sync("alice");
        let sent = world.send("alice", &room, "to whom");
        let state = world.client("alice").identity(&id("bob")).state;
        if flaws.is_empty() {
            assert_eq!(sent, Err(Refusal::VerificationViolation(id("bob"))));
            assert_eq!(state, IdentityState::Violation);
        } else {
            assert!(sent.is_ok());
            assert_eq!(state, IdentityState::Pinned);
        }
    }
}

#[test]
fn an_identity_that_disappears_has_changed() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.relay.identities.remove(BOB);
    world.relay.changed(BOB);
    world.sync("alice");
    assert_eq!(
        world.send("alice", &room, "x"),
        Err(Refusal::IdentityChanged(id("bob")))
    );
}

#[test]
fn a_key_of_another_usage_breaks_the_chain() {
    for (flaws, expected) in [(&[][..], false), (&[Flaw::XsignUsageNotChecked], true)] {
        let mut world = World::new();
        world.enter("bob", "bob", &[]);
        world.enter("alice", "alice", flaws);
        let identity = world.relay.identities.get_mut(BOB).unwrap();
        // The master key vouches for a self-signing key that says it is for users.
        let (own, user) = (
            identity["self_signing_key"].clone(),
            identity["user_signing_key"].clone(),
        );
        identity["self_signing_key"] = user;
        identity["user_signing_key"] = own;
        let room = world.make_room(&["alice", "bob"]);
        world.send("alice", &room, "x").unwrap();
        assert_eq!(
            world.client("alice").identity(&id("bob")).key.is_some(),
            expected
        );
    }
}

#[test]
fn device_keys_count_only_in_their_own_slot() {
    for (flaws, expected) in [(&[][..], false), (&[Flaw::DeviceKeysSlotNotChecked], true)] {
        let (mut world, _) = World::with_flawed(&["bob", "alice"], flaws);
        let devices = world.relay.device_keys.get_mut(BOB).unwrap();
        let copy = devices.values().next().unwrap().clone();
        devices.insert("OTHERSLOT".to_owned(), copy);
        world.relay.changed(BOB);
        world.sync("alice");
        let listed = world.client("alice").devices(&id("bob"));
        assert_eq!(
            listed
                .iter()
                .any(|known| known.device.as_str() == "OTHERSLOT"),
            expected
        );
        assert!(
            listed
                .iter()
                .any(|known| known.device == device(&world, "bob"))
        );
    }
}

#[test]
fn the_keys_of_a_device_never_change() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let real = world.client("alice").devices(&id("bob"));
    let name = device(&world, "bob").to_string();
    let forged = forge::ghost(&mut world, BOB, &name);
    world
        .relay
        .device_keys
        .get_mut(BOB)
        .unwrap()
        .insert(name, forged);
    world.relay.changed(BOB);
    world.sync("alice");
    assert_eq!(world.client("alice").devices(&id("bob")), real);
    assert!(world.send("alice", &room, "x").is_ok());
}

#[test]
fn the_first_device_makes_the_identity_and_signs_itself() {
    let (mut world, _) = World::with_room(&["alice", "bob"]);
    let own = world.client("alice").identity(&id("alice"));
    assert_eq!(own.state, IdentityState::Verified);
    let outcome = world.call(
        "alice",
        Verb::CreateRoom {
            encrypted: true,
            invite: vec![],
        },
    );
    assert!(matches!(outcome, Ok(Outcome::Room(_))));
    world.enter("alice2", "alice", &[]);
    assert_eq!(world.client("alice2").identity(&id("alice")).key, own.key);
}
