//! Interactive verification between actors.

use harness_driver::{Call, Event};

use crate::{
    check::Stop,
    scene::{Actor, Ended, Scene, Seen},
};

impl Scene {
    /// The actor asks a device for verification; the flow's handle.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn request_verification(
        &mut self,
        actor: &Actor,
        user: &str,
        device: &str,
    ) -> Result<String, Stop> {
        match self.try_verification(actor, user, device)? {
            Ok(flow) => Ok(flow),
            Err(reason) => Err(Stop::target(format!(
                "{} cannot ask for verification: {reason}",
                actor.name
            ))),
        }
    }

    /// As [`Scene::request_verification`]; a refusal is returned with its reason.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn try_verification(
        &mut self,
        actor: &Actor,
        user: &str,
        device: &str,
    ) -> Result<Result<String, String>, Stop> {
        let call = Call::VerifyRequest {
            actor: actor.name.clone(),
            user: user.to_owned(),
            device: device.to_owned(),
            now: self.now,
        };
        match self.carry_out(call)? {
            Ended::Done(Event::Done {
                flow: Some(flow), ..
            }) => Ok(Ok(flow)),
            Ended::Done(_) => Err(Stop::driver("a verification without a handle")),
            Ended::Refused { reason, .. } => Ok(Err(reason)),
        }
    }

    /// The actor accepts a request.
    ///
    /// # Errors
    ///
    /// If the driver fails; a refusal is returned.
    pub fn accept_verification(&mut self, actor: &Actor, flow: &str) -> Result<Ended, Stop> {
        self.carry_out(Call::VerifyAccept {
            actor: actor.name.clone(),
            flow: flow.to_owned(),
            now: self.now,
        })
    }

    /// The actor starts the comparison of short strings.
    ///
    /// # Errors
    ///
    /// If the driver fails; a refusal is returned.
    pub fn start_verification(&mut self, actor: &Actor, flow: &str) -> Result<Ended, Stop> {
        self.carry_out(Call::VerifyStart {
            actor: actor.name.clone(),
            flow: flow.to_owned(),
            now: self.now,
        })
    }

    /// The actor's user says that the strings match.
    ///
    /// # Errors
    ///
    /// If the driver fails; a refusal is returned.
    pub fn confirm_verification(&mut self, actor: &Actor, flow: &str) -> Result<Ended, Stop> {
        self.carry_out(Call::VerifyConfirm {
            actor: actor.name.clone(),
            flow: flow.to_owned(),
            now: self.now,
        })
    }

    /// The actor's user says that the strings do not match, or stops.
    ///
    /// # Errors
    ///
    /// If the driver fails; a refusal is returned.
    pub fn cancel_verification(&mut self, actor: &Actor, flow: &str) -> Result<Ended, Stop> {
        self.carry_out(Call::VerifyCancel {
            actor: actor.name.clone(),
            flow: flow.to_owned(),
            now: self.now,
        })
    }

    /// All flows that the actor's user can see: `{"flows": […]}`.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn flows(&mut self, actor: &Actor) -> Result<Seen, Stop> {
        let call = Call::VerifyFlows {
            actor: actor.name.clone(),
        };
        self.look(format!("{}'s verifications", actor.name), &call)
    }

    /// Verifies two actors by an honest comparison, to the end.
    ///
    /// # Errors
    ///
    /// If any step is refused.
    pub fn verify(&mut self, one: &Actor, other: &Actor) -> Result<String, Stop> {
        let flow = self.request_verification(one, &other.user, &other.device)?;
        self.sync(other)?;
        self.accept_verification(other, &flow)?;
        self.sync(one)?;
        self.start_verification(one, &flow)?;
        for _ in 0..2 {
            self.sync(other)?;
            self.sync(one)?;
        }
        self.confirm_verification(one, &flow)?;
        self.confirm_verification(other, &flow)?;
        self.sync_all(&[other, one])?;
        Ok(flow)
    }
}
