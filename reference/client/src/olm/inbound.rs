//! Opens what other devices sent.

use thiserror::Error;
use vodozemac::{
    Curve25519PublicKey,
    olm::{DecryptionError, Message, OlmMessage, PreKeyMessage, Session, SessionConfig},
};

use super::Sessions;
use crate::{Conduct, Flaw, Variant, account::Own};

/// Why an Olm message was not opened. The state of every session is as before.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum OlmRefusal {
    #[error("the pre-key message was seen before")]
    Replayed,
    #[error("the pre-key message names another identity key than its envelope")]
    IdentityKeyMismatch,
    #[error("the message was opened before")]
    AlreadyOpened,
    #[error("no session opens the message: {0}")]
    NotOpened(String),
    #[error("there are too many devices with sessions")]
    TooManyPeers,
}

impl Sessions {
    /// Decrypts a message from the device with this Curve25519 key.
    ///
    /// All work happens on copies; they replace the state only after the message was authenticated
    /// (ATK-OLM-09, ATK-OLM-19).
    pub(crate) fn decrypt(
        &mut self,
        own: &mut Own,
        sender: Curve25519PublicKey,
        message: &OlmMessage,
        conduct: &Conduct,
    ) -> Result<Vec<u8>, OlmRefusal> {
        let curve = sender.to_base64();
        match message {
            OlmMessage::PreKey(pre_key) => self.decrypt_pre_key(own, sender, pre_key, conduct),
            OlmMessage::Normal(_) => self.decrypt_with(&curve, message, |_| true, conduct),
        }
    }

    fn decrypt_pre_key(
        &mut self,
        own: &mut Own,
        sender: Curve25519PublicKey,
        message: &PreKeyMessage,
        conduct: &Conduct,
    ) -> Result<Vec<u8>, OlmRefusal> {
        let curve = sender.to_base64();
        if message.identity_key() != sender {
            return Err(OlmRefusal::IdentityKeyMismatch);
        }
        let id = message.session_id();
        let known = self.peers.get(&curve).is_some_and(|peer| {
            peer.sessions
                .iter()
                .any(|session| session.session_id() == id)
        });
        if known {
            let whole = OlmMessage::PreKey(message.clone());
            let fits = |session: &Session| session.session_id() == id;
            let opened = self.decrypt_with(&curve, &whole, fits, conduct);
            if opened.is_ok() {
                return opened;
            }
            // The channel is there, so what it does not open is old or forged.
            let refused_later = conduct.varies(Variant::FirstMessageByKeyAlone);
            if !refused_later && !conduct.has(Flaw::PrekeyReplayOk) {
                return Err(OlmRefusal::AlreadyOpened);
            }
        }
        if own.supply.was_seen(message) && !conduct.has(Flaw::PrekeyReplayOk) {
            return Err(OlmRefusal::Replayed);
        }
        if self.is_full(&curve) {
            return Err(OlmRefusal::TooManyPeers);
        }
        self.accept(own, sender, message, conduct)
    }

    /// Answers a pre-key message with a new session.
    fn accept(
        &mut self,
        own: &mut Own,
        sender: Curve25519PublicKey,
        message: &PreKeyMessage,
        conduct: &Conduct,
    ) -> Result<Vec<u8>, OlmRefusal> {
        let mut copy = own.account_copy();
        let created = copy.create_inbound_session(SessionConfig::version_1(), sender, message);
        if created.is_err() && conduct.has(Flaw::OtkRemovedBeforeDecrypt) {
            own.changed |= own
                .account
                .remove_one_time_key(message.one_time_key())
                .is_some();
        }
        let created = created.map_err(|error| OlmRefusal::NotOpened(error.to_string()))?;
        own.account = copy;
        own.changed = true;
        if own.supply.remember(message) {
            own.fallback_used(conduct);
        }
        self.adopt(&sender.to_base64(), created.session);
        Ok(created.plaintext)
    }

    fn decrypt_with(
        &mut self,
        curve: &str,
        message: &OlmMessage,
        fits: impl Fn(&Session) -> bool,
        conduct: &Conduct,
    ) -> Result<Vec<u8>, OlmRefusal> {
        let header = match message {
            OlmMessage::Normal(normal) => normal,
            OlmMessage::PreKey(pre_key) => pre_key.message(),
        };
        if self.is_passed(curve, header, conduct) {
            return Err(OlmRefusal::NotOpened("the chain has moved on".to_owned()));
        }
        let peer = self.peers.get_mut(curve);
        let peer = peer.ok_or_else(|| OlmRefusal::NotOpened("no session".to_owned()))?;
        let mut reason = "no session".to_owned();
        for at in 0..peer.sessions.len() {
            let Some(session) = peer.sessions.get(at).filter(|session| fits(session)) else {
                continue;
            };
            let mut copy = Session::from_pickle(session.pickle());
            match copy.decrypt(message) {
                Ok(plaintext) => {
                    // The session that heard last is the one that the other side can hear.
                    let before = peer.sessions.remove(at);
                    if conduct.has(Flaw::KeepAllMessageKeys) {
                        peer.earlier.push(before);
                    }
                    peer.sessions.insert(0, copy);
                    self.dirty.insert(curve.to_owned());
                    return Ok(plaintext);
                }
                Err(DecryptionError::MissingMessageKey(_)) => {
                    return Err(OlmRefusal::AlreadyOpened);
                }
                Err(error) => reason = error.to_string(),
            }
        }
        self.pass(curve, header, conduct);
        Err(OlmRefusal::NotOpened(reason))
    }

    /// Whether the keys that are held open the message; nothing is changed.
    pub(crate) fn opens(
        &self,
        own: &Own,
        sender: Curve25519PublicKey,
        message: &OlmMessage,
    ) -> bool {
        let peer = self.peers.get(&sender.to_base64());
        let held = peer
            .into_iter()
            .flat_map(|peer| peer.sessions.iter().chain(&peer.earlier));
        let mut copies = held.map(|session| Session::from_pickle(session.pickle()));
        if copies.any(|mut copy| copy.decrypt(message).is_ok()) {
            return true;
        }
        let OlmMessage::PreKey(first) = message else {
            return false;
        };
        let config = SessionConfig::version_1();
        let made = own
            .account_copy()
            .create_inbound_session(config, sender, first);
        made.is_ok()
    }

    /// The flaw: a header that failed has moved its chain, so what it stood for is lost.
    fn is_passed(&self, curve: &str, message: &Message, conduct: &Conduct) -> bool {
        let met = self.peers.get(curve).map(|peer| &peer.met);
        let chain = message.ratchet_key().to_base64();
        met.and_then(|met| met.get(&chain))
            .is_some_and(|last| message.chain_index() <= *last)
            && conduct.has(Flaw::CommitBeforeAuth)
    }

    /// The flaw: moves the chain to the index that an unauthenticated header claims.
    fn pass(&mut self, curve: &str, message: &Message, conduct: &Conduct) {
        if !conduct.has(Flaw::CommitBeforeAuth) {
            return;
        }
        if let Some(peer) = self.peers.get_mut(curve) {
            let last = peer
                .met
                .entry(message.ratchet_key().to_base64())
                .or_default();
            *last = message.chain_index().max(*last);
            self.dirty.insert(curve.to_owned());
        }
    }
}
