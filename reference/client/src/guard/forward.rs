//! Passing a message on: where it comes from stays visible, and its label goes with it (R31, USE-03).

use serde_json::{Value, json};

use crate::{
    Client, EventId, Flaw, Item, Refusal, RoomId,
    json::text,
    label::Label,
    room::{Entry, ItemKind},
};

/// The field of a content that says who wrote what is passed on.
const FIELD: &str = "dev.pruefstand.forwarded";

/// The longest user id that is shown.
const LONGEST_ID: usize = 255;

/// What is shown of the origin of a message: the author as the one who passed it on names him.
pub(crate) fn origin(content: &Value) -> Option<Value> {
    let sender = text(content.get(FIELD)?, "sender")?;
    let sender: String = sender.chars().take(LONGEST_ID).collect();
    Some(json!({ "sender": sender }))
}

impl Client {
    /// The content that passes a message on.
    pub(super) fn forwarded(
        &self,
        from: &RoomId,
        message: &EventId,
        to: &RoomId,
    ) -> Result<Value, Refusal> {
        let (item, entry) = self.passable(from, message)?;
        let encrypted = |room: &RoomId| {
            self.rooms
                .get(room)
                .is_some_and(|known| known.is_encrypted())
        };
        // The key of a file, or what was said in confidence, is not for the relay.
        if encrypted(from) && !encrypted(to) {
            return Err(Refusal::NotEncrypted);
        }
        let body = item.body.as_ref();
        let mut content = match &entry.file {
            None => json!({ "msgtype": "m.text", "body": body }),
            // A clear address inside an encrypted event is read by nobody.
            Some(address) if address.is_string() == encrypted(to) => {
                return Err(Refusal::UnknownMessage);
            }
            Some(address) => {
                let info =
                    json!({ "mimetype": item.facts.get("type"), "size": item.facts.get("size") });
                let place = if encrypted(to) { "file" } else { "url" };
                json!({ "msgtype": "m.file", "body": body, "info": info, place: address })
            }
        };
        let label = item.facts.get("label").map(|_| Label::Internal);
        let label = label.filter(|_| !self.conduct.has(Flaw::LabelLostOnForward));
        let label = label.or_else(|| self.stays_inside(from).then_some(Label::Internal));
        Label::put(label, &mut content);
        if let Some(fields) = content.as_object_mut() {
            fields.insert(FIELD.to_owned(), json!({ "sender": item.sender }));
        }
        Ok(content)
    }

    /// What carries the label and would be read by somebody outside does not leave.
    ///
    /// # Errors
    /// [`Refusal::StaysInside`].
    pub(crate) fn ask_label(&self, room: &RoomId, content: &Value) -> Result<(), Refusal> {
        let members = self
            .rooms
            .get(room)
            .into_iter()
            .flat_map(|known| known.members.keys());
        let mut outside = members.filter(|user| self.is_external(user));
        match Label::of(content).and_then(|_| outside.next()) {
            Some(user) if !self.conduct.has(Flaw::LabelledSentOutside) => {
                Err(Refusal::StaysInside(user.clone()))
            }
            _ => Ok(()),
        }
    }

    /// The label of the message that a content answers or replaces is its own too.
    pub(crate) fn inherit_label(&self, room: &RoomId, content: &mut Value) {
        let Some(relation) = content.get("m.relates_to") else {
            return;
        };
        let replaced =
            text(relation, "event_id").filter(|_| !self.conduct.has(Flaw::LabelLostOnEdit));
        let answered = relation
            .get("m.in_reply_to")
            .and_then(|reply| text(reply, "event_id"));
        let is_labelled = |event: &str| {
            let mut entries = self.rooms.entries(room).iter();
            let entry = entries.find(|entry| entry.event.as_str() == event);
            entry.is_some_and(|entry| entry.facts.contains_key("label"))
        };
        if replaced.into_iter().chain(answered).any(is_labelled) {
            Label::put(Some(Label::Internal), content);
        }
    }

    /// Whether the organisation wants what is said in the room to stay inside: nobody outside is in it.
    fn stays_inside(&self, room: &RoomId) -> bool {
        let members = self
            .rooms
            .get(room)
            .into_iter()
            .flat_map(|known| known.members.keys());
        self.policy().internal_only && !members.into_iter().any(|user| self.is_external(user))
    }

    fn passable(&self, room: &RoomId, message: &EventId) -> Result<(Item, &Entry), Refusal> {
        let timeline = self.timeline(room).into_iter();
        let item = timeline
            .filter(|item| item.kind != ItemKind::Notice && item.body.is_some())
            .find(|item| item.event == *message);
        let entry = self
            .rooms
            .entries(room)
            .iter()
            .find(|entry| entry.event == *message);
        item.zip(entry).ok_or(Refusal::UnknownMessage)
    }
}
