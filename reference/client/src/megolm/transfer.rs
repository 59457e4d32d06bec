//! Room keys as they leave the client in a file and come back.

use serde::{Deserialize, Serialize};
use vodozemac::megolm::InboundGroupSession;

use super::{Groups, Inbound, Owner};
use crate::{Conduct, RoomId, Secret, border::session_key};

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
    fn of(((room, session), known): (&(RoomId, String), &Inbound)) -> Self {
        Self {
            room: room.clone(),
            session: session.clone(),
            key: Secret::new(known.exported()),
            owner: known.owner.clone(),
        }
    }

    /// A key out of a file that another client wrote.
    pub(crate) fn new(room: RoomId, session: String, key: Secret, owner: Owner) -> Self {
        Self {
            room,
            session,
            key,
            owner,
        }
    }

    /// The session, if the key is one and has this id.
    pub(crate) fn inbound(&self, conduct: &Conduct) -> Option<InboundGroupSession> {
        let inbound = session_key::exported(self.key.reveal(), conduct).ok()?;
        (inbound.session_id() == self.session).then_some(inbound)
    }
}

impl Groups {
    /// Every key that this client can pass on.
    pub(crate) fn passed_on(&self) -> Vec<RoomKey> {
        self.inbound.iter().map(RoomKey::of).collect()
    }

    /// The keys of a room that came from their owners: what somebody passed on is passed on no further.
    pub(crate) fn history(&self, room: &RoomId) -> Vec<RoomKey> {
        let direct = |(place, known): &(&(RoomId, String), &Inbound)| {
            place.0 == *room && !known.owner.imported
        };
        self.inbound
            .iter()
            .filter(direct)
            .map(RoomKey::of)
            .collect()
    }

    /// How many keys of a room came as a part of its history.
    pub(crate) fn shared_in(&self, room: &RoomId) -> usize {
        let shared = self
            .inbound
            .iter()
            .filter(|(place, known)| place.0 == *room && known.owner.shared_by.is_some());
        shared.count()
    }
}
