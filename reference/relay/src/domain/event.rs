use ruma::{OwnedEventId, OwnedUserId, RoomId};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::account::Session;
use crate::refusal::Refusal;

/// An event as stored. Its content stays byte for byte what the sender wrote.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) event_id: OwnedEventId,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) sender: OwnedUserId,
    pub(crate) origin_server_ts: u64,
    pub(crate) content: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sent_by: Option<SentBy>,
}

/// Which request made an event; told to that device alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SentBy {
    pub(crate) session: Session,
    pub(crate) transaction: String,
}

/// An event on its way into a room.
pub(crate) struct NewEvent {
    pub(crate) kind: String,
    pub(crate) sender: OwnedUserId,
    pub(crate) content: Box<RawValue>,
    pub(crate) state_key: Option<String>,
    pub(crate) sent_by: Option<SentBy>,
}

#[derive(Serialize)]
struct ClientEvent<'a> {
    content: &'a RawValue,
    event_id: &'a OwnedEventId,
    origin_server_ts: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_id: Option<&'a RoomId>,
    sender: &'a OwnedUserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_key: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'a str,
    unsigned: Unsigned<'a>,
}

#[derive(Serialize)]
struct Unsigned<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<&'a str>,
}

#[derive(Serialize)]
struct StrippedEvent<'a> {
    content: &'a RawValue,
    sender: &'a OwnedUserId,
    state_key: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
}

impl NewEvent {
    /// A state event.
    pub(crate) fn state(
        sender: OwnedUserId,
        kind: &str,
        state_key: &str,
        content: &impl Serialize,
    ) -> Result<Self, Refusal> {
        let state_key = Some(state_key.to_owned());
        Ok(Self {
            kind: kind.to_owned(),
            sender,
            content: raw(content)?,
            state_key,
            sent_by: None,
        })
    }
}

impl Event {
    /// As a client sees it (spec, "Room event format"); in a sync the room is left out.
    pub(crate) fn for_client(
        &self,
        viewer: &Session,
        room: Option<&RoomId>,
    ) -> Result<Box<RawValue>, Refusal> {
        let own = self
            .sent_by
            .as_ref()
            .filter(|sent_by| &sent_by.session == viewer);
        raw(&ClientEvent {
            content: &self.content,
            event_id: &self.event_id,
            origin_server_ts: self.origin_server_ts,
            room_id: room,
            sender: &self.sender,
            state_key: self.state_key.as_deref(),
            kind: &self.kind,
            unsigned: Unsigned {
                transaction_id: own.map(|sent_by| sent_by.transaction.as_str()),
            },
        })
    }

    /// As the invited see it (spec, "Stripped state").
    pub(crate) fn stripped(&self) -> Result<Box<RawValue>, Refusal> {
        raw(&StrippedEvent {
            content: &self.content,
            sender: &self.sender,
            state_key: self.state_key.as_deref().unwrap_or_default(),
            kind: &self.kind,
        })
    }
}

/// Any value as JSON text.
pub(crate) fn raw(value: &impl Serialize) -> Result<Box<RawValue>, Refusal> {
    to_raw_value(value).map_err(|error| Refusal::internal().because(error))
}
