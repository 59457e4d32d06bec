//! One device: the core with its relay and the clock of the machine.

use std::time::{SystemTime, UNIX_EPOCH};

use reference_client::{
    Act, CallId, Client, Given, Input, OrganisationAct, Outcome, Output, Refusal, Secret, Store,
    Verb, self_test,
};
use reference_organisation::{InvitationCode, Time, UserName};
use serde_json::{Value, json};

use crate::{Error, Link};

/// The core, driven until each call has its end.
pub(crate) struct Device {
    pub(crate) core: Client,
    link: Link,
    calls: u64,
}

impl Device {
    pub(crate) fn open(store: Box<dyn Store>, link: Link) -> Result<Self, Error> {
        self_test()?;
        Ok(Self {
            core: Client::open(store)?,
            link,
            calls: 0,
        })
    }

    /// Carries a verb out, with everything that it needs from the relay.
    pub(crate) fn call(&mut self, verb: Verb) -> Result<Outcome, Refusal> {
        self.calls += 1;
        let call = CallId(self.calls);
        let mut outputs = self.core.handle(now(), Input::Call { call, verb });
        let mut end = None;
        while !outputs.is_empty() {
            let mut next = Vec::new();
            for output in outputs {
                match output {
                    Output::Request(request) => {
                        let (status, body) = self.link.carry(&request);
                        let request = request.id;
                        let answer = Input::Response {
                            request,
                            status,
                            body,
                        };
                        next.extend(self.core.handle(now(), answer));
                    }
                    Output::Done { call: of, outcome } if of == call => end = Some(Ok(outcome)),
                    Output::Refused { call: of, refusal } if of == call => {
                        end = Some(Err(refusal));
                    }
                    Output::Done { .. } | Output::Refused { .. } => {}
                }
            }
            outputs = next;
        }
        // A call without an end waits for something that nothing here will bring.
        end.unwrap_or(Err(Refusal::RelayUnreachable))
    }

    /// Makes an account with an invitation: the organisation's code, or a token of a relay that takes plain ones.
    ///
    /// # Errors
    /// If the code is for another relay, or the relay does not take it.
    pub(crate) fn accept_invitation(
        &self,
        invitation: &Secret,
        user: &str,
        password: &Secret,
    ) -> Result<(), Error> {
        let Ok(code) = InvitationCode::parse(invitation.reveal()) else {
            return self.register(invitation, user, password);
        };
        let refused = |reason: &dyn std::fmt::Display| Error::Invitation(reason.to_string());
        let local = user.trim_start_matches('@').split(':').next();
        let full = format!("@{}:{}", local.unwrap_or_default(), code.server.as_str());
        let name = UserName::new(&full).map_err(|fault| refused(&fault))?;
        let token = code.token(&name, Time(now()));
        let token = token.map_err(|fault| refused(&fault))?;
        let token = token.to_text().map_err(|fault| refused(&fault))?;
        self.register(&Secret::new(token), local.unwrap_or_default(), password)
    }

    /// Becomes a member of the organisation whose code the invitation is; a plain token makes nobody a member.
    ///
    /// # Errors
    /// If the admission is refused.
    pub(crate) fn enrol(&mut self, invitation: Secret) -> Result<bool, Refusal> {
        if InvitationCode::parse(invitation.reveal()).is_err() {
            return Ok(false);
        }
        let code = Given { secret: invitation };
        let enrol = Act::Organisation(OrganisationAct::Enrol { code });
        self.call(Verb::Act(enrol)).map(|_| true)
    }

    /// Makes an account on a relay with a registration token.
    fn register(&self, token: &Secret, user: &str, password: &Secret) -> Result<(), Error> {
        let path = "/_matrix/client/v3/register";
        let mut body =
            json!({ "username": user, "password": password.reveal(), "inhibit_login": true });
        let (_, flow) = self.link.post(path, &body);
        if let Some(fields) = body.as_object_mut() {
            let stage = json!({
                "type": "m.login.registration_token",
                "token": token.reveal(),
                "session": flow.get("session"),
            });
            fields.insert("auth".to_owned(), stage);
        }
        match self.link.post(path, &body) {
            (200, _) => Ok(()),
            (status, answer) => {
                let reason = answer.get("error").and_then(Value::as_str);
                Err(Error::Registration {
                    status,
                    reason: reason.unwrap_or("no answer").to_owned(),
                })
            }
        }
    }
}

/// Milliseconds since the Unix epoch.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge reads the clock and hands the time to the core"
)]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
