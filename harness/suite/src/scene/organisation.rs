//! The organisation that the bench plays on the relay of a case.

use std::sync::Arc;

use harness_driver::{Act, Call, OrganisationAct, Payload, Secret};
use harness_evidence::Witness;
use serde_json::{Value, json};

use crate::{
    check::Stop,
    scene::{Actor, Ended, Room, Scene, Seen, Session},
    target::{Organisation, Terms},
};

impl Scene {
    /// The organisation, with all its keys.
    ///
    /// # Errors
    ///
    /// If the case has no relay of an organisation: the check must say [`Need::Organisation`](crate::check::Need::Organisation).
    pub fn organisation(&self) -> Result<Arc<Organisation>, Stop> {
        let organisation = self.stage.accounts.organisation();
        organisation.ok_or_else(|| Stop::harness("the case has no relay of an organisation"))
    }

    /// A new account of one tenant, logged in by the bench.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn session_in(&mut self, tenant: &str, name: &str) -> Result<Session, Stop> {
        let localpart = self.fresh_name(name);
        let now = self.now();
        let account = self.stage.accounts.enrol(tenant, &localpart, now)?;
        self.keep_secret("password", &account.password);
        self.log_in_raw(account)
    }

    /// A new user with one device who is enrolled in the organisation, and the code of the invitation.
    ///
    /// # Errors
    ///
    /// If the account cannot be made, or the product does not log in or does not enrol.
    pub fn member_with_code(&mut self, name: &str) -> Result<(Actor, Secret), Stop> {
        self.member_on(name, Terms::usual(self.now()))
    }

    /// The same by an invitation of these terms.
    ///
    /// # Errors
    ///
    /// As [`Scene::member_with_code`].
    pub fn member_on(&mut self, name: &str, terms: Terms<'_>) -> Result<(Actor, Secret), Stop> {
        let (localpart, now) = (self.fresh_name(name), self.now());
        let (account, code) = self.stage.accounts.invited(terms, &localpart, now)?;
        self.keep_secret("password", &account.password);
        self.keep_secret("invitation", &code);
        let actor = self.log_in(name, account)?;
        let enrol = OrganisationAct::Enrol { code: code.clone() };
        self.act(&actor, Act::Organisation(enrol))?;
        Ok((actor, code))
    }

    /// A new user with one device who is enrolled in the organisation.
    ///
    /// # Errors
    ///
    /// As [`Scene::member_with_code`].
    pub fn member(&mut self, name: &str) -> Result<Actor, Stop> {
        self.member_with_code(name).map(|(actor, _)| actor)
    }

    /// The organisation publishes a policy, which the relay must take.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn publish_policy(&mut self, policy: Value) -> Result<(), Stop> {
        self.bring("policy", policy)
    }

    /// The organisation brings a directory with its pages to the relay, which must take it.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn publish_directory(&mut self, directory: Value) -> Result<(), Stop> {
        self.bring("directory", directory)
    }

    /// What the actor's product knows of the organisation, as [`OrganisationAct::Status`] returns it below `/value`.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn organisation_status(&mut self, actor: &Actor) -> Result<Seen, Stop> {
        self.try_act(actor, Act::Organisation(OrganisationAct::Status {}))
    }

    /// The actor tries to accept an invitation: `{"done": bool}`.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn try_join(&mut self, actor: &Actor, room: &Room) -> Result<Seen, Stop> {
        let call = Call::ConvJoin {
            actor: actor.name.clone(),
            conv: room.id.clone(),
            now: self.now(),
        };
        self.whether(format!("{} accepts an invitation", actor.name), call)
    }

    /// The actor tries to invite a user: `{"done": bool}`.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn try_invite(&mut self, actor: &Actor, room: &Room, user: &str) -> Result<Seen, Stop> {
        let call = Call::ConvInvite {
            actor: actor.name.clone(),
            conv: room.id.clone(),
            user: user.to_owned(),
            now: self.now(),
        };
        self.whether(format!("{} invites {user}", actor.name), call)
    }

    fn bring(&mut self, what: &str, object: Value) -> Result<(), Stop> {
        let path = format!("/_matrix/client/unstable/dev.pruefstand/{what}");
        let answer = self.raw(None, "PUT", &path, Payload::Json(object))?;
        match answer.status {
            200 => Ok(()),
            status => Err(Stop::target(format!(
                "the relay answered {status} to a {what} of the organisation"
            ))),
        }
    }

    /// Whether a call was carried out. A handle that the product never heard of counts as a refusal.
    fn whether(&mut self, what: String, call: Call) -> Result<Seen, Stop> {
        let done = matches!(self.carry_out(call)?, Ended::Done(_));
        Ok(self.saw(what, Witness::Driver, json!({ "done": done })))
    }
}
