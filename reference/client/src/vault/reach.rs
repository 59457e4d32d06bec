//! What the keys of this device open today: the measure of forward secrecy and healing (ATK-OLM-12, ATK-MEGOLM-20).

use serde_json::Value;

use crate::{Client, RoomId, border::megolm, json::text, olm::Envelope};

impl Client {
    /// Whether the keys that are held open a recorded ciphertext: that of a room, or that of this device alone.
    ///
    /// Works on copies of the ratchets, and asks neither what was opened before nor what the timeline holds.
    pub(crate) fn opens(&self, room: Option<&RoomId>, content: &Value) -> bool {
        let opened = match room {
            Some(room) => self.opens_in_room(room, content),
            None => self.opens_to_device(content),
        };
        opened.unwrap_or_default()
    }

    fn opens_in_room(&self, room: &RoomId, content: &Value) -> Option<bool> {
        let session = text(content, "session_id")?;
        let message = megolm::parse(text(content, "ciphertext")?, &self.conduct).ok()?;
        Some(self.groups.opens(room, session, &message))
    }

    fn opens_to_device(&self, content: &Value) -> Option<bool> {
        let own = self.own.as_ref()?;
        let envelope = Envelope::parse(content, &own.curve25519(), &self.conduct).ok()?;
        let Envelope {
            sender_key,
            message,
        } = envelope;
        Some(self.olm.opens(own, sender_key, &message))
    }
}
