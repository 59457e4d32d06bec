//! The stores of actors: copied, moved, changed, searched.

use harness_driver::{Bytes, Call};
use harness_evidence::Witness;
use serde_json::json;

use crate::{
    check::Stop,
    scene::{Actor, Ended, Scene, Seen, relay::contains},
};

impl Scene {
    /// Another machine that a copy of the actor's store can be put on. Nobody is logged in there.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn machine(&mut self, of: &Actor, name: &str) -> Result<Actor, Stop> {
        self.tell(&Call::ActorNew {
            actor: name.to_owned(),
        })?;
        Ok(Actor {
            name: name.to_owned(),
            ..of.clone()
        })
    }

    /// A copy of the actor's machine with everything in it; both go on.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn clone_machine(&mut self, of: &Actor, name: &str) -> Result<Actor, Stop> {
        self.tell(&Call::ActorClone {
            actor: name.to_owned(),
            of: of.name.clone(),
        })?;
        Ok(Actor {
            name: name.to_owned(),
            ..of.clone()
        })
    }

    /// Tries to open a copy of a store as the actor's; the observation is `{"opened": bool, "reason": …}`.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn try_restore(&mut self, actor: &Actor, snapshot: Bytes) -> Result<Seen, Stop> {
        let call = Call::ActorRestore {
            actor: actor.name.clone(),
            snapshot,
            now: self.now,
        };
        let value = match self.carry_out(call)? {
            Ended::Done(_) => json!({ "opened": true }),
            Ended::Refused { class, reason, .. } => {
                json!({ "opened": false, "class": class, "reason": reason })
            }
        };
        let what = format!("{} opens the copy of a store", actor.name);
        Ok(self.saw(what, Witness::Driver, value))
    }

    /// Looks for texts in the actor's store; the observation is `{"bytes": …, "hits": …, "found": […]}`.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn scan_store(&mut self, actor: &Actor, texts: &[(&str, String)]) -> Result<Seen, Stop> {
        let copy = self.snapshot(actor)?.bytes;
        let stands = |text: &str| contains(&copy, text.as_bytes());
        let found: Vec<&str> = texts
            .iter()
            .filter(|(_, text)| !text.is_empty() && stands(text))
            .map(|(name, _)| *name)
            .collect();
        let value = json!({ "bytes": copy.len(), "hits": found.len(), "found": found });
        let what = format!("what a reader of {}'s store finds", actor.name);
        Ok(self.saw(what, Witness::Store, value))
    }
}
