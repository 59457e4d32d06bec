//! What the record says about an actor's traffic: facts from the wire, not from the product.

use harness_driver::Bytes;
use harness_evidence::{Entry, Exchange, Message, Witness};
use serde_json::{Value, json};

use crate::{
    check::Stop,
    dialect::Class,
    scene::{Actor, Scene, Seen, relay::contains},
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

    /// What the actor sent of a class since `mark`.
    pub(crate) fn sent(&self, actor: &Actor, class: Class, mark: usize) -> Vec<Exchange> {
        let exchanges = self
            .record
            .entries
            .iter()
            .skip(mark)
            .filter_map(|entry| match entry {
                Entry::Exchange(exchange) => Some(exchange),
                Entry::Call { .. }
                | Entry::Observation { .. }
                | Entry::Expectation(_)
                | Entry::Stopped { .. } => None,
            });
        exchanges
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
