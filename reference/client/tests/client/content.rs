//! What features make of messages: edits, deletions, messages that go or wait, appointments.

use crate::support::{World, id};
use reference_client::{
    Act, Appointment, Attendance, CalendarAct, EventId, Flaw, Input, Item, MessageAct, Moment,
    Outcome, Priority, Refusal, RoomId, Verb,
};
use serde_json::{Value, json};

const MINUTE: u64 = 60_000;

fn act(world: &mut World, actor: &str, act: MessageAct) -> Result<Outcome, Refusal> {
    world.call(actor, Verb::Act(Act::Message(act)))
}

fn send(world: &mut World, room: &RoomId, body: &str, lifetime: Option<u64>) -> EventId {
    let send = MessageAct::Send {
        conv: room.clone(),
        body: body.to_owned(),
        lifetime,
        priority: Priority::Normal,
        at: None,
    };
    match act(world, "bob", send) {
        Ok(Outcome::Message(event)) => event,
        other => panic!("{other:?}"),
    }
}

fn item(world: &World, actor: &str, room: &RoomId, event: &EventId) -> Item {
    let items = world.client(actor).timeline(room);
    items.into_iter().find(|item| item.event == *event).unwrap()
}

/// Whether the actor's store holds the text.
fn keeps(world: &World, actor: &str, text: &str) -> bool {
    let records = world.actors[actor].1.snapshot();
    records
        .values()
        .any(|record| String::from_utf8_lossy(record).contains(text))
}

fn edit(room: &RoomId, message: &EventId, body: &str) -> MessageAct {
    MessageAct::Edit {
        conv: room.clone(),
        message: message.clone(),
        body: body.to_owned(),
    }
}

fn delete(room: &RoomId, message: &EventId) -> MessageAct {
    MessageAct::Delete {
        conv: room.clone(),
        message: message.clone(),
    }
}

#[test]
fn a_deleted_message_leaves_both_stores_and_the_relay() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let event = send(&mut world, &room, "first text", None);
    world.sync("bob");
    act(&mut world, "bob", edit(&room, &event, "second text")).unwrap();
    for actor in ["alice", "bob"] {
        world.sync(actor);
        assert!(keeps(&world, actor, "first text") && keeps(&world, actor, "second text"));
    }
    act(&mut world, "bob", delete(&room, &event)).unwrap();
    for actor in ["alice", "bob"] {
        world.sync(actor);
        assert!(!keeps(&world, actor, "first text") && !keeps(&world, actor, "second text"));
        let item = item(&world, actor, &room, &event);
        assert_eq!(item.body, None);
        assert_eq!(
            item.facts["removed"],
            json!({ "why": "deleted", "by": id("bob") })
        );
    }
    let mut events = world.relay.events.iter();
    let kept = events
        .find(|(_, it)| it["event_id"] == event.as_str())
        .unwrap();
    assert_eq!(kept.1["content"], json!({}));
    let again = act(&mut world, "bob", edit(&room, &event, "third text"));
    assert_eq!(again, Err(Refusal::NotChangeable));
    let again = act(&mut world, "bob", delete(&room, &event));
    assert_eq!(again, Err(Refusal::NotChangeable));
}

#[test]
fn only_the_author_edits_and_deletes() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let event = send(&mut world, &room, "mine", None);
    world.sync("alice");
    for refused in [edit(&room, &event, "yours"), delete(&room, &event)] {
        assert_eq!(
            act(&mut world, "alice", refused),
            Err(Refusal::NotChangeable)
        );
    }
}

#[test]
fn a_deletion_counts_also_where_the_message_opens_after_it() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let event = send(&mut world, &room, "gone at once", None);
    world.sync("bob");
    act(&mut world, "bob", edit(&room, &event, "gone as well")).unwrap();
    world.sync("bob");
    act(&mut world, "bob", delete(&room, &event)).unwrap();
    world.sync_rewritten("alice", |answer| {
        // The relay has not forgotten, and hands everything out in reverse.
        let events = answer["rooms"]["join"][room.as_str()]["timeline"]["events"].as_array_mut();
        events.unwrap().reverse();
    });
    assert!(!keeps(&world, "alice", "gone at once") && !keeps(&world, "alice", "gone as well"));
}

#[test]
fn a_message_disappears_on_both_sides_and_after_a_restart() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let event = send(&mut world, &room, "burn", Some(MINUTE));
    for actor in ["alice", "bob"] {
        world.sync(actor);
        assert!(keeps(&world, actor, "burn"));
        world.restart(actor);
    }
    world.now += MINUTE;
    for actor in ["alice", "bob"] {
        let now = world.now;
        world
            .actors
            .get_mut(actor)
            .unwrap()
            .0
            .handle(now, Input::Tick);
        assert!(!keeps(&world, actor, "burn"));
        let item = item(&world, actor, &room, &event);
        assert_eq!(item.facts["removed"], json!({ "why": "expired" }));
    }
}

#[test]
fn a_message_that_comes_after_its_time_is_never_shown() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let event = send(&mut world, &room, "burn", Some(MINUTE));
    world.now += 2 * MINUTE;
    world.sync("alice");
    assert!(!keeps(&world, "alice", "burn"));
    assert_eq!(item(&world, "alice", &room, &event).body, None);
}

#[test]
fn lifetimes_have_limits() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    for lifetime in [0, 999, u64::MAX] {
        let send = MessageAct::Send {
            conv: room.clone(),
            body: "x".to_owned(),
            lifetime: Some(lifetime),
            priority: Priority::Low,
            at: None,
        };
        let refused = act(&mut world, "bob", send);
        assert!(matches!(refused, Err(Refusal::Content(_))), "{lifetime}");
    }
}

/// Bob writes a message for in a minute; its id.
fn later(world: &mut World, room: &RoomId, body: &str) -> String {
    let send = MessageAct::Send {
        conv: room.clone(),
        body: body.to_owned(),
        lifetime: Some(MINUTE),
        priority: Priority::Urgent,
        at: Some(world.now + MINUTE),
    };
    match act(world, "bob", send).unwrap() {
        Outcome::Value(value) => value["waiting"].as_str().unwrap().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_waits_for_its_time_also_over_a_restart() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    later(&mut world, &room, "good morning");
    let taken_back = later(&mut world, &room, "never mind");
    let unsend = MessageAct::Unsend {
        waiting: taken_back,
    };
    act(&mut world, "bob", unsend).unwrap();
    world.restart("bob");
    world.sync("bob");
    world.sync("alice");
    assert_eq!(world.texts("alice", &room), Vec::<String>::new());
    world.now += MINUTE;
    world.sync("bob");
    world.sync("bob");
    world.sync("alice");
    assert_eq!(world.texts("alice", &room), ["good morning"]);
    let item = world.last("alice", &room);
    assert_eq!(item.facts["priority"], "urgent");
    assert_eq!(
        item.facts["expires"],
        json!(world.now + MINUTE),
        "it lives from when it left"
    );
    assert!(!keeps(&world, "bob", "never mind"));
}

#[test]
fn a_message_that_cannot_leave_stays_and_says_why() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    later(&mut world, &room, "good morning");
    world.now += MINUTE;
    world
        .call("bob", Verb::Leave { room: room.clone() })
        .unwrap();
    world.sync("bob");
    let Ok(Outcome::Value(value)) = act(&mut world, "bob", MessageAct::Waiting) else {
        panic!("no list")
    };
    assert_eq!(value["waiting"][0]["failed"], "not_a_member");
    assert_eq!(value["waiting"][0]["body"], "good morning");
}

fn appointment(title: &str) -> Appointment {
    let at = |local: &str| Moment {
        local: local.to_owned(),
        zone: "Europe/Berlin".to_owned(),
    };
    Appointment {
        title: title.to_owned(),
        place: None,
        description: None,
        start: at("2026-11-24T09:00:00"),
        end: at("2026-11-24T10:00:00"),
    }
}

fn calendar(world: &mut World, actor: &str, act: CalendarAct) -> Result<Outcome, Refusal> {
    world.call(actor, Verb::Act(Act::Calendar(act)))
}

#[test]
fn an_appointment_is_proposed_answered_and_updated() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let propose = CalendarAct::Propose {
        conv: room.clone(),
        appointment: appointment("Review"),
    };
    let Ok(Outcome::Message(message)) = calendar(&mut world, "bob", propose) else {
        panic!("not proposed")
    };
    let shown = |world: &World, actor: &str| -> Value {
        item(world, actor, &room, &message).facts["appointment"].clone()
    };
    for actor in ["alice", "bob"] {
        world.sync(actor);
        assert_eq!(shown(&world, actor)["title"], "Review");
        assert_eq!(
            item(&world, actor, &room, &message).body.as_deref(),
            Some("Review")
        );
    }
    let answer = |answer| CalendarAct::Answer {
        conv: room.clone(),
        message: message.clone(),
        answer,
    };
    for said in [Attendance::Tentative, Attendance::Accepted] {
        calendar(&mut world, "alice", answer(said)).unwrap();
        world.sync("alice");
    }
    world.sync("bob");
    assert_eq!(
        shown(&world, "bob")["answers"],
        json!({ id("alice").as_str(): "accepted" })
    );
    let update = |title: &str| CalendarAct::Update {
        conv: room.clone(),
        message: message.clone(),
        appointment: appointment(title),
    };
    let refused = calendar(&mut world, "alice", update("Mine now"));
    assert_eq!(refused, Err(Refusal::NotChangeable));
    calendar(&mut world, "bob", update("Review, moved")).unwrap();
    for actor in ["alice", "bob"] {
        world.sync(actor);
        assert_eq!(shown(&world, actor)["title"], "Review, moved");
        assert_eq!(shown(&world, actor)["answers"], json!({}));
    }
}

#[test]
fn a_cancelled_appointment_stays_so_and_is_exported_as_such() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let propose = CalendarAct::Propose {
        conv: room.clone(),
        appointment: appointment("Review"),
    };
    let Ok(Outcome::Message(message)) = calendar(&mut world, "bob", propose) else {
        panic!("not proposed")
    };
    world.sync("bob");
    let cancel = CalendarAct::Cancel {
        conv: room.clone(),
        message: message.clone(),
    };
    calendar(&mut world, "bob", cancel).unwrap();
    world.sync("alice");
    world.sync("bob");
    let fact = item(&world, "alice", &room, &message).facts["appointment"].clone();
    assert_eq!(fact["status"], "cancelled");
    let refused = calendar(
        &mut world,
        "bob",
        CalendarAct::Update {
            conv: room.clone(),
            message: message.clone(),
            appointment: appointment("After all"),
        },
    );
    assert_eq!(refused, Err(Refusal::NotChangeable));
    let export = CalendarAct::Export {
        conv: room.clone(),
        message: message.clone(),
    };
    let Ok(Outcome::Value(exported)) = calendar(&mut world, "alice", export) else {
        panic!("not exported")
    };
    let text = exported["icalendar"].as_str().unwrap();
    assert!(
        text.contains("STATUS:CANCELLED\r\n") && text.contains("SEQUENCE:1\r\n"),
        "{text}"
    );
}

#[test]
fn a_malformed_appointment_does_not_leave() {
    let (mut world, room) = World::with_room(&["alice", "bob"]);
    let mut wrong = appointment("Review");
    wrong.start.zone = "Mars/Olympus".to_owned();
    let propose = CalendarAct::Propose {
        conv: room.clone(),
        appointment: wrong,
    };
    let refused = calendar(&mut world, "bob", propose);
    assert!(matches!(refused, Err(Refusal::Content(_))), "{refused:?}");
}

#[test]
fn the_twin_that_keeps_deleted_content_only_hides_it() {
    let (mut world, room) = World::with_flawed(&["bob", "alice"], &[Flaw::DeletedContentKept]);
    let event = send(&mut world, &room, "hidden", None);
    world.sync("bob");
    world.sync("alice");
    act(&mut world, "bob", delete(&room, &event)).unwrap();
    world.sync("alice");
    assert_eq!(item(&world, "alice", &room, &event).body, None);
    assert!(keeps(&world, "alice", "hidden"));
}
