//! Room keys: received, asked for, passed on.

use serde_json::{Value, json};
use thiserror::Error;
use vodozemac::megolm::InboundGroupSession;

use super::Event;
use crate::{
    Client, Conduct, DeviceId, Flaw, Refusal, RoomId, UserId,
    border::{SessionKeyError, key, session_key},
    contact::{BOOK_KEY, BOOK_KEY_REQUEST},
    directory::{IdentityState, MEGOLM},
    errand::Errand,
    history::HISTORY,
    json::{random_name, text},
    megolm::{Owner, RoomKey},
    olm::Payload,
    organisation::AFFILIATION,
    signals::{PRESENCE, RECEIPT, TYPING},
    vault::VaultRefusal,
};

impl Client {
    /// Does what an authenticated control event says.
    pub(super) fn take_payload(&mut self, payload: Payload) {
        match payload.kind.as_str() {
            "m.room_key" => self.take_room_key(payload),
            "m.forwarded_room_key" => self.take_forwarded_key(&payload),
            RECEIPT | TYPING | PRESENCE => self.take_signal(&payload),
            HISTORY => self.take_history(payload),
            AFFILIATION => self.take_affiliation(&payload),
            BOOK_KEY | BOOK_KEY_REQUEST => self.take_book_key(&payload),
            kind if kind.starts_with("dev.pruefstand.escrow.") => self.take_escrow(&payload),
            // `m.dummy` has done its work by being opened; the rest is not spoken.
            _ => {}
        }
    }

    fn take_room_key(&mut self, payload: Payload) {
        let Ok((room, inbound)) = shared_key(&payload.content, &self.conduct) else {
            return;
        };
        let session = inbound.session_id();
        self.note_word(&room, &payload);
        let owner = Owner {
            user: payload.sender,
            device: payload.device,
            curve25519: payload.curve25519,
            ed25519: payload.ed25519,
            imported: false,
            shared_by: None,
        };
        self.keep(&room, &session, inbound, owner);
    }

    /// A key passed on counts only from an own signed device that was asked for it, and says nothing
    /// about its owner (ATK-MEGOLM-03, ATK-MEGOLM-04).
    fn take_forwarded_key(&mut self, payload: &Payload) {
        let content = &payload.content;
        let (Some(room), Some(session)) = (named_room(content), named_session(content)) else {
            return;
        };
        let lax = self.conduct.has(Flaw::AcceptUnsolicitedForward);
        if !lax && !self.expects_forward(payload, &room, session) {
            return;
        }
        let Some(inbound) = text(content, "session_key")
            .and_then(|key| session_key::exported(key, &self.conduct).ok())
            .filter(|inbound| inbound.session_id() == session)
        else {
            return;
        };
        let claimed = text(content, "sender_key").unwrap_or_default();
        let Some(user) = self.owner_of(&room, claimed) else {
            return;
        };
        let owner = Owner {
            device: self
                .directory
                .by_curve(&user, claimed)
                .map(|(id, _)| id.clone()),
            user,
            curve25519: claimed.to_owned(),
            ed25519: text(content, "sender_claimed_ed25519_key")
                .unwrap_or_default()
                .to_owned(),
            imported: !lax,
            shared_by: None,
        };
        let session = session.to_owned();
        self.keep(&room, &session, inbound, owner);
    }

    /// Takes in the key of a file; who wrote the file says who owns it.
    pub(crate) fn take_passed_on(&mut self, key: RoomKey) -> Result<(), Refusal> {
        let inbound = key.inbound(&self.conduct);
        let inbound = inbound.ok_or(VaultRefusal::FileMalformed("a room key"))?;
        self.keep(&key.room, &key.session, inbound, key.owner);
        Ok(())
    }

    fn keep(&mut self, room: &RoomId, session: &str, inbound: InboundGroupSession, owner: Owner) {
        if self
            .groups
            .keep(room, inbound, owner, &self.conduct)
            .is_ok()
        {
            self.retry(room, session);
        }
    }

    fn expects_forward(&self, payload: &Payload, room: &RoomId, session: &str) -> bool {
        let is_own = self.own.as_ref().map(|own| &own.user) == Some(&payload.sender);
        if is_own && self.conduct.has(Flaw::ForwardAnyOwnDevice) {
            return true;
        }
        let asked = self.asked.get(&(room.clone(), session.to_owned()));
        let was_asked = asked.zip(payload.device.as_ref());
        was_asked.is_some_and(|(asked, device)| asked.contains(device))
            && self.is_own_payload(payload)
    }

    /// Whether a sealed message came from another device of this user that he has signed.
    pub(crate) fn is_own_payload(&self, payload: &Payload) -> bool {
        let device = payload.device.as_ref();
        device
            .is_some_and(|device| self.is_own_device(&payload.sender, device, &payload.curve25519))
    }

    /// Whether it is another device of this user, signed by the user's unchanged identity.
    pub(crate) fn is_own_device(&self, user: &UserId, device: &DeviceId, curve: &str) -> bool {
        let Some(own) = self.own.as_ref() else {
            return false;
        };
        let steady = matches!(
            self.directory.state(user),
            IdentityState::Pinned | IdentityState::Verified
        );
        let known = self.directory.device(user, device);
        *user == own.user
            && *device != own.device
            && steady
            && self.directory.counts(user, device, &self.conduct)
            && known.is_some_and(|known| known.curve25519 == curve)
    }

    /// The member of the room whose device has this key.
    fn owner_of(&self, room: &RoomId, curve: &str) -> Option<UserId> {
        let members = &self.rooms.get(room)?.members;
        members
            .keys()
            .find(|user| self.directory.by_curve(user, curve).is_some())
            .cloned()
    }

    /// Asks the user's other signed devices for the key of a closed message, once for each session.
    pub(super) fn ask_for_key(&mut self, room: &RoomId, content: &Value) {
        let Some(own) = self.own.as_ref() else {
            return;
        };
        let Some(session) = text(content, "session_id") else {
            return;
        };
        let wanted = (room.clone(), session.to_owned());
        if self.asked.contains_key(&wanted) {
            return;
        }
        let devices = self.directory.user(&own.user).map(|user| &user.devices);
        let others = devices
            .into_iter()
            .flatten()
            .filter(|(id, known)| self.is_own_device(&own.user, id, &known.curve25519));
        let others: std::collections::BTreeSet<DeviceId> =
            others.map(|(id, _)| id.clone()).collect();
        let request = json!({
            "action": "request",
            "requesting_device_id": own.device,
            "request_id": random_name(),
            "body": { "algorithm": MEGOLM, "room_id": room, "session_id": session },
        });
        let user = own.user.clone();
        for device in &others {
            let errand = Errand::clear(
                user.clone(),
                device.clone(),
                "m.room_key_request",
                request.clone(),
            );
            self.errands.push(errand);
        }
        if !others.is_empty() {
            self.asked.insert(wanted, others);
        }
    }

    /// Asks for the key of every closed message once more.
    pub(crate) fn ask_again(&mut self) {
        self.asked.clear();
        for (room, content) in self.rooms.closed() {
            self.ask_for_key(&room, &content);
        }
    }

    /// Passes a key on to an own signed device, never to anybody else (ATK-MEGOLM-05).
    pub(super) fn take_key_request(&mut self, event: &Event) {
        let device = text(&event.content, "requesting_device_id").map(DeviceId::new);
        let body = event.content.get("body");
        let (Some(device), Some(body)) = (device, body) else {
            return;
        };
        let (Some(room), Some(session)) = (named_room(body), named_session(body)) else {
            return;
        };
        let Some(known) = self.directory.device(&event.sender, &device) else {
            return;
        };
        let is_own = self.own.as_ref().map(|own| &own.user) == Some(&event.sender);
        let by_id = is_own && self.conduct.has(Flaw::AnswerKeyRequestById);
        if !by_id && !self.is_own_device(&event.sender, &device, &known.curve25519) {
            return;
        }
        if let Some(key) = self.groups.export(&room, session) {
            let errand = Errand::sealed(event.sender.clone(), device, "m.forwarded_room_key", key);
            self.errands.push(errand);
        }
    }
}

/// Why an `m.room_key` is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum RoomKeyRefusal {
    #[error("algorithm, room, session id or key are missing, or none")]
    Malformed,
    #[error(transparent)]
    Key(#[from] SessionKeyError),
    #[error("the key is not the one of the session that it is sent for")]
    SessionMismatch,
}

/// The room and the session of an `m.room_key` (Matrix specification).
///
/// What it says beside the key must be what is in the key; whatever else it says of it, such as an index, is not read (VEC-K-11).
pub(crate) fn shared_key(
    content: &Value,
    conduct: &Conduct,
) -> Result<(RoomId, InboundGroupSession), RoomKeyRefusal> {
    let room = named_room(content).ok_or(RoomKeyRefusal::Malformed)?;
    let session = named_session(content).ok_or(RoomKeyRefusal::Malformed)?;
    let key = text(content, "session_key").ok_or(RoomKeyRefusal::Malformed)?;
    let inbound = session_key::shared(key, conduct)?;
    if inbound.session_id() != session {
        return Err(RoomKeyRefusal::SessionMismatch);
    }
    Ok((room, inbound))
}

fn named_room(content: &Value) -> Option<RoomId> {
    let speaks = text(content, "algorithm") == Some(MEGOLM);
    text(content, "room_id").filter(|_| speaks).map(RoomId::new)
}

/// A session's id is its public signing key.
fn named_session(content: &Value) -> Option<&str> {
    text(content, "session_id").filter(|id| key::ed25519(id, &Conduct::honest()).is_ok())
}
