//! Megolm in the evil peer's hands: its own room keys, and those that it was given.

use serde_json::{Value, json};
use vodozemac::{
    Ed25519Keypair,
    megolm::{ExportedSessionKey, GroupSession, InboundGroupSession, MegolmMessage, SessionConfig},
};

use crate::{check::Stop, evil::channel::room_event};

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
    ///
    /// # Errors
    ///
    /// If the library does not take its own state back.
    pub fn fork(&self) -> Result<Self, Stop> {
        let copy = HeardRoomKey::copy_of(&self.room, &self.first);
        Ok(Self {
            room: self.room.clone(),
            session: GroupSession::from_pickle(self.session.pickle()),
            first: copy.session,
        })
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
        let key = self.first.export_at_first_known_index();
        forwarded(
            &self.room,
            &self.session_id(),
            &key,
            (sender_curve25519, sender_ed25519),
        )
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
        self.session.encrypt(plaintext.to_string()).to_base64()
    }
}

/// A room key of somebody else, as it was given to the evil peer or stolen.
pub struct HeardRoomKey {
    room: String,
    session: InboundGroupSession,
}

impl HeardRoomKey {
    pub(super) fn copy_of(room: &str, session: &InboundGroupSession) -> Self {
        let exported = session.export_at_first_known_index();
        Self {
            room: room.to_owned(),
            session: InboundGroupSession::import(&exported, SessionConfig::version_1()),
        }
    }

    /// The plaintext of a room message, if the key reaches it.
    #[must_use]
    pub fn decrypt(mut self, content: &Value) -> Option<Value> {
        let message = MegolmMessage::from_base64(content.get("ciphertext")?.as_str()?).ok()?;
        serde_json::from_slice(&self.session.decrypt(&message).ok()?.plaintext).ok()
    }

    /// The key from `index` on as `m.forwarded_room_key`, claimed to be that of a device with these keys.
    ///
    /// # Errors
    ///
    /// If the key does not reach back to the index.
    pub fn forwarded(
        &mut self,
        index: u32,
        sender_curve25519: &str,
        sender_ed25519: &str,
    ) -> Result<Value, Stop> {
        let key = self.session.export_at(index).ok_or_else(|| {
            Stop::harness(format!("the room key does not reach back to index {index}"))
        })?;
        Ok(forwarded(
            &self.room,
            &self.session.session_id(),
            &key,
            (sender_curve25519, sender_ed25519),
        ))
    }

    /// A message on the owner's chain under the owner's session id: right key and MAC, signed by somebody else.
    ///
    /// # Errors
    ///
    /// If the key does not reach back to the index.
    pub fn forge(
        &self,
        index: u32,
        plaintext: &Value,
        envelope: (&str, &str),
    ) -> Result<Value, Stop> {
        let cipher = self.session.get_cipher_at(index).ok_or_else(|| {
            Stop::harness(format!("the room key does not reach back to index {index}"))
        })?;
        let message = MegolmMessage::encrypt(
            index,
            &cipher,
            &Ed25519Keypair::new(),
            plaintext.to_string().as_bytes(),
        );
        let (sender_key, device) = envelope;
        Ok(room_event(
            sender_key,
            device,
            &self.session.session_id(),
            &message.to_base64(),
        ))
    }
}

fn forwarded(room: &str, session: &str, key: &ExportedSessionKey, claimed: (&str, &str)) -> Value {
    json!({
        "algorithm": MEGOLM,
        "room_id": room,
        "session_id": session,
        "session_key": key.to_base64(),
        "sender_key": claimed.0,
        "sender_claimed_ed25519_key": claimed.1,
        "forwarding_curve25519_key_chain": [],
    })
}
