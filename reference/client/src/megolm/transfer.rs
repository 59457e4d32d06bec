//! Room keys as they leave the client in a file and come back.

use serde::{Deserialize, Serialize};
use vodozemac::megolm::{ExportedSessionKey, InboundGroupSession, SessionConfig};

use super::{Groups, Owner};
use crate::{RoomId, Secret, border::base64};

/// An exported session is 165 bytes.
const MAX_KEY: usize = 512;

/// The key of a room from its first index on, and who is said to own it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoomKey {
    pub(crate) room: RoomId,
    pub(crate) session: String,
    key: Secret,
    pub(crate) owner: Owner,
}

impl RoomKey {
    /// The session, if the key is one and has this id.
    pub(crate) fn inbound(&self) -> Option<InboundGroupSession> {
        base64::decode(self.key.reveal(), MAX_KEY).ok()?;
        let key = ExportedSessionKey::from_base64(self.key.reveal()).ok()?;
        let inbound = InboundGroupSession::import(&key, SessionConfig::version_1());
        (inbound.session_id() == self.session).then_some(inbound)
    }
}

impl Groups {
    /// Every key that this client can pass on.
    pub(crate) fn passed_on(&self) -> Vec<RoomKey> {
        let key = |((room, session), known): (&(RoomId, String), &super::Inbound)| RoomKey {
            room: room.clone(),
            session: session.clone(),
            key: Secret::new(known.exported()),
            owner: known.owner.clone(),
        };
        self.inbound.iter().map(key).collect()
    }
}
