//! Megolm messages and the keys of their sessions (VEC-M, VEC-K).

use vodozemac::megolm::{
    ExportedSessionKey, InboundGroupSession, MegolmMessage, SessionConfig, SessionKey,
    SessionOrdering,
};

use crate::{Operation, Taken, input::Inputs};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("megolm-receive", receive),
    ("megolm-session-key", session_key),
    ("megolm-session-key-base64", session_key_base64),
    ("megolm-exported-key", exported_key),
    ("megolm-offer", offer),
    ("megolm-ratchet", ratchet),
];

/// Whether the message decrypts. Who may send what where, and what came before, is judged above the library.
fn receive(inputs: Inputs<'_>) -> Taken {
    let mut session = shared(&inputs.bytes("session_key")?)?;
    let message = MegolmMessage::from_bytes(&inputs.bytes("message")?).ok()?;
    session.decrypt(&message).ok().map(|_opened| Vec::new())
}

fn session_key(inputs: Inputs<'_>) -> Taken {
    shared(&inputs.bytes("key")?).map(|_session| Vec::new())
}

fn session_key_base64(inputs: Inputs<'_>) -> Taken {
    let key = SessionKey::from_base64(&inputs.text("text")?).ok();
    key.map(|_key| Vec::new())
}

fn exported_key(inputs: Inputs<'_>) -> Taken {
    exported(&inputs.bytes("key")?).map(|_session| Vec::new())
}

/// Whether the offered key is at least as good as the held one.
fn offer(inputs: Inputs<'_>) -> Taken {
    let session = |name| {
        let key = inputs.bytes(name)?;
        shared(&key).or_else(|| exported(&key))
    };
    let order = session("offered")?.compare(&mut session("held")?);
    matches!(order, SessionOrdering::Better | SessionOrdering::Equal).then(Vec::new)
}

fn ratchet(inputs: Inputs<'_>) -> Taken {
    let index = u32::from_be_bytes(inputs.array("index")?);
    let mut session = exported(&inputs.bytes("key")?)?;
    Some(session.export_at(index)?.to_bytes())
}

fn shared(key: &[u8]) -> Option<InboundGroupSession> {
    let key = SessionKey::from_bytes(key).ok()?;
    Some(InboundGroupSession::new(&key, SessionConfig::version_1()))
}

fn exported(key: &[u8]) -> Option<InboundGroupSession> {
    let key = ExportedSessionKey::from_bytes(key).ok()?;
    Some(InboundGroupSession::import(
        &key,
        SessionConfig::version_1(),
    ))
}
