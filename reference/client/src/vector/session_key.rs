//! Keys of group sessions (VEC-K).

use super::{Inputs, Operation, Taken, VectorError, VectorStage, curve};
use crate::{
    Conduct,
    border::{SessionKeyError, base64, json, session_key},
    sync::{RoomKeyRefusal, shared_key},
};

pub(super) const OPERATIONS: &[Operation] = &[
    ("megolm-session-key", shared),
    ("megolm-session-key-base64", shared_text),
    ("megolm-exported-key", exported),
    ("megolm-ratchet", ratchet),
    ("room-key", room_key),
];

/// A key from its owner.
fn shared(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let text = base64::encode(inputs.bytes("key")?);
    session_key::shared(&text, conduct).map_err(refused)?;
    Ok(None)
}

fn shared_text(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    session_key::shared(&inputs.text("text")?, conduct).map_err(refused)?;
    Ok(None)
}

/// A key that somebody passed on.
fn exported(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let text = base64::encode(inputs.bytes("key")?);
    session_key::exported(&text, conduct).map_err(refused)?;
    Ok(None)
}

/// A key that was passed on, moved on to an index.
fn ratchet(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let text = base64::encode(inputs.bytes("key")?);
    let index = u32::from_be_bytes(inputs.own("index")?);
    let mut session =
        session_key::exported(&text, conduct).or(Err(VectorError::Unfit { name: "key" }))?;
    if session.first_known_index() != index && !session.advance_to(index) {
        return Err(VectorStage::State.into());
    }
    Ok(Some(session.export_at_first_known_index().to_bytes()))
}

/// The content of an `m.room_key` from an authentic channel; puts the session out as it is passed on.
fn room_key(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let content = json::parse(&inputs.bytes("content")?).or(Err(VectorStage::Decode))?;
    let (_, session) = shared_key(&content, conduct).map_err(|refusal| match refusal {
        RoomKeyRefusal::Malformed => VectorStage::Parse,
        RoomKeyRefusal::Key(error) => refused(error),
        RoomKeyRefusal::SessionMismatch => VectorStage::Bind,
    })?;
    Ok(Some(session.export_at_first_known_index().to_bytes()))
}

/// Where the key of a session is refused.
fn refused(error: SessionKeyError) -> VectorStage {
    match error {
        SessionKeyError::Text(_) => VectorStage::Decode,
        SessionKeyError::Key(error) => curve::refused(error),
        SessionKeyError::NotAuthentic => VectorStage::Authenticate,
    }
}
