//! Who gets something: what must be asked before a message or a file leaves.

pub(super) mod label;
pub(super) mod names;
pub(super) mod question;
pub(super) mod undo;

use harness_driver::{Act, Ask, Label, Outgoing, RecipientSettings, RecipientsAct};
use harness_evidence::{Claim, Role, Witness};
use serde_json::{Value, json};

use crate::{
    check::{Need, Stop},
    scene::{Actor, Room, Scene, Seen, Sent},
};

/// What every check about recipients needs.
const NEEDS: &[Need] = &[
    Need::Verb("recipients.settings"),
    Need::Verb("recipients.review"),
    Need::Verb("recipients.confirm"),
];

/// Asks about everything, holds nothing back, and knows no guests.
fn asking() -> RecipientSettings {
    RecipientSettings {
        ask: Ask::Always,
        large: 50,
        undo: 0,
        guests: Vec::new(),
    }
}

fn configure(scene: &mut Scene, actor: &Actor, settings: RecipientSettings) -> Result<(), Stop> {
    let act = Act::Recipients(RecipientsAct::Settings { settings });
    scene.act(actor, act).map(drop)
}

/// A text that can be found again, with a label if there is one.
fn text(scene: &mut Scene, words: &str, label: Option<Label>) -> (String, Outgoing) {
    let body = scene.text(words);
    let what = Outgoing::Text {
        body: body.clone(),
        label,
    };
    (body, what)
}

/// Has the actor's product say who would get this: the review, and its token.
fn review(
    scene: &mut Scene,
    actor: &Actor,
    room: &Room,
    what: Outgoing,
) -> Result<(Value, String), Stop> {
    let conv = room.id.clone();
    let done = scene.act(actor, Act::Recipients(RecipientsAct::Review { conv, what }))?;
    let token = done.pointer("/value/token").and_then(Value::as_str);
    let token = token.ok_or_else(|| Stop::driver("a review without a token"))?;
    Ok((done.clone(), token.to_owned()))
}

fn confirm(token: String) -> Act {
    Act::Recipients(RecipientsAct::Confirm { token })
}

/// The user says yes after the review; the message must leave.
fn send_confirmed(
    scene: &mut Scene,
    actor: &Actor,
    room: &Room,
    words: &str,
) -> Result<Sent, Stop> {
    let (body, what) = text(scene, words, None);
    let (_, token) = review(scene, actor, room, what)?;
    let done = scene.act(actor, confirm(token))?;
    let message = done.get("message").and_then(Value::as_str);
    let message = message.ok_or_else(|| Stop::driver("a message without a handle"))?;
    Ok(Sent {
        message: message.to_owned(),
        body,
        sender: actor.user.clone(),
    })
}

/// The attempt ended without a message, and nothing left the device.
fn must_ask(scene: &mut Scene, code: &str, actor: &Actor, attempt: &Seen, mark: usize) {
    let asked = Claim::Is {
        pointer: "/sent".to_owned(),
        value: json!(false),
    };
    scene.expect(Role::Attack, code, &[attempt], asked);
    let used = scene.sessions_used(actor, mark);
    let nothing = Claim::Is {
        pointer: String::new(),
        value: json!({ "sessions": [], "clear": 0 }),
    };
    scene.expect(Role::Attack, code, &[&used], nothing);
}

/// The situation that must be asked about is there: the user is in the room.
fn must_be_there(scene: &mut Scene, actor: &Actor, room: &Room, user: &str) -> Result<(), Stop> {
    let seen = scene.observe(actor, room)?;
    let there = Claim::Contains {
        pointer: "/members".to_owned(),
        value: json!(user),
    };
    scene.expect(Role::Applied, "attack-not-applied", &[&seen], there);
    Ok(())
}

/// The review names this warning about the user.
fn must_warn(scene: &mut Scene, role: Role, code: &str, review: &Value, warning: &str) {
    let warnings = review.pointer("/value/warnings").and_then(Value::as_array);
    let names: Vec<Value> = warnings
        .into_iter()
        .flatten()
        .filter_map(|warning| warning.get("warning").cloned())
        .collect();
    let seen = scene.note_seen("the warnings", Witness::Driver, json!(names));
    let claim = Claim::Contains {
        pointer: String::new(),
        value: json!(warning),
    };
    scene.expect(role, code, &[&seen], claim);
}
