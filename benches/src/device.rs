//! A device of the reference client, and its connection to a relay.

use std::{collections::VecDeque, io};

use reference_client::{
    Body, CallId, Client, Input, MemoryStore, Outcome, Output, Request, RequestId, RoomId, Secret,
    UserId, Verb,
};
use serde_json::{Value, json};

use crate::{
    Connection, Relay,
    relay::{HOST, PASSWORD},
};

/// One device of one user.
pub struct Device {
    client: Client,
    connection: Connection,
    calls: u64,
    /// The client's time, milliseconds since the epoch.
    pub now: u64,
}

impl Device {
    /// Registers a user and logs a device of him in.
    ///
    /// # Errors
    /// The relay or the client refused.
    pub fn enter(relay: &Relay, name: &str) -> io::Result<Self> {
        relay.register(name, false)?;
        let store = Box::new(MemoryStore::default());
        let mut device = Self {
            client: Client::open(store).map_err(io::Error::other)?,
            connection: relay.connect()?,
            calls: 0,
            now: 1_800_000_000_000,
        };
        device.call(Verb::Login {
            user: name.to_owned(),
            password: Secret::new(PASSWORD),
            device: None,
        })?;
        Ok(device)
    }

    /// The client's user.
    #[must_use]
    pub fn user(name: &str) -> UserId {
        UserId::new(format!("@{name}:{HOST}"))
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Carries a call to its end, with the relay.
    ///
    /// # Errors
    /// The connection broke, or the client refused.
    pub fn call(&mut self, verb: Verb) -> io::Result<Outcome> {
        let mut end = Err(io::Error::other("the call has no end"));
        let mut outputs = VecDeque::from(self.begin(verb));
        while let Some(output) = outputs.pop_front() {
            match output {
                Output::Done { outcome, .. } => end = Ok(outcome),
                Output::Refused { refusal, .. } => end = Err(io::Error::other(refusal)),
                Output::Request(request) => {
                    let (id, status, body) = self.carry(request)?;
                    outputs.extend(self.answer(id, status, body));
                }
            }
        }
        end
    }

    /// Hands a call to the client; what comes out is the caller's to carry.
    pub fn begin(&mut self, verb: Verb) -> Vec<Output> {
        self.calls += 1;
        let call = CallId(self.calls);
        self.client.handle(self.now, Input::Call { call, verb })
    }

    /// Hands the answer to a request to the client.
    pub fn answer(&mut self, request: RequestId, status: u16, body: Vec<u8>) -> Vec<Output> {
        let response = Input::Response {
            request,
            status,
            body,
        };
        self.client.handle(self.now, response)
    }

    fn carry(&mut self, request: Request) -> io::Result<(RequestId, u16, Vec<u8>)> {
        let body = match request.body {
            Body::Empty => Vec::new(),
            Body::Json(json) => json.to_string().into_bytes(),
            Body::Bytes(bytes) => bytes,
        };
        let token = request.token.as_ref().map_or("", Secret::reveal);
        let call = (request.method.as_str(), request.path.as_str());
        let answer = self.connection.ask(call, token, &body)?;
        Ok((request.id, answer.status, answer.body))
    }
}

/// What a relay answers to a sent event.
#[must_use]
pub fn event_answer(number: u64) -> Vec<u8> {
    json!({ "event_id": format!("$event-{number}") })
        .to_string()
        .into_bytes()
}

/// What a relay answers to a sync with one room event or one to-device message.
#[must_use]
pub fn sync_answer(
    next: u64,
    room: &RoomId,
    event: Option<Value>,
    message: Option<Value>,
) -> Vec<u8> {
    let timeline: Vec<Value> = event.into_iter().collect();
    let to_device: Vec<Value> = message.into_iter().collect();
    let rooms = json!({ room.as_str(): { "timeline": { "events": timeline, "limited": false } } });
    let answer = json!({
        "next_batch": next.to_string(),
        "rooms": { "join": rooms },
        "to_device": { "events": to_device },
        "device_one_time_keys_count": { "signed_curve25519": 50 },
        "device_unused_fallback_key_types": ["signed_curve25519"],
    });
    answer.to_string().into_bytes()
}
