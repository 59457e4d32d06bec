//! Two tenants on one relay: neither finds, invites, joins nor reaches the other.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::existence::look_alike;
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::relay::wire::{KEPT_OUT, path, status, text_at},
    scene::{Scene, Seen, Session},
    target::OTHER_TENANT,
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "relay-tenants-apart",
    version: 1,
    subject: Subject::Relay,
    requirements: &["CLO-04"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "Users of one tenant cannot find, invite, join or send to users of another, nor learn that they exist.",
    precondition: "Anna and Ben of one tenant share a room and reach each other; Zoe belongs to another tenant.",
    expected: "Invitations, public rooms, profiles, keys, admissions and to-device messages across tenants end as for a user who does not exist.",
    needs: &[Need::Organisation],
    twins: &[
        Seeded::relay("relay-tenants-mixed", "invited-across-tenants"),
        Seeded::relay("relay-tenant-to-device", "message-across-tenants"),
    ],
    run: tenants,
}];

fn tenants(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, ben) = (scene.session("anna")?, scene.session("ben")?);
    let zoe = scene.session_in(OTHER_TENANT, "zoe")?;
    let nobody = scene.organisation()?.user(&scene.fresh_name("nobody"));
    let room = scene.plain_room(&anna, &[&ben])?;
    for name in ["Ben", "Zoe"] {
        let session = if name == "Ben" { &ben } else { &zoe };
        let at = path(&["profile", &session.user, "displayname"]);
        let body = Payload::Json(json!({ "displayname": name }));
        scene.raw(Some(session), "PUT", &at, body)?;
    }
    messages(scene, &anna, [&ben, &zoe])?;
    let invite = path(&["rooms", &room, "invite"]);
    let of = |user: &str| Payload::Json(json!({ "user_id": user }));
    let of_zoe = scene.ask(Some(&anna), "POST", &invite, of(&zoe.user))?;
    scene.expect(
        Role::Attack,
        "invited-across-tenants",
        &[&of_zoe],
        status(&KEPT_OUT),
    );
    let of_nobody = scene.ask(Some(&anna), "POST", &invite, of(&nobody))?;
    let same = "existence-told-by-invitation";
    scene.expect(Role::Attack, same, &[&of_zoe, &of_nobody], Claim::Same {});
    let body = json!({ "preset": "private_chat", "invite": [zoe.user] });
    let created = path(&["createRoom"]);
    let seen = scene.ask(Some(&anna), "POST", &created, Payload::Json(body))?;
    scene.expect(
        Role::Attack,
        "invited-across-tenants",
        &[&seen],
        status(&KEPT_OUT),
    );
    join(scene, &anna, [&ben, &zoe])?;
    lookups(scene, &anna, &ben, [&zoe.user, &nobody])?;
    for session in [&anna, &ben, &zoe] {
        scene.must_work(Role::State, "session-lost", session)?;
    }
    Ok(())
}

/// A message to both at once reaches the one of the same tenant only.
fn messages(scene: &mut Scene, anna: &Session, [ben, zoe]: [&Session; 2]) -> Result<(), Stop> {
    let word = scene.text("across");
    let content = json!({ "*": { "word": word } });
    let mut messages = json!({});
    for user in [&ben.user, &zoe.user] {
        if let Some(messages) = messages.as_object_mut() {
            messages.insert(user.clone(), content.clone());
        }
    }
    let at = path(&["sendToDevice", "org.example.word", "1"]);
    let body = Payload::Json(json!({ "messages": messages }));
    scene.raw(Some(anna), "PUT", &at, body)?;
    let waiting = |scene: &mut Scene, session: &Session| -> Result<Seen, Stop> {
        let synced = scene.raw(Some(session), "GET", &path(&["sync"]), Payload::Empty)?;
        let events = synced.body.json();
        let events = events.and_then(|body| body.pointer("/to_device/events")?.as_array());
        let is_ours = |event: &&Value| event.pointer("/content/word") == Some(&json!(word));
        let count = events.map_or(0, |events| events.iter().filter(is_ours).count());
        let what = "to-device messages with the word";
        Ok(scene.note_seen(what, Witness::Wire, json!({ "messages": count })))
    };
    let number = |of: u64| Claim::Within {
        pointer: "/messages".to_owned(),
        least: of,
        most: of,
    };
    let of_ben = waiting(scene, ben)?;
    scene.expect(Role::Control, "control-lost", &[&of_ben], number(1));
    let of_zoe = waiting(scene, zoe)?;
    let code = "message-across-tenants";
    scene.expect(Role::Attack, code, &[&of_zoe], number(0));
    Ok(())
}

/// A room that is open to everybody is open to the tenant.
fn join(scene: &mut Scene, anna: &Session, [ben, zoe]: [&Session; 2]) -> Result<(), Stop> {
    let body = Payload::Json(json!({ "preset": "public_chat" }));
    let made = scene.raw(Some(anna), "POST", &path(&["createRoom"]), body)?;
    let join = path(&["rooms", &text_at(&made, "room_id")?, "join"]);
    let seen = scene.ask(Some(zoe), "POST", &join, Payload::Json(json!({})))?;
    scene.expect(
        Role::Attack,
        "joined-across-tenants",
        &[&seen],
        status(&KEPT_OUT),
    );
    let seen = scene.ask(Some(ben), "POST", &join, Payload::Json(json!({})))?;
    scene.expect(Role::Twin, "own-tenant-kept-out", &[&seen], status(&[200]));
    Ok(())
}

/// Looking a user of another tenant up gives what looking nobody up gives.
fn lookups(
    scene: &mut Scene,
    anna: &Session,
    ben: &Session,
    strangers: [&String; 2],
) -> Result<(), Stop> {
    let at = path(&["profile", &ben.user]);
    let own = scene.ask(Some(anna), "GET", &at, Payload::Empty)?;
    let named = Claim::Is {
        pointer: "/body/displayname".to_owned(),
        value: json!("Ben"),
    };
    scene.expect(Role::Twin, "own-tenant-not-found", &[&own], named);
    look_alike(scene, anna, "found-across-tenants", strangers)
}
