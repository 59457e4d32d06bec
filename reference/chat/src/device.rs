//! One device: the core with its relay and the clock of the machine.

use std::time::{SystemTime, UNIX_EPOCH};

use reference_client::{CallId, Client, Input, Outcome, Output, Refusal, Secret, Store, Verb};
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

    /// Makes an account on a relay that takes plain invitation tokens.
    pub(crate) fn register(
        &self,
        token: &Secret,
        user: &str,
        password: &Secret,
    ) -> Result<(), Error> {
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
