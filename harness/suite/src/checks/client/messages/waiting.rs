//! Messages that wait for their time.

use harness_driver::{Act, MessageAct, Priority};
use harness_evidence::{Claim, Role};
use serde_json::{Value, json};

use super::steps::is;
use crate::{
    check::Stop,
    checks::client::megolm::pair,
    scene::{Actor, Room, Scene},
};

const HOUR: u64 = 3_600_000;

pub(super) fn waits(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let mark = scene.mark();
    let (first, _) = keep_for_later(scene, &bob, &room)?;
    let (second, waiting) = keep_for_later(scene, &bob, &room)?;
    let unsend = MessageAct::Unsend { waiting };
    scene.act(&bob, Act::Message(unsend))?;
    for _ in 0..2 {
        scene.sync(&bob)?;
        scene.sync(&alice)?;
    }
    let left = scene.sessions_used(&bob, mark);
    let nothing = is("", json!({ "sessions": [], "clear": 0 }));
    scene.expect(Role::Attack, "left-before-its-time", &[&left], nothing);
    let listed = scene.act(&bob, Act::Message(MessageAct::Waiting))?;
    let listed = scene.note_seen(
        "what waits for its time",
        harness_evidence::Witness::Driver,
        listed,
    );
    let one = Claim::Within {
        pointer: "/value/waiting".to_owned(),
        least: 1,
        most: 1,
    };
    scene.expect(Role::Twin, "waiting-not-listed", &[&listed], one);

    scene.advance(HOUR);
    scene.restart(&bob)?;
    for _ in 0..2 {
        scene.sync(&bob)?;
        scene.sync(&alice)?;
    }
    let clear = scene.clear_on_wire(&first, mark)?;
    scene.expect(
        Role::Attack,
        "left-in-clear",
        &[&clear],
        is("/clear", json!(0)),
    );
    let seen = scene.observe(&alice, &room)?;
    let shown = Claim::ShownOnce {
        body: first,
        sender: bob.user.clone(),
    };
    scene.expect(Role::Twin, "never-left", &[&seen], shown);
    scene.expect(
        Role::Attack,
        "left-although-taken-back",
        &[&seen],
        Claim::NotShown { body: second },
    );
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// The actor writes a text that leaves in an hour: the text and its id.
fn keep_for_later(scene: &mut Scene, actor: &Actor, room: &Room) -> Result<(String, String), Stop> {
    let body = scene.text("good morning");
    let send = MessageAct::Send {
        conv: room.id.clone(),
        body: body.clone(),
        lifetime: None,
        priority: Priority::Normal,
        at: Some(scene.now() + HOUR),
    };
    let done = scene.act(actor, Act::Message(send))?;
    let id = done.pointer("/value/waiting").and_then(Value::as_str);
    let id = id.ok_or_else(|| Stop::target("a message that waits has no id"))?;
    Ok((body, id.to_owned()))
}
