//! Edits: by the author alone, in the author's order, never of what is gone.

use harness_driver::{Act, MessageAct};
use harness_evidence::{Claim, Role};
use serde_json::json;

use super::steps::{DELETION, is, kept, lacks_text, reverse_timelines};
use crate::{
    adversary::{Action, Point, Rule},
    check::Stop,
    checks::client::{
        company::{Company, taken},
        megolm::pair,
    },
    dialect::Class,
    evil::EvilRoomKey,
    scene::{Actor, Room, Scene},
};

pub(super) fn by_other(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mut company = Company::meet(scene, &[&bob])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let sent = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    // What the relay has taken is his message, as he sees it.
    scene.sync(&bob)?;
    let corrected = scene.text("corrected by Bob");
    let edit = MessageAct::Edit {
        conv: room.id.clone(),
        message: sent.message.clone(),
        body: corrected.clone(),
    };
    scene.act(&bob, Act::Message(edit))?;
    scene.sync(&alice)?;
    let item = scene.item(&alice, &room, &sent.message)?;
    let body = |body: &str| Claim::Is {
        pointer: "/body".to_owned(),
        value: json!(body),
    };
    scene.expect(Role::Twin, "own-edit-lost", &[&item], body(&corrected));
    let marked = Claim::Is {
        pointer: "/facts/edited".to_owned(),
        value: json!(true),
    };
    scene.expect(Role::Twin, "edit-not-marked", &[&item], marked);

    let mut key = EvilRoomKey::new(&room.id);
    let content = company.seal(&key, |_, _| {})?;
    company.deliver(scene, "m.room.encrypted", &content)?;
    let forged = scene.text("put into Bob's mouth");
    let ciphertext = key.encrypt(
        "m.room.message",
        &json!({
            "msgtype": "m.text",
            "body": format!("* {forged}"),
            "m.new_content": { "msgtype": "m.text", "body": forged },
            "m.relates_to": { "rel_type": "m.replace", "event_id": sent.message },
        }),
    );
    let event = company.mallory.device.room_event(&key, &ciphertext);
    let put = company
        .mallory
        .send_event(scene, &room.id, "m.room.encrypted", &event)?;
    scene.expect(Role::Applied, "attack-not-applied", &[&put], taken());
    scene.sync(&alice)?;
    let item = scene.item(&alice, &room, &sent.message)?;
    scene.expect(
        Role::Attack,
        "edited-by-another",
        &[&item],
        body(&corrected),
    );
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

pub(super) fn reordered(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let sent = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    scene.sync(&bob)?;
    let old = scene.text("first correction");
    change(scene, &bob, &room, &sent.message, &old)?;
    scene.sync(&bob)?;
    let new = scene.text("second correction");
    change(scene, &bob, &room, &sent.message, &new)?;
    scene.attack(Rule::new(
        "reorder",
        &alice.name,
        Point::Response(Class::Sync),
        Action::rewrite("reverse_timelines", reverse_timelines),
    ));
    scene.sync(&alice)?;
    scene.adversary().lift("reorder");
    scene.must_fire("reorder");
    let seen = scene.item(&alice, &room, &sent.message)?;
    scene.expect(
        Role::Attack,
        "old-text-shown",
        &[&seen],
        is("/body", json!(new)),
    );
    scene.sync(&bob)?;
    let last = scene.text("third correction");
    change(scene, &bob, &room, &sent.message, &last)?;
    scene.sync(&alice)?;
    let seen = scene.item(&alice, &room, &sent.message)?;
    scene.expect(
        Role::State,
        "next-edit-lost",
        &[&seen],
        is("/body", json!(last)),
    );
    Ok(())
}

pub(super) fn after_delete(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let mut key = company.give_key(scene)?;
    let sent = company.say(scene, &mut key, "to be taken back")?;
    scene.must_show_once(Role::Control, "control-lost", &alice, &room, &sent)?;
    let deletion = json!({ "m.relates_to": { "rel_type": DELETION, "event_id": sent.message } });
    company.say_event(scene, &mut key, DELETION, &deletion)?;
    let gone = scene.item(&alice, &room, &sent.message)?;
    scene.expect(
        Role::Twin,
        "deletion-lost",
        &[&gone],
        is("/facts/removed/why", json!("deleted")),
    );

    let revived = scene.text("said after all");
    let edit = json!({
        "msgtype": "m.text",
        "body": format!("* {revived}"),
        "m.new_content": { "msgtype": "m.text", "body": revived },
        "m.relates_to": { "rel_type": "m.replace", "event_id": sent.message },
        "dev.pruefstand.version": 1,
    });
    company.say_event(scene, &mut key, "m.room.message", &edit)?;
    let seen = scene.item(&alice, &room, &sent.message)?;
    scene.expect(
        Role::Attack,
        "deleted-message-revived",
        &[&seen],
        is("/facts/removed/why", json!("deleted")),
    );
    scene.expect(
        Role::Attack,
        "deleted-message-revived",
        &[&seen],
        lacks_text(),
    );
    let stored = kept(scene, &alice, &[&sent.body, &revived])?;
    scene.expect(
        Role::Attack,
        "text-of-the-edit-kept",
        &[&stored],
        is("/kept", json!(0)),
    );
    company.must_hear(scene, Role::State, "next-message-lost")
}

/// The actor edits an own message.
pub(super) fn change(
    scene: &mut Scene,
    actor: &Actor,
    room: &Room,
    message: &str,
    body: &str,
) -> Result<(), Stop> {
    let edit = MessageAct::Edit {
        conv: room.id.clone(),
        message: message.to_owned(),
        body: body.to_owned(),
    };
    scene.act(actor, Act::Message(edit)).map(drop)
}
