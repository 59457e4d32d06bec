//! The only way between actors and the relay.
//!
//! Engine requests come here as values; every one passes the adversary on its way out and on its way back, and is
//! recorded with what was changed. Nothing else in the suite talks to a relay under test during a case.

mod gateway;
mod http;

pub(crate) use gateway::Gateway;
pub use http::{Exchanged, Http, HttpError};

use std::sync::Arc;

use harness_driver::{Payload, Request, Response};
use harness_evidence::{Entry, Exchange, Firing, Message, Secrets, Transcript};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    adversary::{Adversary, Passage},
    check::Stop,
    dialect::{Class, redact},
};

/// How many exchanges a case may have.
const MOST_EXCHANGES: usize = 5_000;

/// Bodies longer than this stand in the record as digest and length.
const LONGEST_RECORDED: usize = 64 << 10;

/// The network of one case.
pub struct Network {
    http: Http,
    /// The rules in force.
    pub adversary: Adversary,
    secrets: Arc<Secrets>,
    exchanges: usize,
}

impl Network {
    /// A network towards the relay, with no rule in force. What its record redacts becomes known to `secrets` as a commitment.
    #[must_use]
    pub fn new(http: Http, secrets: Arc<Secrets>) -> Self {
        Self {
            http,
            adversary: Adversary::default(),
            secrets,
            exchanges: 0,
        }
    }

    /// Speaks to the relay at another address from now on: it was restarted.
    pub fn move_to(&mut self, http: Http) {
        self.http = http;
    }

    /// Carries a request to the relay and its answer back, through the adversary, and records both.
    ///
    /// A lost request has the answer with status 0. An exchange that a fault ends stands in the record as far as it was seen.
    ///
    /// # Errors
    ///
    /// If a rule failed, or the relay does not answer although no rule forbids it.
    pub fn carry(
        &mut self,
        record: &mut Transcript,
        actor: &str,
        request: &Request,
    ) -> Result<Response, Stop> {
        self.exchanges += 1;
        if self.exchanges > MOST_EXCHANGES {
            return Err(Stop::driver(format!(
                "more than {MOST_EXCHANGES} requests in one case"
            )));
        }
        let mut under_way = UnderWay::new(request);
        let ended = self.exchange(actor, &mut under_way);
        record.push(under_way.recorded(actor, &self.secrets));
        ended?;
        let mut response = under_way.response;
        response.id.clone_from(&request.id);
        Ok(response)
    }

    fn exchange(&mut self, actor: &str, under_way: &mut UnderWay<'_>) -> Result<(), Stop> {
        let class = under_way.class;
        let (passage, firings) =
            self.adversary
                .on_request(actor, class, &mut under_way.forwarded)?;
        under_way.firings = firings;
        (under_way.answered, under_way.response) = self.pass(&passage, &under_way.forwarded)?;
        if under_way.answered.is_some() {
            let body = &mut under_way.response.body;
            under_way
                .firings
                .extend(self.adversary.on_response(actor, class, body)?);
        }
        Ok(())
    }

    /// Carries requests at the same moment, past the adversary; answers come in the order of the requests.
    ///
    /// # Errors
    ///
    /// If one of them gets no answer.
    pub fn carry_all(
        &mut self,
        record: &mut Transcript,
        requests: &[Request],
    ) -> Result<Vec<Response>, Stop> {
        self.exchanges += requests.len();
        let answers: Vec<_> = std::thread::scope(|scope| {
            let http = &self.http;
            let running: Vec<_> = requests
                .iter()
                .map(|request| scope.spawn(|| http.send(request)))
                .collect();
            running
                .into_iter()
                .map(|thread| {
                    thread
                        .join()
                        .map_err(|_panic| Stop::harness("a request thread panicked"))?
                        .map_err(Stop::from)
                })
                .collect()
        });
        let mut responses = Vec::new();
        for (request, answer) in requests.iter().zip(answers) {
            let response: Exchanged = answer?;
            record.push(Entry::Exchange(Exchange {
                actor: "bench".to_owned(),
                class: Class::of(&request.method, &request.path).name().to_owned(),
                request: request_message(request, &self.secrets),
                forwarded: None,
                answered: None,
                response: response_message(&response.response, &self.secrets),
                firings: Vec::<Firing>::new(),
            }));
            responses.push(response.response);
        }
        Ok(responses)
    }

    fn pass(
        &self,
        passage: &Passage,
        request: &Request,
    ) -> Result<(Option<Response>, Response), Stop> {
        let lost = |status| Response {
            id: request.id.clone(),
            status,
            body: Payload::Empty,
        };
        match passage {
            Passage::Lost => Ok((None, lost(0))),
            Passage::Answered(status) => {
                let body =
                    Payload::Json(json!({ "errcode": "M_UNKNOWN", "error": "not available" }));
                Ok((
                    None,
                    Response {
                        body,
                        ..lost(*status)
                    },
                ))
            }
            Passage::Told(status, body) => Ok((
                None,
                Response {
                    body: Payload::Json(body.clone()),
                    ..lost(*status)
                },
            )),
            Passage::Twice => {
                self.http.send(request)?;
                let response = self.http.send(request)?.response;
                Ok((Some(response.clone()), response))
            }
            Passage::Pass => {
                let response = self.http.send(request)?.response;
                Ok((Some(response.clone()), response))
            }
        }
    }
}

/// An exchange as far as it has come.
struct UnderWay<'a> {
    request: &'a Request,
    class: Class,
    forwarded: Request,
    /// What the relay said.
    answered: Option<Response>,
    /// What the actor gets.
    response: Response,
    firings: Vec<Firing>,
}

impl<'a> UnderWay<'a> {
    fn new(request: &'a Request) -> Self {
        Self {
            request,
            class: Class::of(&request.method, &request.path),
            forwarded: request.clone(),
            answered: None,
            response: Response {
                id: request.id.clone(),
                status: 0,
                body: Payload::Empty,
            },
            firings: Vec::new(),
        }
    }

    fn recorded(&self, actor: &str, secrets: &Secrets) -> Entry {
        let answered = self.answered.as_ref();
        Entry::Exchange(Exchange {
            actor: actor.to_owned(),
            class: self.class.name().to_owned(),
            request: request_message(self.request, secrets),
            forwarded: (self.forwarded != *self.request)
                .then(|| request_message(&self.forwarded, secrets)),
            answered: answered
                .filter(|answered| **answered != self.response)
                .map(|answered| response_message(answered, secrets)),
            response: response_message(&self.response, secrets),
            firings: self.firings.clone(),
        })
    }
}

fn request_message(request: &Request, secrets: &Secrets) -> Message {
    Message {
        head: format!("{} {}", request.method, request.path),
        body: recorded(&request.body, secrets),
    }
}

fn response_message(response: &Response, secrets: &Secrets) -> Message {
    Message {
        head: response.status.to_string(),
        body: recorded(&response.body, secrets),
    }
}

/// A body as it stands in the record: JSON without secrets, bytes as `{"b64": …}`, a long body as digest and length.
fn recorded(body: &Payload, secrets: &Secrets) -> Value {
    let bytes = match body {
        Payload::Empty => return Value::Null,
        Payload::Json(value) => {
            let mut value = value.clone();
            redact(&mut value, secrets);
            let text = value.to_string();
            if text.len() <= LONGEST_RECORDED {
                return value;
            }
            text.into_bytes()
        }
        Payload::Raw(bytes) if bytes.bytes.len() <= LONGEST_RECORDED => {
            return serde_json::to_value(bytes).unwrap_or_default();
        }
        Payload::Raw(bytes) => bytes.bytes.clone(),
    };
    let digest: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    json!({ "sha256": digest, "length": bytes.len() })
}

#[cfg(test)]
mod tests;
