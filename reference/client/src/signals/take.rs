//! What others let this user know.

use serde_json::Value;

use super::{PRESENCE, RECEIPT, TYPING};
use crate::{Client, EventId, RoomId, UserId, json::text, olm::Payload};

/// Receipts kept of each reader in a room; older ones are forgotten.
const MOST: usize = 500;

/// Who writes goes on telling so; after this many milliseconds he has stopped.
const TYPING_FOR: u64 = 10_000;

/// Who is there goes on telling so.
const PRESENT_FOR: u64 = 300_000;

impl Client {
    /// Takes an authenticated signal in. It counts only from a signed device of a member of the room that it names.
    pub(crate) fn take_signal(&mut self, payload: &Payload) {
        let Some(room) = text(&payload.content, "room_id").map(RoomId::new) else {
            return;
        };
        let from = (
            &payload.sender,
            payload.device.as_ref(),
            &*payload.curve25519,
        );
        if !self.is_device_of_member(&room, from) {
            return;
        }
        let content = &payload.content;
        match payload.kind.as_str() {
            RECEIPT => self.take_receipt(room, &payload.sender, content),
            TYPING => {
                let until = match content.get("active") {
                    Some(Value::Bool(true)) => self.now.saturating_add(TYPING_FOR),
                    _ => 0,
                };
                let place = (room, payload.sender.clone());
                self.signals.typing.insert(place, until);
            }
            PRESENCE => {
                let presence = content.get("presence").cloned().unwrap_or_default();
                if let Ok(presence) = serde_json::from_value(presence) {
                    let until = self.now.saturating_add(PRESENT_FOR);
                    let place = payload.sender.clone();
                    self.signals.presence.insert(place, (presence, until));
                }
            }
            _ => {}
        }
    }

    /// Kept whatever it names: the message itself may not be here yet, and only own messages show receipts.
    fn take_receipt(&mut self, room: RoomId, reader: &UserId, content: &Value) {
        let receipt = content.get("receipt").cloned();
        let receipt: Result<super::Receipt, _> =
            serde_json::from_value(receipt.unwrap_or_default());
        let (Some(event), Ok(receipt)) = (text(content, "event_id"), receipt) else {
            return;
        };
        let event = EventId::new(event);
        let heard = self.signals.heard.entry(room.clone()).or_default();
        let of_reader = heard.0.entry(reader.clone()).or_default();
        match of_reader.iter_mut().find(|(known, _)| *known == event) {
            Some((_, known)) => *known = receipt.max(*known),
            None => of_reader.push_back((event, receipt)),
        }
        if of_reader.len() > MOST {
            of_reader.pop_front();
        }
        self.signals.dirty.push(room);
    }

    fn is_device_of_member(
        &self,
        room: &RoomId,
        (user, device, curve): (&UserId, Option<&crate::DeviceId>, &str),
    ) -> bool {
        let known = device.and_then(|device| self.directory.device(user, device));
        self.may_be_told(room, user)
            && known.is_some_and(|known| known.signed && known.curve25519 == curve)
    }
}
