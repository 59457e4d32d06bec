//! The relay lies about rooms.

use reference_client::{Flaw, ItemState, Reason, Refusal, RoomId, Verb};
use serde_json::{Value, json};

use crate::support::{World, id};

/// What Bob and his twin see after the relay has meddled with Alice's message.
fn judge(flaw: Flaw, meddle: impl Fn(&mut World, &RoomId)) -> [Vec<String>; 2] {
    [&[][..], &[flaw]].map(|flaws| {
        let (mut world, room) = World::with_flawed(&["alice", "carol", "bob"], flaws);
        world.send("alice", &room, "one").unwrap();
        meddle(&mut world, &room);
        world.sync("bob");
        world.shown("bob", &room)
    })
}

#[test]
fn a_replayed_message_is_shown_once() {
    let replay = |world: &mut World, room: &RoomId| {
        let event = world.relay.events.last().unwrap().1.clone();
        world.relay.event(room.as_str(), event);
    };
    let [honest, twin] = judge(Flaw::NoReplayIndex, replay);
    assert_eq!(honest, ["one"]);
    assert_eq!(twin, ["one", "one"]);
}

#[test]
fn a_message_belongs_to_the_owner_of_its_session() {
    let swap = |world: &mut World, _: &RoomId| {
        world.relay.events.last_mut().unwrap().1["sender"] = json!("@carol:fake");
    };
    let [honest, twin] = judge(Flaw::MegolmSenderNotBound, swap);
    assert!(honest.is_empty());
    assert_eq!(twin, ["one"]);
}

#[test]
fn clear_text_in_an_encrypted_room_is_withheld() {
    let inject = |world: &mut World, room: &RoomId| {
        let content = json!({ "msgtype": "m.text", "body": "pay" });
        world
            .relay
            .message(room.as_str(), "@alice:fake", "m.room.message", content);
    };
    let [honest, twin] = judge(Flaw::RenderPlaintextAsNormal, inject);
    assert_eq!(honest, ["one"]);
    assert_eq!(twin, ["one", "pay"]);
}

#[test]
fn clear_text_hints_decide_nothing() {
    let hint = |world: &mut World, _: &RoomId| {
        world.relay.events.last_mut().unwrap().1["content"]["sender_key"] = json!("AAAA");
    };
    let [honest, twin] = judge(Flaw::LookupBySenderKey, hint);
    assert_eq!(honest, ["one"]);
    assert!(twin.is_empty());
}

#[test]
fn one_bad_item_does_not_hide_the_good_ones() {
    for (flaws, expected) in [(&[][..], true), (&[Flaw::SyncFailsOnBadItem], false)] {
        let (mut world, room) = World::with_flawed(&["alice", "bob"], flaws);
        world.send("alice", &room, "one").unwrap();
        let bad =
            json!({ "type": "m.room.encrypted", "sender": null, "content": { "algorithm": 7 } });
        world.relay.event(room.as_str(), bad);
        assert_eq!(world.call("bob", Verb::Sync).is_ok(), expected);
        assert_eq!(world.shown("bob", &room) == ["one"], expected);
    }
}

#[test]
fn a_message_of_one_room_is_not_shown_in_another() {
    for (flaws, expected) in [(&[][..], false), (&[Flaw::NoRoomBinding], true)] {
        let (mut world, first) = World::with_flawed(&["alice", "bob"], flaws);
        let second = world.make_room(&["alice", "bob"]);
        world.send("alice", &first, "moved").unwrap();
        world.sync("bob");
        let event = world.relay.events.last().unwrap().1.clone();
        world.relay.event(second.as_str(), event);
        world.sync("bob");
        assert_eq!(!world.shown("bob", &second).is_empty(), expected);
        world.send("alice", &second, "next").unwrap();
        world.sync("bob");
        assert_eq!(world.last("bob", &second).body.as_deref(), Some("next"));
    }
}

#[test]
fn a_foreign_addition_is_seen_before_anything_is_sent() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.enter("mallory", "mallory", &[]);
    let (room_id, user) = (room.clone(), id("mallory"));
    let invite = Verb::Invite {
        room: room_id,
        user,
    };
    world.call("bob", invite).unwrap();
    world.sync("mallory");
    world
        .call("mallory", Verb::Join { room: room.clone() })
        .unwrap();
    world.sync("alice");
    assert_eq!(
        world.last("alice", &room).reason,
        Some(Reason::MemberJoined)
    );
    assert_eq!(
        world.send("alice", &room, "x"),
        Err(Refusal::MembershipChanged)
    );
    world
        .call("alice", Verb::AcknowledgeMembers { room: room.clone() })
        .unwrap();
    world.send("alice", &room, "for all three").unwrap();
    world.sync("mallory");
    assert_eq!(world.texts("mallory", &room), ["for all three"]);
}

#[test]
fn whom_only_the_relay_adds_is_no_member() {
    for (flaws, is_taken) in [(&[][..], false), (&[Flaw::UnsignedMemberTaken], true)] {
        let (mut world, room) = World::with_flawed(&["alice", "bob"], flaws);
        world.enter("mallory", "mallory", &[]);
        for (sender, membership) in [("@alice:fake", "invite"), ("@mallory:fake", "join")] {
            let relay = &mut world.relay;
            relay.member(room.as_str(), sender, "@mallory:fake", membership);
        }
        world.sync("bob");
        let members = world.client("bob").members(&room);
        assert_eq!(members.contains(&id("mallory")), is_taken);
        let sent = world.send("bob", &room, "for two");
        assert_eq!(sent.is_ok(), !is_taken);
        world.sync("mallory");
        assert!(world.texts("mallory", &room).is_empty());
    }
}

#[test]
fn who_is_invited_by_the_user_is_no_stranger() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.enter("carol", "carol", &[]);
    world
        .call(
            "alice",
            Verb::Invite {
                room: room.clone(),
                user: id("carol"),
            },
        )
        .unwrap();
    world.sync("alice");
    world.sync("carol");
    world
        .call("carol", Verb::Join { room: room.clone() })
        .unwrap();
    world.sync("alice");
    world.send("alice", &room, "welcome").unwrap();
    world.sync("carol");
    assert_eq!(world.texts("carol", &room), ["welcome"]);
}

#[test]
fn the_relay_does_not_choose_the_readers() {
    for (flaws, expected) in [(&[][..], false), (&[Flaw::RecipientsFromRelayList], true)] {
        let (mut world, room) = World::with_flawed(&["bob", "alice"], flaws);
        world.enter("mallory", "mallory", &[]);
        world.relay.hidden_members.push("@mallory:fake".to_owned());
        world.send("alice", &room, "x").unwrap();
        let device = crate::support::device(&world, "mallory").to_string();
        assert_eq!(world.got_key("alice", &device), expected);
    }
}

#[test]
fn a_departure_ends_the_session() {
    let departures: [(Flaw, &str); 2] = [
        (Flaw::NoRotateOnLeave, "@carol:fake"),
        (Flaw::NoRotateOnKick, "@bob:fake"),
    ];
    for (flaw, by) in departures {
        for (flaws, rotates) in [(&[][..], true), (&[flaw], false)] {
            let (mut world, room) = World::with_flawed(&["bob", "carol", "alice"], flaws);
            world.send("alice", &room, "one").unwrap();
            let before = world.session("alice");
            world
                .relay
                .member(room.as_str(), by, "@carol:fake", "leave");
            world.sync("alice");
            world.send("alice", &room, "two").unwrap();
            assert_eq!(
                world.session("alice") != before,
                rotates,
                "{flaw:?} {flaws:?}"
            );
        }
    }
}

#[test]
fn the_user_who_removes_somebody_rotates_at_once() {
    let (mut world, room) = World::with_room(&["alice", "bob", "carol"]);
    world.send("alice", &room, "one").unwrap();
    let before = world.session("alice");
    world
        .call(
            "alice",
            Verb::Remove {
                room: room.clone(),
                user: id("carol"),
            },
        )
        .unwrap();
    world.send("alice", &room, "two").unwrap();
    assert_ne!(world.session("alice"), before);
    world.sync("alice");
    let shown = world.client("alice").timeline(&room);
    assert!(
        shown
            .iter()
            .any(|item| item.reason == Some(Reason::MemberRemoved))
    );
}

#[test]
fn rotation_settings_shorten_a_session_and_never_lengthen_it() {
    let huge = json!({ "algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 1_u64 << 50, "rotation_period_ms": 1_u64 << 50 });
    let small = json!({ "algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 2 });
    let cases = [
        (vec![], huge.clone(), 2),
        (vec![Flaw::RotationUncapped], huge, 1),
        (vec![], small, 51),
    ];
    for (flaws, settings, sessions) in cases {
        let (mut world, room) = World::with_flawed(&["bob", "alice"], &flaws);
        let event = json!({ "type": "m.room.encryption", "state_key": "", "sender": "@bob:fake", "content": settings });
        world.relay.event(room.as_str(), event);
        world.sync("alice");
        let mut used = std::collections::BTreeSet::new();
        for _ in 0..101 {
            world.send("alice", &room, "x").unwrap();
            used.insert(world.session("alice"));
        }
        assert_eq!(used.len(), sessions);
        let week = 7 * 24 * 3_600_000;
        world.now += week;
        world.send("alice", &room, "x").unwrap();
        assert_eq!(used.insert(world.session("alice")), sessions > 1);
    }
}

#[test]
fn encryption_is_never_switched_off() {
    for (flaws, expected) in [(&[][..], 0), (&[Flaw::EncryptionFlagFromRelay], 1)] {
        let (mut world, room) = World::with_flawed(&["bob", "alice"], flaws);
        let event = json!({ "type": "m.room.encryption", "state_key": "", "sender": "@bob:fake", "content": {} });
        world.relay.event(room.as_str(), event);
        world.sync("alice");
        world.send("alice", &room, "canary").unwrap();
        assert_eq!(world.count_sent("canary"), expected);
    }
}

#[test]
fn no_clear_copy_leaves_beside_the_ciphertext() {
    let (mut world, room) = World::with_flawed(&["bob", "alice"], &[Flaw::LeaksBodyInClear]);
    world.send("alice", &room, "canary").unwrap();
    assert_eq!(world.count_sent("canary"), 1);
}

#[test]
fn a_late_key_opens_what_waited_for_it() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let place = (
        "@bob:fake".to_owned(),
        crate::support::device(&world, "bob").to_string(),
    );
    world.send("alice", &room, "late").unwrap();
    let held = world.relay.inbox.remove(&place).unwrap();
    world.sync("bob");
    assert_eq!(world.last("bob", &room).state, ItemState::Undecryptable);
    world.restart("bob");
    world.relay.inbox.insert(place, held);
    world.sync("bob");
    assert_eq!(world.texts("bob", &room), ["late"]);
}

#[test]
fn junk_of_every_kind_changes_nothing() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let place = (
        "@bob:fake".to_owned(),
        crate::support::device(&world, "bob").to_string(),
    );
    for junk in [
        json!(null),
        json!(7),
        json!("x"),
        json!([]),
        json!({}),
        json!({ "ciphertext": 1, "session_id": [] }),
    ] {
        for kind in [
            "m.room.encrypted",
            "m.room.message",
            "m.room.member",
            "m.room_key",
            "m.room_key_request",
            "m.key.verification.request",
        ] {
            world
                .relay
                .message(room.as_str(), "@alice:fake", kind, junk.clone());
            let state: Value =
                json!({ "type": kind, "sender": "@alice:fake", "state_key": "", "content": junk });
            world.relay.event(room.as_str(), state);
            let event = json!({ "type": kind, "sender": "@alice:fake", "content": junk });
            world
                .relay
                .inbox
                .entry(place.clone())
                .or_default()
                .push(event);
        }
    }
    world.sync("bob");
    world.send("alice", &room, "still here").unwrap();
    world.sync("bob");
    assert_eq!(world.texts("bob", &room), ["still here"]);
}
