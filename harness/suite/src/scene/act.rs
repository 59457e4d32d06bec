//! Acts: what actors do with the features of their product.

use harness_driver::{Act, Call, Event};
use harness_evidence::Witness;
use serde_json::{Value, json};

use crate::{
    check::Stop,
    scene::{Actor, Ended, Room, Scene, Seen},
};

impl Scene {
    /// The actor's user does something; a refusal is an observation like any other:
    /// `{"done": true, "message": …, "value": …}` or `{"done": false, "class": …, "reason": …, "value": …}`.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn try_act(&mut self, actor: &Actor, act: Act) -> Result<Seen, Stop> {
        self.advance(1_000);
        let what = format!("{}: {}", actor.name, act.name());
        let call = Call::Act {
            actor: actor.name.clone(),
            act,
            now: self.now(),
        };
        let value = match self.carry_out(call)? {
            Ended::Done(Event::Done {
                conv,
                message,
                value,
                ..
            }) => {
                json!({ "done": true, "conv": conv, "message": message, "value": value })
            }
            Ended::Done(Event::Refused { .. }) => return Err(Stop::driver("a refusal as an end")),
            Ended::Refused {
                class,
                reason,
                value,
            } => {
                json!({ "done": false, "class": class, "reason": reason, "value": value })
            }
        };
        Ok(self.saw(what, Witness::Driver, value))
    }

    /// The actor's user does something that must be possible; what it returned.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn act(&mut self, actor: &Actor, act: Act) -> Result<Value, Stop> {
        let name = act.name();
        let seen = self.try_act(actor, act)?;
        if seen.value.get("done") != Some(&json!(true)) {
            let reason = &seen.value;
            return Err(Stop::target(format!("{} {name}: {reason}", actor.name)));
        }
        Ok(seen.value)
    }

    /// As [`Scene::act`], for acts that return a secret: what they return stands in no observation.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn act_in_private(&mut self, actor: &Actor, act: Act) -> Result<Value, Stop> {
        self.advance(1_000);
        let name = act.name();
        let call = Call::Act {
            actor: actor.name.clone(),
            act,
            now: self.now(),
        };
        match self.carry_out(call)? {
            Ended::Done(Event::Done { value, .. }) => Ok(value.unwrap_or_default()),
            Ended::Done(Event::Refused { reason, .. }) | Ended::Refused { reason, .. } => {
                Err(Stop::target(format!("{} {name}: {reason}", actor.name)))
            }
        }
    }

    /// What the actor's user sees of one message: the item of the timeline, or `null`.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn item(&mut self, actor: &Actor, room: &Room, message: &str) -> Result<Seen, Stop> {
        let seen = self.observe(actor, room)?;
        let items = seen.value.pointer("/timeline").and_then(Value::as_array);
        let item = items
            .into_iter()
            .flatten()
            .find(|item| item.get("message").and_then(Value::as_str) == Some(message));
        let item = item.cloned().unwrap_or_default();
        Ok(self.saw(
            format!("the message as {} sees it", actor.name),
            Witness::Driver,
            item,
        ))
    }
}
