//! Room keys of the evil peer's own making.

use super::Target;
use serde_json::{Value, json};
use vodozemac::{
    base64_encode,
    megolm::{GroupSession, InboundGroupSession, SessionConfig},
};

/// Where the ratchet stands in an exported key: behind version and index (Megolm specification, "Session export format").
const RATCHET: usize = 5;

const MEGOLM: &str = "m.megolm.v1.aes-sha2";

/// A room key of the evil peer's own making.
pub struct EvilRoomKey {
    room: String,
    session: GroupSession,
    /// The key at its first index.
    first: InboundGroupSession,
}

impl EvilRoomKey {
    /// A fresh key for a room.
    #[must_use]
    pub fn new(room: &str) -> Self {
        let session = GroupSession::new(SessionConfig::version_1());
        let first = InboundGroupSession::new(&session.session_key(), SessionConfig::version_1());
        Self {
            room: room.to_owned(),
            session,
            first,
        }
    }

    /// The same key in the same state, so that two messages can stand at one index.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            room: self.room.clone(),
            session: GroupSession::from_pickle(self.session.pickle()),
            first: InboundGroupSession::from_pickle(self.first.pickle()),
        }
    }

    /// The session id.
    #[must_use]
    pub fn session_id(&self) -> String {
        self.session.session_id()
    }

    /// The honest content of `m.room_key`, from the current index on.
    #[must_use]
    pub fn room_key(&self) -> Value {
        json!({
            "algorithm": MEGOLM,
            "room_id": self.room,
            "session_id": self.session_id(),
            "session_key": self.session.session_key().to_base64(),
        })
    }

    /// The key as `m.forwarded_room_key`, claimed to be that of a device with these keys.
    #[must_use]
    pub fn forwarded(&self, sender_curve25519: &str, sender_ed25519: &str) -> Value {
        json!({
            "algorithm": MEGOLM,
            "room_id": self.room,
            "session_id": self.session_id(),
            "session_key": self.first.export_at_first_known_index().to_base64(),
            "sender_key": sender_curve25519,
            "sender_claimed_ed25519_key": sender_ed25519,
            "forwarding_curve25519_key_chain": [],
        })
    }

    /// The key as an entry of a room's history, claimed to be that of a device with these keys.
    #[must_use]
    pub fn shared(&self, owner: &Target) -> Value {
        json!({
            "room": self.room,
            "session": self.session_id(),
            "key": self.first.export_at_first_known_index().to_base64(),
            "owner": {
                "user": owner.user,
                "device": owner.device,
                "curve25519": owner.curve25519,
                "ed25519": owner.ed25519,
                "imported": false,
            },
        })
    }

    /// As [`EvilRoomKey::shared`], with the session's own id and another ratchet: an export is signed by nobody.
    #[must_use]
    pub fn poisoned(&self, owner: &Target) -> Value {
        let mut bytes = self.first.export_at_first_known_index().to_bytes();
        if let Some(byte) = bytes.get_mut(RATCHET) {
            *byte ^= 1;
        }
        let mut entry = self.shared(owner);
        if let Some(key) = entry.get_mut("key") {
            *key = json!(base64_encode(bytes));
        }
        entry
    }

    /// The ciphertext of an honest room message of this type.
    pub fn encrypt(&mut self, kind: &str, content: &Value) -> String {
        let room = self.room.clone();
        self.encrypt_plaintext(&json!({ "room_id": room, "type": kind, "content": content }))
    }

    /// The ciphertext of a text message.
    pub fn encrypt_text(&mut self, body: &str) -> String {
        self.encrypt(
            "m.room.message",
            &json!({ "msgtype": "m.text", "body": body }),
        )
    }

    /// The ciphertext of any plaintext, whatever room or type it names.
    pub fn encrypt_plaintext(&mut self, plaintext: &Value) -> String {
        self.encrypt_words(&plaintext.to_string())
    }

    /// The ciphertext of any text, which need not be JSON that has one reading.
    pub fn encrypt_words(&mut self, plaintext: &str) -> String {
        self.session.encrypt(plaintext).to_base64()
    }
}
