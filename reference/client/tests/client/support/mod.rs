//! A small homeserver in memory, and actors that talk through it.

pub(crate) mod forge;
mod liar;
mod relay;

use std::collections::BTreeMap;

use reference_client::{
    Body, CallId, Client, Conduct, DeviceId, EventId, Flaw, Input, Item, ItemKind, ItemState,
    MemoryStore, Outcome, Output, Refusal, Request, RoomId, Secret, UserId, Verb,
};
use serde_json::Value;

pub(crate) use liar::Liar;
pub(crate) use relay::{Incoming, Relay};

/// A wire tap: sees every request before the relay, and every answer after it.
pub(crate) trait Tap {
    fn request(&mut self, _actor: &str, _request: &Request) {}
    fn answer(&mut self, _actor: &str, _path: &str, _answer: &mut Value) {}
}

/// A tap that does nothing.
pub(crate) struct Quiet;
impl Tap for Quiet {}

/// A tap that rewrites answers.
pub(crate) struct Rewrite<F: FnMut(&str, &str, &mut Value)>(pub F);
impl<F: FnMut(&str, &str, &mut Value)> Tap for Rewrite<F> {
    fn answer(&mut self, actor: &str, path: &str, answer: &mut Value) {
        (self.0)(actor, path, answer);
    }
}

pub(crate) struct World {
    pub(crate) relay: Relay,
    pub(crate) now: u64,
    calls: u64,
    pub(crate) actors: BTreeMap<String, (Client, MemoryStore, Conduct)>,
    /// Every request body that left, with its actor and path.
    pub(crate) sent: Vec<(String, String, Value)>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            relay: Relay::default(),
            now: 1_700_000_000_000,
            calls: 0,
            actors: BTreeMap::new(),
            sent: Vec::new(),
        }
    }

    /// Two users in an encrypted room, both synced.
    pub(crate) fn with_room(users: &[&str]) -> (Self, RoomId) {
        Self::with_flawed(users, &[])
    }

    /// As [`World::with_room`]; the last user has the flaws.
    pub(crate) fn with_flawed(users: &[&str], flaws: &[Flaw]) -> (Self, RoomId) {
        let mut world = Self::new();
        for (at, user) in users.iter().enumerate() {
            let flaws = if at + 1 == users.len() { flaws } else { &[] };
            world.enter(user, user, flaws);
        }
        let room = world.make_room(users);
        (world, room)
    }

    pub(crate) fn make_room(&mut self, users: &[&str]) -> RoomId {
        let invite = users[1..].iter().map(|user| id(user)).collect();
        let outcome = self
            .call(
                users[0],
                Verb::CreateRoom {
                    encrypted: true,
                    invite,
                },
            )
            .unwrap();
        let Outcome::Room(room) = outcome else {
            panic!("no room")
        };
        for user in &users[1..] {
            self.sync(user);
            self.call(user, Verb::Join { room: room.clone() }).unwrap();
        }
        for user in users {
            self.sync(user);
        }
        room
    }

    /// A new device of `user` under the name `actor`.
    pub(crate) fn enter(&mut self, actor: &str, user: &str, flaws: &[Flaw]) {
        let store = MemoryStore::default();
        let conduct = Conduct::flawed(flaws);
        let client = Client::open_with(Box::new(store.clone()), conduct.clone()).unwrap();
        self.actors
            .insert(actor.to_owned(), (client, store, conduct));
        let verb = Verb::Login {
            user: user.to_owned(),
            password: Secret::new("pw"),
            device: None,
        };
        self.call(actor, verb).unwrap();
    }

    pub(crate) fn restart(&mut self, actor: &str) {
        let (_, store, conduct) = self.actors.remove(actor).unwrap();
        let client = Client::open_with(Box::new(store.clone()), conduct.clone()).unwrap();
        self.actors
            .insert(actor.to_owned(), (client, store, conduct));
    }

    pub(crate) fn client(&self, actor: &str) -> &Client {
        &self.actors[actor].0
    }

    pub(crate) fn call(&mut self, actor: &str, verb: Verb) -> Result<Outcome, Refusal> {
        self.call_through(actor, verb, &mut Quiet)
    }

    pub(crate) fn call_through(
        &mut self,
        actor: &str,
        verb: Verb,
        tap: &mut dyn Tap,
    ) -> Result<Outcome, Refusal> {
        self.calls += 1;
        let call = CallId(self.calls);
        let mut todo = vec![Input::Call { call, verb }];
        let mut end = None;
        while !todo.is_empty() {
            let input = todo.remove(0);
            let outputs = self
                .actors
                .get_mut(actor)
                .unwrap()
                .0
                .handle(self.now, input);
            for output in outputs {
                match output {
                    Output::Request(request) => todo.push(self.carry(actor, request, tap)),
                    Output::Done { call: of, outcome } => {
                        assert_eq!(of, call);
                        end = Some(Ok(outcome));
                    }
                    Output::Refused { call: of, refusal } => {
                        assert_eq!(of, call);
                        end = Some(Err(refusal));
                    }
                }
            }
        }
        end.expect("every call ends")
    }

    fn carry(&mut self, actor: &str, request: Request, tap: &mut dyn Tap) -> Input {
        tap.request(actor, &request);
        let token = request
            .token
            .as_ref()
            .map(|token| token.reveal().to_owned());
        let (json, bytes) = match request.body {
            Body::Empty => (Value::Null, Vec::new()),
            Body::Json(json) => (json, Vec::new()),
            Body::Bytes(bytes) => (Value::Null, bytes),
        };
        self.sent
            .push((actor.to_owned(), request.path.clone(), json.clone()));
        let incoming = Incoming {
            method: request.method.as_str(),
            path: &request.path,
            token: token.as_deref(),
            json,
            bytes,
        };
        let (status, body) = match self.relay.serve(incoming) {
            (status, Ok(mut answer)) => {
                tap.answer(actor, &request.path, &mut answer);
                (status, answer.to_string().into_bytes())
            }
            (status, Err(bytes)) => (status, bytes),
        };
        Input::Response {
            request: request.id,
            status,
            body,
        }
    }

    pub(crate) fn sync(&mut self, actor: &str) {
        self.call(actor, Verb::Sync).unwrap();
    }

    pub(crate) fn send(
        &mut self,
        actor: &str,
        room: &RoomId,
        body: &str,
    ) -> Result<EventId, Refusal> {
        let verb = Verb::Send {
            room: room.clone(),
            body: body.to_owned(),
        };
        match self.call(actor, verb)? {
            Outcome::Message(event) => Ok(event),
            other => panic!("{other:?}"),
        }
    }

    /// The decrypted texts that the actor sees.
    pub(crate) fn texts(&self, actor: &str, room: &RoomId) -> Vec<String> {
        let timeline = self.client(actor).timeline(room).into_iter();
        timeline
            .filter(|item| item.state == ItemState::Decrypted)
            .filter_map(|item| item.body)
            .collect()
    }

    /// The texts that the actor is shown, however they arrived.
    pub(crate) fn shown(&self, actor: &str, room: &RoomId) -> Vec<String> {
        let messages = self.client(actor).timeline(room).into_iter();
        messages
            .filter(|item| item.kind == ItemKind::Message)
            .filter_map(|item| item.body)
            .collect()
    }

    /// Whether a to-device message of the actor was for a device.
    pub(crate) fn got_key(&self, actor: &str, device: &str) -> bool {
        let name = format!("\"{device}\"");
        self.sent.iter().any(|(by, path, body)| {
            by == actor && path.contains("/sendToDevice/") && body.to_string().contains(&name)
        })
    }

    /// The session of the actor's last message.
    pub(crate) fn session(&self, actor: &str) -> String {
        let is_message = |path: &str| path.contains("/send/m.room.encrypted");
        let last = self
            .sent
            .iter()
            .rfind(|(by, path, _)| by == actor && is_message(path))
            .unwrap();
        last.2["session_id"].as_str().unwrap().to_owned()
    }

    /// How many requests carried the text.
    pub(crate) fn count_sent(&self, text: &str) -> usize {
        self.sent
            .iter()
            .filter(|(_, _, body)| body.to_string().contains(text))
            .count()
    }

    /// Syncs while the relay's answer is rewritten.
    pub(crate) fn sync_rewritten(&mut self, actor: &str, rewrite: impl Fn(&mut Value)) {
        let mut tap = Rewrite(|_: &str, path: &str, answer: &mut Value| {
            if path.contains("/sync") {
                rewrite(answer);
            }
        });
        self.call_through(actor, Verb::Sync, &mut tap).unwrap();
    }

    /// The last entry that the actor sees.
    pub(crate) fn last(&self, actor: &str, room: &RoomId) -> Item {
        self.client(actor).timeline(room).pop().unwrap()
    }
}

pub(crate) fn id(user: &str) -> UserId {
    UserId::new(format!("@{user}:fake"))
}

pub(crate) fn device(world: &World, actor: &str) -> DeviceId {
    world.client(actor).device().unwrap().1.clone()
}
