//! What actors see.

use harness_driver::{Call, Reply};
use harness_evidence::Witness;
use serde_json::Value;

use crate::{
    check::Stop,
    scene::{Actor, Room, Scene, actor::unexpected},
};

/// A recorded observation.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Its number in the transcript.
    pub entry: usize,
    /// What was seen.
    pub value: Value,
}

impl Scene {
    /// The conversation as the actor's user sees it.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn observe(&mut self, actor: &Actor, room: &Room) -> Result<Seen, Stop> {
        let call = Call::Observe {
            actor: actor.name.clone(),
            conv: room.id.clone(),
        };
        self.look(format!("{}'s view of the conversation", actor.name), &call)
    }

    /// The devices of a user as the actor's product lists them: `{"devices": […]}`.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn devices(&mut self, actor: &Actor, user: &str) -> Result<Seen, Stop> {
        let call = Call::DeviceList {
            actor: actor.name.clone(),
            user: user.to_owned(),
        };
        self.look(
            format!("{}'s list of the devices of {user}", actor.name),
            &call,
        )
    }

    /// The identity of a user as the actor's product knows it: `{"state": …, "key": …}`.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn identity(&mut self, actor: &Actor, user: &str) -> Result<Seen, Stop> {
        let call = Call::IdentityShow {
            actor: actor.name.clone(),
            user: user.to_owned(),
        };
        self.look(
            format!("{}'s view of the identity of {user}", actor.name),
            &call,
        )
    }

    /// The actor's user accepts a changed identity.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn accept_identity(&mut self, actor: &Actor, user: &str) -> Result<(), Stop> {
        self.tell(&Call::IdentityAccept {
            actor: actor.name.clone(),
            user: user.to_owned(),
        })
        .map(drop)
    }

    /// An observation of the bench itself.
    pub fn note_seen(&mut self, what: &str, witness: Witness, value: Value) -> Seen {
        self.saw(what.to_owned(), witness, value)
    }

    pub(super) fn look(&mut self, what: String, call: &Call) -> Result<Seen, Stop> {
        let (_, reply) = self.tell(call)?;
        let value = match &reply {
            Reply::Observation(_)
            | Reply::Devices { .. }
            | Reply::Identity(_)
            | Reply::Flows { .. } => serde_json::to_value(&reply),
            Reply::Hello(_)
            | Reply::Step(_)
            | Reply::Snapshot { .. }
            | Reply::Vector(_)
            | Reply::Done {} => return Err(unexpected(&reply)),
        };
        let value = value.map_err(|error| Stop::harness(error.to_string()))?;
        Ok(self.saw(what, Witness::Driver, value))
    }
}
