//! Accounts, devices and rooms for the load, made as every client makes them.

use std::thread;

use harness_driver::{Payload, Request, Secret};
use harness_suite::{Account, Accounts, Http, Relay};
use serde_json::{Value, json};

use crate::LoadError;

/// The people of one relay.
pub(crate) struct People {
    http: Http,
    accounts: Accounts,
    base: String,
    count: usize,
}

/// One device.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) http: Http,
    pub(crate) user: String,
    pub(crate) token: Secret,
}

/// Devices of one account; relays limit how often one may log in.
const DEVICES: usize = 4;

/// Threads that make accounts.
const HANDS: usize = 4;

impl People {
    pub(crate) fn new(relay: &Relay) -> Self {
        Self {
            http: Http::new(relay.base()),
            accounts: relay.accounts(),
            base: relay.base().to_owned(),
            count: 0,
        }
    }

    /// Where the relay listens: host and port.
    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// A new user with one device.
    pub(crate) fn person(&mut self) -> Result<Person, LoadError> {
        let account = self.account()?;
        self.device(&account)
    }

    /// So many devices of as few accounts as may have them.
    pub(crate) fn devices(&mut self, count: usize) -> Result<Vec<Person>, LoadError> {
        let mut devices = Vec::new();
        while devices.len() < count {
            let account = self.account()?;
            for _ in 0..DEVICES.min(count - devices.len()) {
                devices.push(self.device(&account)?);
            }
        }
        Ok(devices)
    }

    /// So many users with a device each.
    pub(crate) fn crowd(&mut self, count: usize) -> Result<Vec<Person>, LoadError> {
        let names: Vec<String> = (1..=count)
            .map(|one| format!("load{}", self.count + one))
            .collect();
        self.count += count;
        let all: &Self = self;
        let share = names.len().div_ceil(HANDS).max(1);
        // Passwords are hashed on all cores.
        thread::scope(|scope| {
            let hands: Vec<_> = names
                .chunks(share)
                .map(|names| {
                    scope.spawn(move || names.iter().map(|name| all.named(name)).collect())
                })
                .collect();
            let mut crowd = Vec::new();
            for hand in hands {
                let part: Result<Vec<Person>, LoadError> =
                    hand.join().or(Err(LoadError::Sender))?;
                crowd.extend(part?);
            }
            Ok(crowd)
        })
    }

    fn named(&self, name: &str) -> Result<Person, LoadError> {
        self.device(&self.accounts.create(name)?)
    }

    fn account(&mut self) -> Result<Account, LoadError> {
        self.count += 1;
        Ok(self.accounts.create(&format!("load{}", self.count))?)
    }

    fn device(&self, account: &Account) -> Result<Person, LoadError> {
        let body = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": account.user },
            "password": account.password.expose(),
        });
        let nobody = Person {
            http: self.http.clone(),
            user: account.user.clone(),
            token: Secret::new(""),
        };
        let answer = nobody.ask(
            "a login",
            "POST",
            "/_matrix/client/v3/login",
            Payload::Json(body),
        )?;
        let token = answer.get("access_token").and_then(Value::as_str);
        Ok(Person {
            token: Secret::new(token.unwrap_or_default()),
            ..nobody
        })
    }
}

impl Person {
    /// The same device over connections of its own.
    pub(crate) fn apart(&self, base: &str) -> Self {
        Self {
            http: Http::new(base),
            ..self.clone()
        }
    }

    /// A room with everybody in it.
    pub(crate) fn room(&self, others: &[&Self]) -> Result<String, LoadError> {
        let invite: Vec<_> = others.iter().map(|other| &other.user).collect();
        let body = json!({ "preset": "private_chat", "invite": invite });
        let path = "/_matrix/client/v3/createRoom";
        let made = self.ask("a new room", "POST", path, Payload::Json(body))?;
        let room = made
            .get("room_id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        for other in others {
            other.join(room)?;
        }
        Ok(room.to_owned())
    }

    pub(crate) fn join(&self, room: &str) -> Result<(), LoadError> {
        let path = format!("/_matrix/client/v3/rooms/{room}/join");
        self.ask("a join", "POST", &path, Payload::Json(json!({})))
            .map(drop)
    }

    /// Sends an event as large as an encrypted text; the relay says that it has it.
    pub(crate) fn send(&self, room: &str, transaction: &str) -> Result<(), LoadError> {
        let content = json!({
            "algorithm": "m.megolm.v1.aes-sha2",
            "ciphertext": "A".repeat(500),
            "session_id": "A".repeat(43),
        });
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.encrypted/{transaction}");
        self.ask("a message", "PUT", &path, Payload::Json(content))
            .map(drop)
    }

    /// Asks something that every relay grants.
    pub(crate) fn ask(
        &self,
        what: &'static str,
        method: &str,
        path: &str,
        body: Payload,
    ) -> Result<Value, LoadError> {
        let request = Request {
            id: String::new(),
            method: method.to_owned(),
            path: path.to_owned(),
            token: Some(self.token.clone()).filter(|token| !token.expose().is_empty()),
            body,
        };
        let response = self.http.send(&request)?.response;
        let status = response.status;
        let answer = match response.body {
            Payload::Json(answer) => answer,
            Payload::Empty | Payload::Raw(_) => Value::Null,
        };
        if status != 200 {
            let answer = answer.to_string().chars().take(200).collect();
            return Err(LoadError::Refused {
                what,
                status,
                answer,
            });
        }
        Ok(answer)
    }
}
