//! Messages that go: deleted by their author, or over.

use harness_driver::{Act, MessageAct, Priority};
use harness_evidence::Role;
use serde_json::json;

use super::{
    edit::change,
    steps::{DELETION, is, kept, lacks_text},
};
use crate::{
    check::Stop,
    checks::client::{
        company::Company,
        megolm::{inject, pair},
    },
    scene::{Actor, Room, Scene, Sent},
};

const MINUTE: u64 = 60_000;

pub(super) fn by_other(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mut company = Company::meet(scene, &[&bob])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let first = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let second = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let mut key = company.give_key(scene)?;
    let deletion = json!({ "m.relates_to": { "rel_type": DELETION, "event_id": first.message } });
    company.say_event(scene, &mut key, DELETION, &deletion)?;
    scene.must_show_once(Role::Attack, "deleted-by-another", &alice, &room, &first)?;
    let redaction = json!({ "redacts": first.message });
    inject(
        scene,
        &alice,
        &room,
        &bob.user,
        ("m.room.redaction", redaction),
    );
    scene.sync(&alice)?;
    scene.must_fire("inject");
    scene.must_show_once(Role::Attack, "deleted-by-the-relay", &alice, &room, &first)?;

    scene.sync(&bob)?;
    delete(scene, &bob, &room, &second)?;
    scene.sync(&alice)?;
    let gone = scene.item(&alice, &room, &second.message)?;
    let by = is(
        "/facts/removed",
        json!({ "why": "deleted", "by": bob.user }),
    );
    scene.expect(Role::Twin, "own-deletion-lost", &[&gone], by);
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

pub(super) fn leaves_store(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let stays = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let sent = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    scene.sync(&bob)?;
    let corrected = scene.text("corrected");
    change(scene, &bob, &room, &sent.message, &corrected)?;
    for actor in [&alice, &bob] {
        scene.sync(actor)?;
        let stored = kept(scene, actor, &[&sent.body, &corrected])?;
        scene.expect(
            Role::Control,
            "texts-never-stored",
            &[&stored],
            is("/kept", json!(2)),
        );
    }
    let mark = scene.mark();
    delete(scene, &bob, &room, &sent)?;
    let clear = scene.clear_on_wire(&sent.body, mark)?;
    scene.expect(
        Role::Applied,
        "text-in-the-deletion",
        &[&clear],
        is("/clear", json!(0)),
    );
    for actor in [&alice, &bob] {
        scene.sync(actor)?;
        let gone = scene.item(actor, &room, &sent.message)?;
        scene.expect(
            Role::Twin,
            "removal-not-told",
            &[&gone],
            is("/facts/removed/why", json!("deleted")),
        );
        scene.expect(Role::Attack, "text-still-shown", &[&gone], lacks_text());
        let stored = kept(scene, actor, &[&sent.body, &corrected])?;
        scene.expect(
            Role::Attack,
            "text-still-stored",
            &[&stored],
            is("/kept", json!(0)),
        );
    }
    scene.must_show_once(Role::State, "other-message-lost", &alice, &room, &stays)
}

pub(super) fn disappears(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let stays = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let first = send_for(scene, &bob, &room, MINUTE)?;
    for actor in [&alice, &bob] {
        scene.sync(actor)?;
        scene.must_show_once(Role::Control, "lost-before-its-time", actor, &room, &first)?;
    }
    let seen = scene.item(&alice, &room, &first.message)?;
    scene.expect(
        Role::Control,
        "priority-lost",
        &[&seen],
        is("/facts/priority", json!("urgent")),
    );
    scene.advance(MINUTE);
    for actor in [&alice, &bob] {
        scene.sync(actor)?;
        let gone = scene.item(actor, &room, &first.message)?;
        scene.expect(
            Role::Attack,
            "stayed-after-its-time",
            &[&gone],
            lacks_text(),
        );
        let stored = kept(scene, actor, &[&first.body])?;
        scene.expect(
            Role::Attack,
            "stayed-after-its-time",
            &[&stored],
            is("/kept", json!(0)),
        );
    }

    let second = send_for(scene, &bob, &room, MINUTE)?;
    scene.sync(&alice)?;
    scene.must_show_once(
        Role::Control,
        "lost-before-its-time",
        &alice,
        &room,
        &second,
    )?;
    scene.advance(MINUTE + 1_000);
    scene.restart(&alice)?;
    let gone = scene.item(&alice, &room, &second.message)?;
    scene.expect(
        Role::Twin,
        "removal-not-told",
        &[&gone],
        is("/message", json!(second.message)),
    );
    scene.expect(Role::Attack, "stayed-after-restart", &[&gone], lacks_text());
    let stored = kept(scene, &alice, &[&second.body])?;
    scene.expect(
        Role::Attack,
        "stayed-after-restart",
        &[&stored],
        is("/kept", json!(0)),
    );
    scene.must_show_once(Role::State, "other-message-lost", &alice, &room, &stays)
}

fn delete(scene: &mut Scene, actor: &Actor, room: &Room, sent: &Sent) -> Result<(), Stop> {
    let delete = MessageAct::Delete {
        conv: room.id.clone(),
        message: sent.message.clone(),
    };
    scene.act(actor, Act::Message(delete)).map(drop)
}

/// The actor sends an urgent text that lives so many milliseconds.
fn send_for(scene: &mut Scene, actor: &Actor, room: &Room, lifetime: u64) -> Result<Sent, Stop> {
    let body = scene.text("burn after reading");
    let send = MessageAct::Send {
        conv: room.id.clone(),
        body: body.clone(),
        lifetime: Some(lifetime),
        priority: Priority::Urgent,
        at: None,
    };
    let done = scene.act(actor, Act::Message(send))?;
    let message = done.get("message").and_then(serde_json::Value::as_str);
    Ok(Sent {
        message: message.unwrap_or_default().to_owned(),
        body,
        sender: actor.user.clone(),
    })
}
