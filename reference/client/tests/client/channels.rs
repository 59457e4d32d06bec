//! The relay meddles with the channels between devices.

use std::collections::{BTreeMap, BTreeSet};

use reference_client::{
    CallId, Client, Flaw, Input, Output, Records, Refusal, RequestId, Secret, Store, StoreError,
    Verb,
};
use serde_json::{Value, json};
use vodozemac::megolm::MegolmMessage;

use crate::support::{World, device};

fn place(world: &World, actor: &str) -> (String, String) {
    let (user, device) = world.client(actor).device().unwrap();
    (user.to_string(), device.to_string())
}

/// Alice's first Olm message to Bob, while his one-time keys are used up.
fn first_message(world: &mut World, room: &reference_client::RoomId) -> Value {
    let bob = place(world, "bob");
    world.relay.one_time.insert(bob.clone(), Default::default());
    world.send("alice", room, "one").unwrap();
    world.relay.inbox[&bob][0].clone()
}

#[test]
fn a_first_message_through_the_fallback_key_is_opened_once() {
    for (flaws, resets) in [(&[][..], false), (&[Flaw::PrekeyReplayOk], true)] {
        let (mut world, room) = World::with_flawed(&["alice", "bob"], flaws);
        let first = first_message(&mut world, &room);
        world.sync("bob");
        world.send("bob", &room, "two").unwrap();
        world.sync("alice");
        let bob = place(&world, "bob");
        world.relay.inbox.entry(bob).or_default().push(first);
        world.restart("bob");
        world.sync("bob");
        let next = world.make_room(&["bob", "alice"]);
        world.send("bob", &next, "three").unwrap();
        world.sync("alice");
        assert_eq!(world.texts("alice", &next).is_empty(), resets);
    }
}

#[test]
fn a_damaged_first_message_does_not_use_a_one_time_key_up() {
    for (flaws, survives) in [(&[][..], true), (&[Flaw::OtkRemovedBeforeDecrypt], false)] {
        let (mut world, room) = World::with_flawed(&["alice", "bob"], flaws);
        world.send("alice", &room, "one").unwrap();
        let bob = place(&world, "bob");
        let honest = world.relay.inbox.remove(&bob).unwrap();
        let mut damaged = honest.clone();
        let ours = damaged[0]["content"]["ciphertext"]
            .as_object_mut()
            .unwrap()
            .values_mut()
            .next()
            .unwrap();
        let mut bytes = vodozemac::base64_decode(ours["body"].as_str().unwrap()).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        ours["body"] = json!(vodozemac::base64_encode(bytes));
        world.relay.inbox.insert(bob.clone(), damaged);
        world.sync("bob");
        world.relay.inbox.insert(bob, honest);
        world.sync("bob");
        assert_eq!(world.texts("bob", &room) == ["one"], survives);
    }
}

#[test]
fn a_hidden_or_absurd_count_makes_the_client_supply_keys() {
    for lie in [
        json!(null),
        json!({}),
        json!({ "signed_curve25519": -1 }),
        json!({ "signed_curve25519": "50" }),
        json!({ "signed_curve25519": 1_000_000 }),
    ] {
        let (mut world, _) = World::with_room(&["alice", "bob"]);
        let bob = place(&world, "bob");
        world.relay.one_time.insert(bob.clone(), Default::default());
        world.sync_rewritten("bob", |answer| {
            answer["device_one_time_keys_count"] = lie.clone()
        });
        assert_eq!(world.relay.one_time[&bob].len(), 50);
    }
    let (mut world, _) = World::with_flawed(&["alice", "bob"], &[Flaw::OtkCountMissingMeansOk]);
    let bob = place(&world, "bob");
    world.relay.one_time.insert(bob.clone(), Default::default());
    world.sync_rewritten("bob", |answer| {
        answer["device_one_time_keys_count"] = json!(null)
    });
    assert!(world.relay.one_time[&bob].is_empty());
}

#[test]
fn a_used_fallback_key_is_replaced() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let bob = place(&world, "bob");
    let before = world.relay.fallback[&bob].clone();
    first_message(&mut world, &room);
    world.sync("bob");
    assert_ne!(world.relay.fallback[&bob], before);
    assert_eq!(world.texts("bob", &room), ["one"]);
}

#[test]
fn control_events_count_only_through_olm() {
    for (flaws, expected) in [(&[][..], false), (&[Flaw::TodeviceAcceptsPlaintext], true)] {
        let (mut world, room) = World::with_flawed(&["alice", "bob"], flaws);
        let session = vodozemac::megolm::GroupSession::new(Default::default());
        let key = json!({ "algorithm": "m.megolm.v1.aes-sha2", "room_id": room, "session_id": session.session_id(), "session_key": session.session_key().to_base64() });
        let event = json!({ "type": "m.room_key", "sender": "@alice:fake", "content": key });
        let bob = place(&world, "bob");
        world.relay.inbox.entry(bob).or_default().push(event);
        let mut session = session;
        let plaintext = json!({ "room_id": room, "type": "m.room.message", "content": { "msgtype": "m.text", "body": "forged" } });
        let content = json!({ "algorithm": "m.megolm.v1.aes-sha2", "session_id": session.session_id(), "ciphertext": session.encrypt(plaintext.to_string()).to_base64() });
        world
            .relay
            .message(room.as_str(), "@alice:fake", "m.room.encrypted", content);
        world.sync("bob");
        assert_eq!(world.texts("bob", &room) == ["forged"], expected);
    }
}

#[test]
fn no_index_is_used_twice_after_the_store_was_put_back() {
    for (flaws, reuses) in [(&[][..], false), (&[Flaw::PersistAfterSend], true)] {
        let (mut world, room) = World::with_flawed(&["bob", "alice"], flaws);
        world.send("alice", &room, "one").unwrap();
        let copy = world.actors["alice"].1.snapshot();
        world.send("alice", &room, "two").unwrap();
        world.actors["alice"].1.restore(copy);
        world.restart("alice");
        world.send("alice", &room, "three").unwrap();
        let sent = world
            .sent
            .iter()
            .filter(|(_, path, _)| path.contains("/send/m.room.encrypted"));
        let places: Vec<(String, u32)> = sent
            .map(|(_, _, body)| {
                let message =
                    MegolmMessage::from_base64(body["ciphertext"].as_str().unwrap()).unwrap();
                (body["session_id"].to_string(), message.message_index())
            })
            .collect();
        let distinct: BTreeSet<_> = places.iter().collect();
        assert_eq!(distinct.len() < places.len(), reuses, "{places:?}");
        world.sync("bob");
        assert!(world.texts("bob", &room).contains(&"one".to_owned()));
    }
}

#[test]
fn an_unreachable_relay_refuses_the_call_and_loses_nothing() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.relay.is_down = true;
    assert_eq!(
        world.send("alice", &room, "lost"),
        Err(Refusal::RelayUnreachable)
    );
    world.relay.is_down = false;
    world.send("alice", &room, "arrives").unwrap();
    world.sync("bob");
    assert_eq!(world.texts("bob", &room), ["arrives"]);
}

#[test]
fn an_answer_to_nothing_changes_nothing() {
    let (mut world, _) = World::with_room(&["alice", "bob"]);
    let request = RequestId(9999);
    let stray = Input::Response {
        request,
        status: 200,
        body: b"{}".to_vec(),
    };
    let client = &mut world.actors.get_mut("alice").unwrap().0;
    assert!(client.handle(1, stray).is_empty());
    assert!(!device(&world, "alice").as_str().is_empty());
}

/// A store whose disk is full.
struct FullDisk;

impl Store for FullDisk {
    fn commit(&mut self, _: &Records) -> Result<(), StoreError> {
        Err(StoreError("no space left".to_owned()))
    }

    fn load(&self) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
        Ok(Default::default())
    }
}

#[test]
fn nothing_leaves_that_could_not_be_stored() {
    let mut client = Client::open(Box::new(FullDisk)).unwrap();
    let call = CallId(1);
    let login = Verb::Login {
        user: "alice".to_owned(),
        password: Secret::new("pw"),
        device: None,
    };
    let asked = client.handle(1, Input::Call { call, verb: login });
    assert!(
        matches!(asked.as_slice(), [Output::Request(_)]),
        "a login holds nothing to store"
    );
    let granted = json!({ "user_id": "@alice:x", "device_id": "D", "access_token": "t" });
    let answer = Input::Response {
        request: RequestId(1),
        status: 200,
        body: granted.to_string().into_bytes(),
    };
    let outputs = client.handle(2, answer);
    let refused = |output: &Output| {
        matches!(
            output,
            Output::Refused {
                call: CallId(1),
                ..
            }
        )
    };
    assert!(
        outputs.iter().all(refused) && outputs.len() == 1,
        "{outputs:?}"
    );
}
