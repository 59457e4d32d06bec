//! The yardstick: vodozemac, called as its documentation says.

use std::io;

use vodozemac::{
    megolm::{GroupSession, InboundGroupSession, MegolmMessage, SessionConfig},
    olm::{Account, OlmMessage, Session, SessionConfig as OlmConfig},
};

use crate::SIZE;

/// Both ends of a group session.
pub(crate) struct MegolmPair {
    outbound: GroupSession,
    inbound: InboundGroupSession,
    text: Vec<u8>,
}

impl MegolmPair {
    pub(crate) fn new() -> Self {
        let outbound = GroupSession::new(SessionConfig::version_1());
        let inbound = InboundGroupSession::new(&outbound.session_key(), SessionConfig::version_1());
        Self {
            outbound,
            inbound,
            text: vec![b'x'; SIZE],
        }
    }

    pub(crate) fn encrypt(&mut self) -> MegolmMessage {
        self.outbound.encrypt(&self.text)
    }

    pub(crate) fn decrypt(&mut self, message: &MegolmMessage) -> io::Result<Vec<u8>> {
        let opened = self.inbound.decrypt(message).map_err(io::Error::other)?;
        Ok(opened.plaintext)
    }
}

/// Sessions with devices that have not answered yet.
pub(crate) struct OlmSessions {
    sessions: Vec<Session>,
    text: Vec<u8>,
}

impl OlmSessions {
    pub(crate) fn new(count: usize) -> Self {
        let own = Account::new();
        let open = |()| {
            let mut other = Account::new();
            other.generate_one_time_keys(1);
            let key = *other.one_time_keys().values().next()?;
            let config = OlmConfig::version_1();
            own.create_outbound_session(config, other.curve25519_key(), key)
                .ok()
        };
        Self {
            sessions: std::iter::repeat_n((), count).filter_map(open).collect(),
            text: vec![b'x'; SIZE],
        }
    }

    /// One message through each session.
    pub(crate) fn encrypt(&mut self) -> io::Result<Vec<OlmMessage>> {
        let text = &self.text;
        let sessions = self.sessions.iter_mut();
        sessions
            .map(|session| session.encrypt(text).map_err(io::Error::other))
            .collect()
    }
}

/// A channel of two devices.
pub(crate) struct OlmPair {
    sender: Session,
    receiver: Session,
    text: Vec<u8>,
}

impl OlmPair {
    pub(crate) fn new() -> Option<Self> {
        let (own, mut other) = (Account::new(), Account::new());
        other.generate_one_time_keys(1);
        let key = *other.one_time_keys().values().next()?;
        let config = OlmConfig::version_1();
        let opened = own.create_outbound_session(config, other.curve25519_key(), key);
        let mut sender = opened.ok()?;
        let OlmMessage::PreKey(first) = sender.encrypt("first").ok()? else {
            return None;
        };
        let opened = other.create_inbound_session(config, own.curve25519_key(), &first);
        Some(Self {
            sender,
            receiver: opened.ok()?.session,
            text: vec![b'x'; SIZE],
        })
    }

    pub(crate) fn encrypt(&mut self) -> io::Result<OlmMessage> {
        self.sender.encrypt(&self.text).map_err(io::Error::other)
    }

    pub(crate) fn decrypt(&mut self, message: &OlmMessage) -> io::Result<Vec<u8>> {
        self.receiver.decrypt(message).map_err(io::Error::other)
    }
}
