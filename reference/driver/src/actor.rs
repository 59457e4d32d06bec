//! One device: its client, its store, what its machine keeps beside the store, and the requests it has open.

use harness_driver::{Bytes, DriverError, Event, RefusalClass, Request, Response, Step};
use reference_client::{
    CallId, Client, Conduct, Input, Kdf, MemoryDevice, MemoryStore, Opening, Output, Refusal,
    RequestId, SealedStore, StoreError, Verb,
};

use crate::{snapshot, translate};

/// A device of a user.
pub(crate) struct Actor {
    pub(crate) client: Client,
    store: MemoryStore,
    /// What no copy of the store holds.
    machine: MemoryDevice,
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
        Self::on(MemoryStore::default(), MemoryDevice::default(), conduct)
    }

    /// A device on a machine that was copied with everything in it.
    pub(crate) fn twin(&self) -> Result<Self, DriverError> {
        let store = MemoryStore::default();
        store.restore(self.store.snapshot());
        Self::on(store, self.machine.twin(), &self.conduct)
    }

    fn on(
        store: MemoryStore,
        machine: MemoryDevice,
        conduct: &Conduct,
    ) -> Result<Self, DriverError> {
        Ok(Self {
            client: open(&store, &machine, conduct).map_err(fault)?,
            store,
            machine,
            conduct: conduct.clone(),
            life: 1,
            now: 0,
            backlog: Vec::new(),
        })
    }

    /// Throws the client away and opens the store again.
    pub(crate) fn restart(&mut self, now: u64) -> Result<Step, DriverError> {
        let opened = open(&self.store, &self.machine, &self.conduct);
        self.client = opened.map_err(|error| DriverError::Refused {
            class: RefusalClass::Mac,
            reason: error.to_string(),
        })?;
        self.life += 1;
        self.now = now;
        self.backlog.clear();
        let outputs = self.client.handle(now, Input::Tick);
        Ok(self.step(outputs))
    }

    /// A copy of the store, byte for byte.
    pub(crate) fn snapshot(&self) -> Bytes {
        Bytes::from(snapshot::encode(&self.store.snapshot()))
    }

    /// Puts a copy of a store in place of its own and opens it; if that is refused, nothing has happened.
    pub(crate) fn restore(&mut self, copy: &Bytes, now: u64) -> Result<Step, DriverError> {
        let records = snapshot::decode(&copy.bytes).ok_or(DriverError::Refused {
            class: RefusalClass::Parse,
            reason: "the copy is cut or malformed".to_owned(),
        })?;
        let before = self.store.snapshot();
        self.store.restore(records);
        let restarted = self.restart(now);
        if restarted.is_err() {
            self.store.restore(before);
        }
        restarted
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

fn open(
    store: &MemoryStore,
    machine: &MemoryDevice,
    conduct: &Conduct,
) -> Result<Client, StoreError> {
    let opening = Opening {
        // The bench waits for every derivation of a key.
        kdf: Kdf::FLOOR,
        conduct: conduct.clone(),
        ..Opening::default()
    };
    let sealed = SealedStore::open(store.clone(), machine.clone(), &opening)?;
    let mut client = Client::open_with(Box::new(sealed), conduct.clone())?;
    client.set_kdf(Kdf::FLOOR);
    Ok(client)
}

fn fault(error: impl ToString) -> DriverError {
    DriverError::Fault {
        reason: error.to_string(),
    }
}
