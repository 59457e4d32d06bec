//! Who sends, and two who receive the same: one for each side of a comparison.

use vodozemac::{
    megolm::{GroupSession, InboundGroupSession, SessionConfig},
    olm::{Account, PreKeyMessage, Session, SessionConfig as OlmConfig},
};

/// Bytes of a text.
const SIZE: usize = 1024;

/// A group session.
pub(crate) struct Group {
    sender: GroupSession,
    pub(crate) receivers: [InboundGroupSession; 2],
}

impl Group {
    pub(crate) fn new() -> Self {
        let sender = GroupSession::new(SessionConfig::version_1());
        let receive =
            || InboundGroupSession::new(&sender.session_key(), SessionConfig::version_1());
        Self {
            receivers: [receive(), receive()],
            sender,
        }
    }

    /// The key as it is shared.
    pub(crate) fn key(&self) -> String {
        self.sender.session_key().to_base64()
    }

    pub(crate) fn encrypt(&mut self) -> String {
        self.sender.encrypt(vec![b'x'; SIZE]).to_base64()
    }
}

/// A channel of two devices, both of which have written.
pub(crate) struct Pair {
    account: Account,
    sender: Session,
    pub(crate) receivers: [Session; 2],
}

impl Pair {
    pub(crate) fn new() -> Self {
        let (account, mut other) = (Account::new(), Account::new());
        other.generate_one_time_keys(1);
        let key = *other.one_time_keys().values().next().unwrap();
        let config = OlmConfig::version_1();
        let mut sender = account
            .create_outbound_session(config, other.curve25519_key(), key)
            .unwrap();
        let (_, first) = sender.encrypt("first").unwrap().to_parts();
        let first = PreKeyMessage::from_bytes(&first).unwrap();
        let opened = other
            .create_inbound_session(config, account.curve25519_key(), &first)
            .unwrap();
        let mut receiver = opened.session;
        sender
            .decrypt(&receiver.encrypt("second").unwrap())
            .unwrap();
        Self {
            account,
            sender,
            receivers: [Session::from_pickle(receiver.pickle()), receiver],
        }
    }

    pub(crate) fn curve25519(&self) -> String {
        self.account.curve25519_key().to_base64()
    }

    pub(crate) fn ed25519(&self) -> String {
        self.account.ed25519_key().to_base64()
    }

    /// Type and body of a message.
    pub(crate) fn encrypt(&mut self) -> (u8, String) {
        let (kind, bytes) = self.sender.encrypt(vec![b'x'; SIZE]).unwrap().to_parts();
        (u8::try_from(kind).unwrap(), vodozemac::base64_encode(bytes))
    }
}
