//! Messages between honest clients arrive, once, and survive restarts.

use crate::support::World;
use reference_client::{ItemState, Outcome, Trust, Verb};

#[test]
fn a_message_arrives_in_both_directions() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.send("alice", &room, "hello").unwrap();
    world.sync("bob");
    assert_eq!(world.texts("bob", &room), ["hello"]);
    assert_eq!(world.last("bob", &room).trust, Trust::Unverified);
    world.send("bob", &room, "welcome").unwrap();
    world.sync("alice");
    assert_eq!(world.texts("alice", &room), ["hello", "welcome"]);
}

#[test]
fn no_plaintext_leaves_an_encrypted_room() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.send("alice", &room, "canary").unwrap();
    assert!(
        world
            .sent
            .iter()
            .all(|(_, _, body)| !body.to_string().contains("canary"))
    );
}

#[test]
fn a_group_reads_what_each_member_writes() {
    let (mut world, room) = World::with_room(&["alice", "bob", "carol"]);
    for user in ["alice", "bob", "carol"] {
        world.send(user, &room, user).unwrap();
    }
    for user in ["alice", "bob", "carol"] {
        world.sync(user);
        assert_eq!(world.texts(user, &room), ["alice", "bob", "carol"]);
    }
}

#[test]
fn a_restart_loses_nothing() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    world.send("alice", &room, "one").unwrap();
    world.sync("bob");
    world.restart("alice");
    world.restart("bob");
    world.send("alice", &room, "two").unwrap();
    world.sync("bob");
    world.send("bob", &room, "three").unwrap();
    world.sync("alice");
    assert_eq!(world.texts("bob", &room), ["one", "two"]);
    assert_eq!(world.texts("alice", &room), ["one", "two", "three"]);
}

#[test]
fn a_file_arrives_and_opens() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let content = b"a file".to_vec();
    let verb = Verb::SendFile {
        room: room.clone(),
        name: "f.txt".to_owned(),
        content,
    };
    let Outcome::Message(event) = world.call("alice", verb).unwrap() else {
        panic!()
    };
    world.sync("bob");
    let opened = world
        .call(
            "bob",
            Verb::OpenFile {
                room: room.clone(),
                event,
            },
        )
        .unwrap();
    assert!(matches!(opened, Outcome::File { content, .. } if content == b"a file"));
    assert_eq!(world.last("bob", &room).body.as_deref(), Some("f.txt"));
}

#[test]
fn clear_rooms_stay_clear() {
    let mut world = World::new();
    world.enter("alice", "alice", &[]);
    let verb = Verb::CreateRoom {
        encrypted: false,
        invite: vec![],
    };
    let Outcome::Room(room) = world.call("alice", verb).unwrap() else {
        panic!()
    };
    world.send("alice", &room, "hello").unwrap();
    world.sync("alice");
    assert_eq!(world.last("alice", &room).state, ItemState::Plain);
    assert_eq!(world.last("alice", &room).body.as_deref(), Some("hello"));
}

#[test]
fn a_hundred_messages_stay_in_order() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let texts: Vec<String> = (0..150).map(|n| n.to_string()).collect();
    for text in &texts {
        world.send("alice", &room, text).unwrap();
    }
    world.sync("bob");
    assert_eq!(world.texts("bob", &room), texts);
}
