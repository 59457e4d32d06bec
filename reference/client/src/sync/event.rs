//! Events as the relay hands them out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RoomKind;
use crate::{
    EventId, RoomId, UserId,
    directory::{MEGOLM, OLM},
    json::text,
};

/// An event with the fields that every event must have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) sender: UserId,
    pub(crate) content: Value,
    /// Empty for to-device and stripped events.
    pub(crate) id: EventId,
    pub(crate) state_key: Option<String>,
}

impl Event {
    /// `None` if it is no event: one bad item never stops the others (ATK-EVT-15).
    fn parse(event: &Value) -> Option<Self> {
        let content = event.get("content").filter(|content| content.is_object())?;
        let state_key = match event.get("state_key") {
            Some(key) => Some(key.as_str()?.to_owned()),
            None => None,
        };
        Some(Self {
            kind: text(event, "type")?.to_owned(),
            sender: UserId::new(text(event, "sender")?),
            content: content.clone(),
            id: EventId::new(text(event, "event_id").unwrap_or_default()),
            state_key,
        })
    }

    /// Whether an encrypted event has the fields of its algorithm.
    fn is_complete(&self) -> bool {
        let ciphertext = self.content.get("ciphertext");
        match text(&self.content, "algorithm") {
            _ if self.kind != "m.room.encrypted" => true,
            Some(OLM) => ciphertext.is_some_and(Value::is_object),
            Some(MEGOLM) => {
                ciphertext.is_some_and(Value::is_string)
                    && text(&self.content, "session_id").is_some()
            }
            _ => false,
        }
    }
}

/// The good events of a part of the answer, in order.
pub(super) fn list(part: Option<&Value>) -> Vec<Event> {
    raw(part).filter_map(Event::parse).collect()
}

/// Every room of the answer.
pub(super) fn rooms(answer: &Value) -> Vec<(RoomKind, RoomId, &Value)> {
    let mut all = Vec::new();
    let parts = [
        ("invite", RoomKind::Invited),
        ("join", RoomKind::Joined),
        ("leave", RoomKind::Left),
    ];
    for (name, kind) in parts {
        let part = answer
            .get("rooms")
            .and_then(|rooms| rooms.get(name))
            .and_then(Value::as_object);
        all.extend(
            part.into_iter()
                .flatten()
                .map(|(id, news)| (kind, RoomId::new(id), news)),
        );
    }
    all
}

/// How many events the answer holds.
pub(super) fn count(answer: &Value) -> usize {
    parts(answer).map(|part| raw(part).count()).sum()
}

/// The flaw's question: whether nothing in the answer is malformed.
pub(super) fn all_well_formed(answer: &Value) -> bool {
    parts(answer)
        .flat_map(raw)
        .all(|event| Event::parse(event).is_some_and(|event| event.is_complete()))
}

fn parts(answer: &Value) -> impl Iterator<Item = Option<&Value>> {
    let of_rooms = rooms(answer)
        .into_iter()
        .flat_map(|(_, _, news)| ["invite_state", "state", "timeline"].map(|name| news.get(name)));
    std::iter::once(answer.get("to_device")).chain(of_rooms)
}

fn raw(part: Option<&Value>) -> impl Iterator<Item = &Value> {
    part.and_then(|part| part.get("events"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
