//! One device: its client, its store, and the requests it has open.

use std::collections::BTreeMap;

use harness_driver::{Bytes, DriverError, Event, Request, Response, Step};
use reference_client::{
    CallId, Client, Conduct, Input, MemoryStore, Output, Refusal, RequestId, Verb,
};

use crate::translate;

/// A device of a user.
pub(crate) struct Actor {
    pub(crate) client: Client,
    store: MemoryStore,
    conduct: Conduct,
    /// How often the client was opened: an answer to an earlier life is no answer to this one.
    life: u64,
    /// The latest time heard of, for verbs without one.
    now: u64,
    /// Requests that came up where no step could carry them.
    backlog: Vec<Request>,
}

impl Actor {
    /// A fresh device with an empty store.
    pub(crate) fn new(conduct: &Conduct) -> Result<Self, DriverError> {
        let store = MemoryStore::default();
        let client = Client::open_with(Box::new(store.clone()), conduct.clone()).map_err(fault)?;
        Ok(Self {
            client,
            store,
            conduct: conduct.clone(),
            life: 1,
            now: 0,
            backlog: Vec::new(),
        })
    }

    /// Throws the client away and opens the store again.
    pub(crate) fn restart(&mut self, now: u64) -> Result<Step, DriverError> {
        let store = Box::new(self.store.clone());
        self.client = Client::open_with(store, self.conduct.clone()).map_err(fault)?;
        self.life += 1;
        self.now = now;
        self.backlog.clear();
        Ok(Step::default())
    }

    /// A copy of the store. Records are JSON, so the copy is JSON too.
    pub(crate) fn snapshot(&self) -> Result<Bytes, DriverError> {
        let records: BTreeMap<String, String> = self
            .store
            .snapshot()
            .into_iter()
            .map(|(name, record)| (name, String::from_utf8_lossy(&record).into_owned()))
            .collect();
        Ok(Bytes::from(serde_json::to_vec(&records).map_err(fault)?))
    }

    /// Puts a copy of the store back and opens it.
    pub(crate) fn restore(&mut self, snapshot: &Bytes, now: u64) -> Result<Step, DriverError> {
        let records: BTreeMap<String, String> =
            serde_json::from_slice(&snapshot.bytes).map_err(|error| {
                DriverError::InvalidParams {
                    reason: error.to_string(),
                }
            })?;
        let records = records
            .into_iter()
            .map(|(name, record)| (name, record.into_bytes()));
        self.store.restore(records.collect());
        self.restart(now)
    }

    /// Carries out a verb; its end may come in a later step.
    pub(crate) fn call(&mut self, id: u64, verb: Verb, now: u64) -> Result<Step, DriverError> {
        self.now = now;
        let outputs = self.client.handle(
            now,
            Input::Call {
                call: CallId(id),
                verb,
            },
        );
        let unknown =
            outputs.iter().find_map(|output| match output {
                Output::Refused {
                    call,
                    refusal:
                        refusal
                        @ (Refusal::UnknownRoom | Refusal::UnknownMessage | Refusal::UnknownFlow),
                } if call.0 == id => Some(refusal.to_string()),
                _ => None,
            });
        let step = self.step(outputs);
        match unknown {
            Some(handle) => {
                self.backlog.extend(step.outgoing);
                Err(DriverError::BadHandle { handle })
            }
            None => Ok(step),
        }
    }

    /// Carries out a verb that needs no network; what it asks for goes out with the next step.
    pub(crate) fn call_at_once(&mut self, id: u64, verb: Verb) -> Result<(), DriverError> {
        let step = self.call(id, verb, self.now)?;
        self.backlog.extend(step.outgoing);
        match step.events.into_iter().find(|event| event.call() == id) {
            Some(Event::Refused { class, reason, .. }) => {
                Err(DriverError::Refused { class, reason })
            }
            _ => Ok(()),
        }
    }

    /// Hands responses to the client, in order.
    pub(crate) fn pump(&mut self, deliver: Vec<Response>, now: u64) -> Step {
        self.now = now;
        let mut outputs = Vec::new();
        for response in deliver {
            let Some(request) = self.request(&response.id) else {
                continue;
            };
            let body = response.body.to_bytes();
            let status = response.status;
            outputs.extend(self.client.handle(
                now,
                Input::Response {
                    request,
                    status,
                    body,
                },
            ));
        }
        self.step(outputs)
    }

    fn step(&mut self, outputs: Vec<Output>) -> Step {
        let mut step = Step {
            outgoing: std::mem::take(&mut self.backlog),
            events: Vec::new(),
        };
        for output in outputs {
            match output {
                Output::Request(request) => {
                    step.outgoing.push(translate::request(self.life, request));
                }
                Output::Done { call, outcome } => step.events.push(translate::done(call, outcome)),
                Output::Refused { call, refusal } => {
                    step.events.push(translate::refused(call, &refusal));
                }
            }
        }
        step
    }

    /// The request of this life that a response is for.
    fn request(&self, id: &str) -> Option<RequestId> {
        let (life, number) = id.split_once('.')?;
        let is_current = life.parse() == Ok(self.life);
        number.parse().ok().filter(|_| is_current).map(RequestId)
    }
}

fn fault(error: impl ToString) -> DriverError {
    DriverError::Fault {
        reason: error.to_string(),
    }
}
