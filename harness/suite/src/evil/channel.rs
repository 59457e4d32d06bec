//! The evil peer's side of Olm: honest by default, and open to any lie in the plaintext.

use serde_json::{Value, json};
use vodozemac::{
    Curve25519PublicKey,
    megolm::{InboundGroupSession, MegolmMessage, SessionConfig as MegolmConfig, SessionKey},
    olm::{OlmMessage, SessionConfig},
};

use crate::{
    check::Stop,
    evil::{EvilRoomKey, ForgedDevice, Target},
};

const OLM: &str = "m.olm.v1.curve25519-aes-sha2";

impl ForgedDevice {
    /// Starts an Olm session with a claimed one-time key; sending uses it from now on.
    ///
    /// # Errors
    ///
    /// If a key is no Curve25519 key.
    pub fn open_channel(&mut self, to: &Target, one_time_key: &str) -> Result<(), Stop> {
        let key = |text: &str| {
            Curve25519PublicKey::from_base64(text)
                .map_err(|error| Stop::harness(format!("not a Curve25519 key: {error}")))
        };
        let session = self.account.create_outbound_session(
            SessionConfig::version_1(),
            key(&to.curve25519)?,
            key(one_time_key)?,
        );
        let session = session.map_err(|error| Stop::harness(error.to_string()))?;
        self.channels
            .entry(to.curve25519.clone())
            .or_default()
            .push(session);
        Ok(())
    }

    /// The honest plaintext of an Olm message (Matrix specification, `m.olm.v1.curve25519-aes-sha2`), for the check to change.
    #[must_use]
    pub fn olm_payload(&self, to: &Target, kind: &str, content: &Value) -> Value {
        json!({
            "type": kind,
            "content": content,
            "sender": self.user,
            "recipient": to.user,
            "recipient_keys": { "ed25519": to.ed25519 },
            "keys": { "ed25519": self.ed25519() },
            "sender_device_keys": self.device_keys(),
        })
    }

    /// The content of an `m.room.encrypted` to-device event with this plaintext.
    ///
    /// # Errors
    ///
    /// If there is no session with the target.
    pub fn olm_encrypt(&mut self, to: &Target, payload: &Value) -> Result<Value, Stop> {
        let session = self
            .channels
            .get_mut(&to.curve25519)
            .and_then(|sessions| sessions.last_mut());
        let session = session.ok_or_else(|| {
            Stop::harness(format!("no Olm session with {} {}", to.user, to.device))
        })?;
        let message = session
            .encrypt(payload.to_string())
            .map_err(|error| Stop::harness(error.to_string()))?;
        let (kind, bytes) = message.to_parts();
        Ok(json!({
            "algorithm": OLM,
            "sender_key": self.curve25519(),
            "ciphertext": { to.curve25519.clone(): { "type": kind, "body": vodozemac::base64_encode(bytes) } },
        }))
    }

    /// The plaintext of an `m.room.encrypted` to-device event for this device, or `None` if it cannot be decrypted.
    pub fn olm_decrypt(&mut self, content: &Value) -> Option<Value> {
        let sender_key = content.get("sender_key")?.as_str()?;
        let ours = content.get("ciphertext")?.get(self.curve25519())?;
        let kind = usize::try_from(ours.get("type")?.as_u64()?).ok()?;
        let bytes = vodozemac::base64_decode(ours.get("body")?.as_str()?).ok()?;
        let message = OlmMessage::from_parts(kind, &bytes).ok()?;
        let sessions = self.channels.entry(sender_key.to_owned()).or_default();
        let known = sessions
            .iter_mut()
            .find_map(|session| session.decrypt(&message).ok());
        let plaintext = match (known, &message) {
            (Some(plaintext), _) => plaintext,
            (None, OlmMessage::PreKey(first)) => {
                let from = Curve25519PublicKey::from_base64(sender_key).ok()?;
                let created = self
                    .account
                    .create_inbound_session(SessionConfig::version_1(), from, first)
                    .ok()?;
                sessions.push(created.session);
                created.plaintext
            }
            (None, OlmMessage::Normal(_)) => return None,
        };
        serde_json::from_slice(&plaintext).ok()
    }

    /// Decrypts every Olm event of a sync answer that is for this device and keeps the room keys; the plaintexts, in order.
    pub fn hear(&mut self, sync: &Value) -> Vec<Value> {
        let events = sync.pointer("/to_device/events").and_then(Value::as_array);
        let contents = events
            .into_iter()
            .flatten()
            .filter_map(|event| event.get("content"));
        let plaintexts: Vec<_> = contents
            .filter_map(|content| self.olm_decrypt(content))
            .collect();
        for plaintext in &plaintexts {
            self.keep_room_key(plaintext);
        }
        plaintexts
    }

    fn keep_room_key(&mut self, plaintext: &Value) -> Option<()> {
        if plaintext.get("type")? != "m.room_key" {
            return None;
        }
        let field = |name: &str| plaintext.get("content")?.get(name)?.as_str();
        let key = SessionKey::from_base64(field("session_key")?).ok()?;
        let session = InboundGroupSession::new(&key, MegolmConfig::version_1());
        self.heard.insert(
            (field("room_id")?.to_owned(), session.session_id()),
            session,
        );
        Some(())
    }

    /// The plaintext of a room message, if this device has the key.
    #[must_use]
    pub fn decrypt_room(&self, room: &str, content: &Value) -> Option<Value> {
        let session = content.get("session_id")?.as_str()?;
        let kept = self.heard.get(&(room.to_owned(), session.to_owned()))?;
        let mut copy = InboundGroupSession::from_pickle(kept.pickle());
        let message = MegolmMessage::from_base64(content.get("ciphertext")?.as_str()?).ok()?;
        serde_json::from_slice(&copy.decrypt(&message).ok()?.plaintext).ok()
    }

    /// The content of a room message in the evil peer's name.
    #[must_use]
    pub fn room_event(&self, key: &EvilRoomKey, ciphertext: &str) -> Value {
        json!({
            "algorithm": "m.megolm.v1.aes-sha2",
            "sender_key": self.curve25519(),
            "device_id": self.device,
            "session_id": key.session_id(),
            "ciphertext": ciphertext,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(device: &ForgedDevice) -> Target {
        let answer = json!({ "device_keys": { device.user.clone(): { device.device.clone(): device.device_keys() } } });
        Target::of(&answer, &device.user, &device.device).unwrap()
    }

    fn one_time_key(device: &mut ForgedDevice) -> String {
        let keys = device.one_time_keys(1);
        let key = keys.values().next().unwrap();
        key.get("key").and_then(Value::as_str).unwrap().to_owned()
    }

    #[test]
    fn a_room_key_reaches_a_forged_device_which_then_reads() {
        let (mut mallory, mut ghost) = (
            ForgedDevice::new("@m:x", "M"),
            ForgedDevice::new("@g:x", "G"),
        );
        let to = target(&ghost);
        mallory
            .open_channel(&to, &one_time_key(&mut ghost))
            .unwrap();
        let mut key = EvilRoomKey::new("!r");
        let payload = mallory.olm_payload(&to, "m.room_key", &key.room_key());
        let content = mallory.olm_encrypt(&to, &payload).unwrap();
        let heard = ghost.hear(&json!({ "to_device": { "events": [{ "content": content }] } }));
        assert_eq!(heard, [payload]);

        let ciphertext = key.encrypt_text("text");
        let event = mallory.room_event(&key, &ciphertext);
        let plaintext = ghost.decrypt_room("!r", &event).unwrap();
        assert_eq!(plaintext.pointer("/content/body"), Some(&json!("text")));
    }

    #[test]
    fn the_other_side_answers_in_the_same_session() {
        let (mut mallory, mut ghost) = (
            ForgedDevice::new("@m:x", "M"),
            ForgedDevice::new("@g:x", "G"),
        );
        let (to_ghost, to_mallory) = (target(&ghost), target(&mallory));
        mallory
            .open_channel(&to_ghost, &one_time_key(&mut ghost))
            .unwrap();
        let first = mallory.olm_encrypt(&to_ghost, &json!({ "n": 1 })).unwrap();
        assert!(ghost.olm_decrypt(&first).is_some());
        let answer = ghost.olm_encrypt(&to_mallory, &json!({ "n": 2 })).unwrap();
        assert_eq!(mallory.olm_decrypt(&answer), Some(json!({ "n": 2 })));
        let next = mallory.olm_encrypt(&to_ghost, &json!({ "n": 3 })).unwrap();
        assert_eq!(
            next.pointer(&format!(
                "/ciphertext/{}/type",
                to_ghost.curve25519.replace('/', "~1")
            )),
            Some(&json!(1))
        );
        assert_eq!(ghost.olm_decrypt(&next), Some(json!({ "n": 3 })));
    }
}
