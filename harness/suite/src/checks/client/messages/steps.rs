//! What the checks about messages do and ask again and again.

use harness_driver::{Act, MessageAct};
use harness_evidence::{Claim, Witness};
use serde_json::{Value, json};

use crate::{
    check::Stop,
    scene::{Actor, Scene, Seen},
};

/// The wire type of the reference messenger; a product with another one needs an evil peer of its own.
pub(super) const DELETION: &str = "dev.pruefstand.deletion";

/// How many of the texts the actor's store holds, opened with the device's keys: `{"kept": n}`.
///
/// Looked for are the letters that `Scene::text` put at the end of each.
pub(super) fn kept(scene: &mut Scene, actor: &Actor, texts: &[&String]) -> Result<Seen, Stop> {
    let mut kept = 0;
    for text in texts {
        let mark = text.rsplit(' ').next().unwrap_or_default().to_owned();
        let found = scene.act(actor, Act::Message(MessageAct::Traces { text: mark }))?;
        let records = found.pointer("/value/records").and_then(Value::as_u64);
        let records = records.ok_or_else(|| Stop::target("message.traces returns no number"))?;
        kept += usize::from(records > 0);
    }
    let what = format!("the texts in {}'s store", actor.name);
    Ok(scene.note_seen(&what, Witness::Driver, json!({ "kept": kept })))
}

pub(super) fn is(pointer: &str, value: Value) -> Claim {
    Claim::Is {
        pointer: pointer.to_owned(),
        value,
    }
}

/// An item that shows no text. A timeline names no body where it shows none.
pub(super) fn lacks_text() -> Claim {
    Claim::Lacks {
        pointer: String::new(),
        value: json!("body"),
    }
}

/// Every timeline in an answer to a sync, newest event first.
pub(crate) fn reverse_timelines(answer: &mut Value) -> bool {
    let rooms = answer
        .pointer_mut("/rooms/join")
        .and_then(Value::as_object_mut);
    let mut changed = false;
    for (_, room) in rooms.into_iter().flatten() {
        let events = room
            .pointer_mut("/timeline/events")
            .and_then(Value::as_array_mut);
        if let Some(events) = events.filter(|events| events.len() > 1) {
            events.reverse();
            changed = true;
        }
    }
    changed
}
