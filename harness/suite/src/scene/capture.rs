//! What the record says about an actor's traffic: facts from the wire, not from the product.

use std::collections::BTreeSet;

use harness_driver::Bytes;
use harness_evidence::{Entry, Exchange, Message, Witness};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::{
    check::Stop,
    dialect::Class,
    scene::{Actor, Room, Scene, Seen, relay::contains},
};

impl Scene {
    /// A point in the record, to look at what comes after it.
    #[must_use]
    pub fn mark(&self) -> usize {
        self.record.entries.len()
    }

    /// The devices to which the actor sent encrypted to-device messages since `mark`: `{"devices": ["@user|DEVICE", …]}`.
    pub fn recipients(&mut self, actor: &Actor, mark: usize) -> Seen {
        let mut devices = Vec::new();
        for exchange in self.sent(actor, Class::ToDevice, mark) {
            if !exchange
                .request
                .head
                .contains("/sendToDevice/m.room.encrypted/")
            {
                continue;
            }
            for (user, messages) in object(exchange.request.body.get("messages")) {
                devices
                    .extend(object(Some(messages)).map(|(device, _)| format!("{user}|{device}")));
            }
        }
        devices.sort();
        devices.dedup();
        self.saw(
            format!("who gets keys from {}", actor.name),
            Witness::Wire,
            json!({ "devices": devices }),
        )
    }

    /// The group session of each encrypted message that the actor sent since `mark`: `{"sessions": […], "clear": n}`, where `clear` counts
    /// messages that left the actor unencrypted.
    pub fn sessions_used(&mut self, actor: &Actor, mark: usize) -> Seen {
        let (mut sessions, mut clear) = (Vec::new(), 0);
        for exchange in self.sent(actor, Class::RoomSend, mark) {
            match exchange
                .request
                .body
                .get("session_id")
                .and_then(Value::as_str)
            {
                Some(session) => sessions.push(session.to_owned()),
                None => clear += 1,
            }
        }
        sessions.dedup();
        self.saw(
            format!("what {} sends with", actor.name),
            Witness::Wire,
            json!({ "sessions": sessions, "clear": clear }),
        )
    }

    /// The length of every file that the actor uploaded since `mark`, as the relay sees it: `{"lengths": […]}`.
    pub fn uploads(&mut self, actor: &Actor, mark: usize) -> Seen {
        let length = |exchange: &Exchange| {
            let body = &exchange.request.body;
            let raw = serde_json::from_value::<Bytes>(body.clone());
            raw.map_or_else(
                |_longer| body.get("length").cloned().unwrap_or_default(),
                |raw| json!(raw.bytes.len()),
            )
        };
        let sent = self.sent(actor, Class::MediaUpload, mark);
        let lengths: Vec<Value> = sent.iter().map(length).collect();
        self.saw(
            format!("what {} uploads", actor.name),
            Witness::Wire,
            json!({ "lengths": lengths }),
        )
    }

    /// How many requests since `mark` of the actor went to a path with this part: `{"requests": n}`.
    pub fn asked_for(&mut self, actor: &Actor, part: &str, mark: usize) -> Seen {
        let entries = self.record.entries.iter().skip(mark);
        let requests = entries.filter(|entry| match entry {
            Entry::Exchange(exchange) => {
                exchange.actor == actor.name && exchange.request.head.contains(part)
            }
            Entry::Call { .. }
            | Entry::Observation { .. }
            | Entry::Expectation(_)
            | Entry::Stopped { .. } => false,
        });
        let value = json!({ "requests": requests.count() });
        self.saw(
            format!("what {} asks for", actor.name),
            Witness::Wire,
            value,
        )
    }

    /// How many requests since `mark` carried the text in clear towards the relay: `{"requests": n, "clear": n}`.
    ///
    /// Looked for are the letters that [`Scene::text`] put at the end of the text: they survive every escaping of a path.
    ///
    /// # Errors
    ///
    /// If a body was too long to be recorded, for then nobody can look into it.
    pub fn clear_on_wire(&mut self, text: &str, mark: usize) -> Result<Seen, Stop> {
        let mark_of = text.rsplit(' ').next().unwrap_or(text);
        let (mut requests, mut clear) = (0, 0);
        for entry in self.record.entries.iter().skip(mark) {
            if let Entry::Exchange(exchange) = entry {
                let body = &exchange.request.body;
                if body.get("sha256").is_some() && body.get("length").is_some() {
                    return Err(Stop::harness("a request was too long to look into"));
                }
                requests += 1;
                clear += usize::from(carries(&exchange.request, mark_of));
            }
        }
        let value = json!({ "requests": requests, "clear": clear });
        Ok(self.saw("the text on the wire".to_owned(), Witness::Wire, value))
    }

    /// How many requests the actor made since `mark` whose path holds one of the parts: `{"requests": n}`.
    pub fn requests_to(&mut self, actor: &Actor, parts: &[&str], mark: usize) -> Seen {
        let named = |exchange: &&Exchange| {
            exchange.actor == actor.name
                && parts
                    .iter()
                    .any(|part| exchange.request.head.contains(part))
        };
        let requests = self.exchanges(mark).filter(named).count();
        let what = format!("requests of {} to {}", actor.name, parts.join(", "));
        self.saw(what, Witness::Wire, json!({ "requests": requests }))
    }

    /// How many requests of a class the actor made since `mark`: `{"requests": n}`.
    pub fn requests_of(&mut self, actor: &Actor, class: Class, mark: usize) -> Seen {
        let requests = self.sent(actor, class, mark).len();
        let what = format!("requests of {} ({})", actor.name, class.name());
        self.saw(what, Witness::Wire, json!({ "requests": requests }))
    }

    /// How many to-device messages the actor sent unencrypted since `mark`: `{"clear": n}`.
    pub fn clear_to_devices(&mut self, actor: &Actor, mark: usize) -> Seen {
        let sent = self.sent(actor, Class::ToDevice, mark);
        let is_clear =
            |it: &&Exchange| !it.request.head.contains("/sendToDevice/m.room.encrypted/");
        let clear = sent.iter().filter(is_clear).count();
        let what = format!("what {} sends to devices in clear", actor.name);
        self.saw(what, Witness::Wire, json!({ "clear": clear }))
    }

    /// The different sizes of the bodies that the actor sent since `mark` in requests whose path holds `part`: `{"sizes": [bytes]}`.
    pub fn sizes_to(&mut self, actor: &Actor, part: &str, mark: usize) -> Seen {
        let sizes: BTreeSet<usize> = self
            .exchanges(mark)
            .filter(|it| it.actor == actor.name && it.request.head.contains(part))
            .map(|it| it.request.body.to_string().len())
            .collect();
        let what = format!("sizes of what {} sends to {part}", actor.name);
        self.saw(what, Witness::Wire, json!({ "sizes": sizes }))
    }

    fn exchanges(&self, mark: usize) -> impl Iterator<Item = &Exchange> {
        let entries = self.record.entries.iter().skip(mark);
        entries.filter_map(|entry| match entry {
            Entry::Exchange(exchange) => Some(exchange),
            Entry::Call { .. }
            | Entry::Observation { .. }
            | Entry::Expectation(_)
            | Entry::Stopped { .. } => None,
        })
    }

    /// What the actor has said of a member of a room last, beside the membership itself; `None` if nothing.
    #[must_use]
    pub fn admission(&self, actor: &Actor, room: &Room, user: &str) -> Option<Value> {
        let place = format!("/rooms/{}/state/m.room.member/{user}", room.id);
        let sent = self.sent(actor, Class::RoomState, 0);
        let about = sent.iter().rev().find(|one| {
            let head = percent_decode_str(&one.request.head).decode_utf8_lossy();
            head.contains(&place)
        })?;
        about.request.body.get("dev.pruefstand.member").cloned()
    }

    /// The account data of this type that the actor gave to the relay last since `mark`.
    #[must_use]
    pub fn account_data_of(&self, actor: &Actor, kind: &str, mark: usize) -> Option<Value> {
        let sent = self.sent(actor, Class::AccountData, mark);
        let about = |one: &&Exchange| one.request.head.contains(kind);
        sent.iter()
            .rev()
            .find(about)
            .map(|one| one.request.body.clone())
    }

    /// What the actor sent of a class since `mark`.
    pub(crate) fn sent(&self, actor: &Actor, class: Class, mark: usize) -> Vec<Exchange> {
        self.exchanges(mark)
            .filter(|exchange| exchange.actor == actor.name && exchange.class == class.name())
            .cloned()
            .collect()
    }
}

fn carries(request: &Message, text: &str) -> bool {
    let raw = serde_json::from_value::<Bytes>(request.body.clone())
        .unwrap_or_default()
        .bytes;
    request.head.contains(text)
        || request.body.to_string().contains(text)
        || contains(&raw, text.as_bytes())
}

fn object(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}
