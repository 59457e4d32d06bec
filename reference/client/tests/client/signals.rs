//! What users let each other know, and the address book on several devices.

use crate::support::{World, device, id};
use reference_client::{
    Act, ContactAct, DevicesAct, EventId, Flaw, MessageAct, Outcome, Presence, Priority, RoomId,
    Sharing, SignalsAct, Verb,
};
use serde_json::{Value, json};

const MINUTE: u64 = 60_000;
const CARD: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Löwe\r\nTEL:+49 30 1234\r\nEND:VCARD\r\n";

fn signals(world: &mut World, actor: &str, act: SignalsAct) -> Value {
    match world.call(actor, Verb::Act(Act::Signals(act))).unwrap() {
        Outcome::Value(value) => value,
        other => panic!("{other:?}"),
    }
}

fn contacts(world: &mut World, actor: &str, act: ContactAct) -> Value {
    match world.call(actor, Verb::Act(Act::Contact(act))).unwrap() {
        Outcome::Value(value) => value,
        other => panic!("{other:?}"),
    }
}

fn share_all(world: &mut World, actor: &str) {
    let all = Sharing {
        receipts: true,
        typing: true,
        presence: true,
    };
    assert_eq!(signals(world, actor, SignalsAct::Share(all)), json!(all));
}

fn read(room: &RoomId, message: &EventId) -> SignalsAct {
    SignalsAct::Read {
        conv: room.clone(),
        message: message.clone(),
    }
}

fn receipts(world: &World, actor: &str, room: &RoomId) -> Value {
    let facts = world.last(actor, room).facts;
    facts.get("receipts").cloned().unwrap_or_default()
}

#[test]
fn nothing_is_told_before_the_user_wants_it() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let event = world.send("alice", &room, "hello").unwrap();
    world.sync("bob");
    let before = world.sent.len();
    let none = Sharing::default();
    assert_eq!(
        signals(&mut world, "bob", SignalsAct::Settings),
        json!(none)
    );
    assert_eq!(
        signals(&mut world, "bob", read(&room, &event))["told"],
        false
    );
    let typing = SignalsAct::Typing {
        conv: room.clone(),
        active: true,
    };
    assert_eq!(signals(&mut world, "bob", typing)["told"], false);
    assert_eq!(world.sent.len(), before);
}

#[test]
fn receipts_go_to_the_author_once_and_survive_restarts() {
    let (mut world, room) = World::with_room(&["alice", "bob", "carol"]);
    share_all(&mut world, "bob");
    world.restart("bob");
    let event = world.send("alice", &room, "hello").unwrap();
    world.sync("bob");
    world.sync("alice");
    let bob = id("bob").to_string();
    assert_eq!(
        receipts(&world, "alice", &room),
        json!({ bob.clone(): "delivered" })
    );
    assert_eq!(
        signals(&mut world, "bob", read(&room, &event))["told"],
        true
    );
    assert_eq!(
        signals(&mut world, "bob", read(&room, &event))["told"],
        false
    );
    world.sync("alice");
    world.restart("alice");
    assert_eq!(receipts(&world, "alice", &room), json!({ bob: "read" }));
    world.sync("carol");
    assert_eq!(receipts(&world, "carol", &room), Value::Null);
    let carol = device(&world, "carol");
    let told_carol = world.sent.iter().any(|(by, path, body)| {
        by == "bob" && path.contains("/sendToDevice/") && body.to_string().contains(carol.as_str())
    });
    assert!(!told_carol);
}

#[test]
fn a_flood_gets_thirty_receipts_in_a_minute() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    share_all(&mut world, "bob");
    for _ in 0..40 {
        world.send("alice", &room, "again").unwrap();
    }
    world.sync("bob");
    let told = |world: &World| {
        let sent = world.sent.iter();
        sent.filter(|(by, path, _)| by == "bob" && path.contains("/sendToDevice/"))
            .count()
    };
    assert_eq!(told(&world), 30);
    world.now += MINUTE;
    world.send("alice", &room, "later").unwrap();
    world.sync("bob");
    assert_eq!(told(&world), 31);
}

#[test]
fn typing_and_presence_are_believed_for_a_while() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    share_all(&mut world, "bob");
    let typing = SignalsAct::Typing {
        conv: room.clone(),
        active: true,
    };
    let presence = SignalsAct::Presence {
        conv: room.clone(),
        presence: Presence::Away,
    };
    assert_eq!(signals(&mut world, "bob", typing.clone())["told"], true);
    assert_eq!(
        signals(&mut world, "bob", typing)["told"],
        false,
        "not at once again"
    );
    assert_eq!(signals(&mut world, "bob", presence)["told"], true);
    world.sync("alice");
    let view = SignalsAct::View { conv: room };
    let seen = signals(&mut world, "alice", view.clone());
    assert_eq!(seen["typing"], json!([id("bob")]));
    assert_eq!(seen["presence"], json!({ id("bob").as_str(): "away" }));
    world.now += 5 * MINUTE;
    let seen = signals(&mut world, "alice", view);
    assert_eq!(
        (&seen["typing"], &seen["presence"]),
        (&json!([]), &json!({}))
    );
}

#[test]
fn an_absence_note_is_its_authors_and_ends() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let until = world.now + MINUTE;
    let leave = |note: Option<&str>| SignalsAct::Absence {
        conv: room.clone(),
        note: note.map(str::to_owned),
        until: Some(until),
    };
    let absence = leave(Some("back on Monday"));
    world.call("bob", Verb::Act(Act::Signals(absence))).unwrap();
    world.sync("alice");
    let view = SignalsAct::View { conv: room.clone() };
    let noted = json!({ id("bob").as_str(): { "note": "back on Monday", "until": until } });
    assert_eq!(
        signals(&mut world, "alice", view.clone())["absences"],
        noted
    );
    assert_eq!(world.count_sent("back on Monday"), 0);
    world.now += 1;
    world
        .call("bob", Verb::Act(Act::Signals(leave(None))))
        .unwrap();
    world.sync("alice");
    assert_eq!(signals(&mut world, "alice", view)["absences"], json!({}));
}

#[test]
fn a_card_is_shown_and_can_be_deleted() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let share = ContactAct::Share {
        conv: room.clone(),
        vcard: CARD.to_owned(),
    };
    let Ok(Outcome::Message(event)) = world.call("alice", Verb::Act(Act::Contact(share))) else {
        panic!("not sent")
    };
    world.sync("bob");
    world.sync("alice");
    assert_eq!(world.last("bob", &room).body.as_deref(), Some("Ada Löwe"));
    assert_eq!(
        world.last("bob", &room).facts["contact"]["phones"],
        json!(["+49 30 1234"])
    );
    let delete = MessageAct::Delete {
        conv: room.clone(),
        message: event,
    };
    world
        .call("alice", Verb::Act(Act::Message(delete)))
        .unwrap();
    world.sync("bob");
    assert_eq!(world.last("bob", &room).body, None);
    assert_eq!(world.last("bob", &room).facts.get("contact"), None);
    let mut records = world.actors["bob"].1.snapshot().into_values();
    assert!(!records.any(|record| String::from_utf8_lossy(&record).contains("+49 30 1234")));
}

#[test]
fn the_address_book_is_on_every_own_device_and_nowhere_in_clear() {
    let mut world = World::new();
    world.enter("phone", "alice", &[]);
    let add = ContactAct::Add {
        vcard: CARD.to_owned(),
    };
    let first = contacts(&mut world, "phone", add.clone())["contact"].clone();
    world.enter("laptop", "alice", &[]);
    let laptop = device(&world, "laptop");
    world.sync("phone");
    let listed = world.client("phone").devices(&id("alice"));
    let shown = listed.iter().find(|known| known.device == laptop).unwrap();
    let approve = DevicesAct::Approve {
        device: laptop,
        ed25519: shown.ed25519.clone(),
    };
    world
        .call("phone", Verb::Act(Act::Devices(approve)))
        .unwrap();
    for _ in 0..3 {
        world.sync("phone");
        world.sync("laptop");
    }
    contacts(&mut world, "phone", add);
    for _ in 0..2 {
        world.sync("laptop");
        world.sync("phone");
    }
    let list = contacts(&mut world, "laptop", ContactAct::List);
    assert_eq!(list["contacts"].as_array().map(Vec::len), Some(2), "{list}");
    let remove = ContactAct::Remove {
        contact: first.as_str().unwrap().to_owned(),
    };
    contacts(&mut world, "laptop", remove);
    world.sync("phone");
    let list = contacts(&mut world, "phone", ContactAct::List);
    assert_eq!(list["contacts"].as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list["rolled_back"], false);
    assert_eq!(world.count_sent("Löwe") + world.count_sent("+49 30"), 0);
}

#[test]
fn the_twin_without_limit_answers_every_message_of_a_flood() {
    let (mut world, room) = World::with_flawed(&["alice", "bob"], &[Flaw::ReceiptsUnlimited]);
    share_all(&mut world, "bob");
    for _ in 0..40 {
        world.send("alice", &room, "again").unwrap();
    }
    world.sync("bob");
    let sent = world.sent.iter();
    let told = sent.filter(|(by, path, _)| by == "bob" && path.contains("/sendToDevice/"));
    assert_eq!(told.count(), 40);
    let urgent = MessageAct::Send {
        conv: room,
        body: "x".to_owned(),
        lifetime: None,
        priority: Priority::Urgent,
        at: None,
    };
    world.call("bob", Verb::Act(Act::Message(urgent))).unwrap();
}
