//! The homeserver: as little of the Matrix client-server API as the client needs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// JSON or the bytes of a medium.
type Served = (u16, Result<Value, Vec<u8>>);

pub(crate) struct Incoming<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) token: Option<&'a str>,
    pub(crate) json: Value,
    pub(crate) bytes: Vec<u8>,
}

#[derive(Default)]
pub(crate) struct Relay {
    next: u64,
    /// Token to user and device.
    tokens: BTreeMap<String, (String, String)>,
    pub(crate) device_keys: BTreeMap<String, BTreeMap<String, Value>>,
    /// Keys by user, device and key id.
    pub(crate) one_time: BTreeMap<(String, String), BTreeMap<String, Value>>,
    pub(crate) fallback: BTreeMap<(String, String), BTreeMap<String, Value>>,
    pub(crate) fallback_used: BTreeSet<(String, String)>,
    pub(crate) identities: BTreeMap<String, Map<String, Value>>,
    /// Every event: room and event.
    pub(crate) events: Vec<(String, Value)>,
    pub(crate) inbox: BTreeMap<(String, String), Vec<Value>>,
    /// Changes of device lists: position and user.
    changes: Vec<(usize, String)>,
    media: BTreeMap<String, Vec<u8>>,
    /// Users whom only `/joined_members` names.
    pub(crate) hidden_members: Vec<String>,
    pub(crate) is_down: bool,
    /// Refuses more keys.
    pub(crate) is_full: bool,
    /// Account data by user and type.
    pub(crate) account_data: BTreeMap<(String, String), Value>,
}

impl Relay {
    /// What asks for the password first, or is more than the relay takes.
    fn turned_away(&self, parts: &[&str], json: &Value) -> Option<Served> {
        let asks = matches!(parts, ["devices", _] | ["keys", "device_signing", "upload"]);
        if asks && json.get("auth").is_none() {
            return Some((401, Ok(json!({ "session": "s", "flows": [] }))));
        }
        if asks {
            assert_eq!(json["auth"]["password"], "pw");
        }
        let full = self.is_full && *parts == ["keys", "upload"];
        full.then(|| (403, Ok(json!({ "errcode": "M_RESOURCE_LIMIT_EXCEEDED" }))))
    }

    pub(crate) fn serve(&mut self, incoming: Incoming<'_>) -> Served {
        if self.is_down {
            return (0, Ok(Value::Null));
        }
        let (path, query) = incoming.path.split_once('?').unwrap_or((incoming.path, ""));
        let path = decode(path);
        let parts: Vec<&str> = path
            .trim_start_matches("/_matrix/")
            .split('/')
            .skip(2)
            .collect();
        if parts == ["login"] {
            return (200, Ok(self.login(&incoming.json)));
        }
        let holder = incoming.token.and_then(|token| self.tokens.get(token));
        let Some((user, device)) = holder.cloned() else {
            return (401, Ok(json!({ "errcode": "M_UNKNOWN_TOKEN" })));
        };
        if let Some(refused) = self.turned_away(&parts, &incoming.json) {
            return refused;
        }
        let body = incoming.json;
        let answer = match (incoming.method, parts.as_slice()) {
            ("POST", ["upload"]) => {
                let id = self.fresh();
                self.media.insert(id.clone(), incoming.bytes);
                json!({ "content_uri": format!("mxc://fake/{id}") })
            }
            ("GET", ["media", "download", _, id]) => return (200, Err(self.media[*id].clone())),
            ("POST", ["logout"]) => {
                self.tokens
                    .retain(|_, holder| *holder != (user.clone(), device.clone()));
                json!({})
            }
            ("DELETE", ["devices", gone]) => {
                self.device_keys.get_mut(&user).unwrap().remove(*gone);
                self.tokens
                    .retain(|_, holder| *holder != (user.clone(), (*gone).to_owned()));
                self.changed(&user);
                json!({})
            }
            ("POST", ["keys", what @ ..]) => self.keys(&user, &device, what, &body),
            ("PUT", ["sendToDevice", kind, _]) => {
                self.deliver(&user, kind, &body);
                json!({})
            }
            ("PUT", ["user", _, "account_data", kind]) => self.keep_data(&user, kind, body),
            ("GET", ["sync"]) => self.sync(&user, &device, query),
            (_, ["createRoom"] | ["rooms", ..]) => self.rooms(&user, &parts, body),
            _ => return (404, Ok(json!({ "errcode": "M_UNRECOGNIZED" }))),
        };
        (200, Ok(answer))
    }

    fn keys(&mut self, user: &str, device: &str, what: &[&str], body: &Value) -> Value {
        match what {
            ["upload"] => self.upload(user, device, body),
            ["query"] => self.query(body),
            ["claim"] => self.claim(body),
            ["device_signing", "upload"] => {
                self.identities
                    .insert(user.to_owned(), body.as_object().unwrap().clone());
                self.changed(user);
                json!({})
            }
            ["signatures", "upload"] => {
                self.sign(body);
                json!({})
            }
            _ => panic!("keys {what:?}"),
        }
    }

    fn rooms(&mut self, user: &str, parts: &[&str], body: Value) -> Value {
        match parts {
            ["createRoom"] => self.create(user, &body),
            ["rooms", room, "send", kind, _] => {
                json!({ "event_id": self.message(room, user, kind, body) })
            }
            ["rooms", room, "redact", event, _] => {
                self.redact(room, event);
                json!({ "event_id": "$redaction" })
            }
            ["rooms", room, "state", kind, key] => {
                let state =
                    json!({ "type": kind, "sender": user, "state_key": key, "content": body });
                json!({ "event_id": self.event(room, state) })
            }
            ["rooms", room, "joined_members"] => {
                let joined = self
                    .members(room)
                    .into_iter()
                    .filter(|(_, membership)| membership == "join");
                let joined = joined
                    .map(|(user, _)| user)
                    .chain(self.hidden_members.iter().cloned());
                let joined: Map<String, Value> = joined.map(|user| (user, json!({}))).collect();
                json!({ "joined": joined })
            }
            ["rooms", room, action] => {
                let member = body["user_id"].as_str().unwrap_or(user).to_owned();
                let membership = if *action == "kick" { "leave" } else { action };
                self.member(room, user, &member, membership);
                json!({})
            }
            _ => panic!("rooms {parts:?}"),
        }
    }

    fn redact(&mut self, room: &str, event: &str) {
        let mut events = self.events.iter_mut();
        let found = events.find(|(of, it)| of == room && it["event_id"] == event);
        found.unwrap().1["content"] = json!({});
    }

    fn fresh(&mut self) -> String {
        self.next += 1;
        format!("id{}", self.next)
    }

    pub(crate) fn changed(&mut self, user: &str) {
        self.changes.push((self.events.len(), user.to_owned()));
    }

    fn login(&mut self, body: &Value) -> Value {
        let user = format!("@{}:fake", body["identifier"]["user"].as_str().unwrap());
        let device = self.fresh().to_uppercase();
        let token = self.fresh();
        self.tokens
            .insert(token.clone(), (user.clone(), device.clone()));
        json!({ "user_id": user, "device_id": device, "access_token": token })
    }

    fn upload(&mut self, user: &str, device: &str, body: &Value) -> Value {
        let place = (user.to_owned(), device.to_owned());
        if let Some(keys) = body.get("device_keys") {
            self.device_keys
                .entry(user.to_owned())
                .or_default()
                .insert(device.to_owned(), keys.clone());
            self.changed(user);
        }
        let stock = self.one_time.entry(place.clone()).or_default();
        stock.extend(entries(&body["one_time_keys"]));
        let count = stock.len();
        if body.get("fallback_keys").is_some() {
            self.fallback
                .insert(place.clone(), entries(&body["fallback_keys"]).collect());
            self.fallback_used.remove(&place);
        }
        json!({ "one_time_key_counts": { "signed_curve25519": count } })
    }

    fn query(&self, body: &Value) -> Value {
        let mut answer = json!({ "device_keys": {}, "master_keys": {}, "self_signing_keys": {}, "user_signing_keys": {} });
        for (user, _) in entries(&body["device_keys"]) {
            answer["device_keys"][&user] =
                json!(self.device_keys.get(&user).cloned().unwrap_or_default());
            if let Some(identity) = self.identities.get(&user) {
                for name in ["master", "self_signing", "user_signing"] {
                    answer[format!("{name}_keys")][&user] =
                        identity[&format!("{name}_key")].clone();
                }
            }
        }
        answer
    }

    fn claim(&mut self, body: &Value) -> Value {
        let mut answer = json!({ "one_time_keys": {} });
        for (user, devices) in entries(&body["one_time_keys"]) {
            for (device, _) in entries(&devices) {
                let place = (user.clone(), device.clone());
                let stock = self.one_time.entry(place.clone()).or_default();
                let key = stock.pop_first().or_else(|| {
                    self.fallback_used.insert(place.clone());
                    self.fallback
                        .get(&place)?
                        .first_key_value()
                        .map(|(id, key)| (id.clone(), key.clone()))
                });
                if let Some((id, key)) = key {
                    answer["one_time_keys"][&user][&device] = json!({ id: key });
                }
            }
        }
        answer
    }

    fn sign(&mut self, body: &Value) {
        for (user, objects) in entries(body) {
            for (id, object) in entries(&objects) {
                let devices = self.device_keys.get_mut(&user);
                let target = match devices.and_then(|devices| devices.get_mut(&id)) {
                    Some(keys) => keys,
                    None => &mut self.identities.get_mut(&user).unwrap()["master_key"],
                };
                for (signer, signatures) in entries(&object["signatures"]) {
                    for (key, signature) in entries(&signatures) {
                        target["signatures"][&signer][key] = signature;
                    }
                }
            }
            self.changed(&user);
        }
    }

    fn deliver(&mut self, sender: &str, kind: &str, body: &Value) {
        for (user, devices) in entries(&body["messages"]) {
            for (device, content) in entries(&devices) {
                let event = json!({ "type": kind, "sender": sender, "content": content });
                self.inbox
                    .entry((user.clone(), device))
                    .or_default()
                    .push(event);
            }
        }
    }

    fn create(&mut self, user: &str, body: &Value) -> Value {
        let room = format!("!{}:fake", self.fresh());
        self.member(&room, user, user, "join");
        for state in body["initial_state"].as_array().into_iter().flatten() {
            let mut state = state.clone();
            state["sender"] = json!(user);
            self.event(&room, state);
        }
        for guest in body["invite"].as_array().into_iter().flatten() {
            self.member(&room, user, guest.as_str().unwrap(), "invite");
        }
        json!({ "room_id": room })
    }

    pub(crate) fn member(&mut self, room: &str, sender: &str, member: &str, membership: &str) {
        let content = json!({ "membership": membership });
        let kind = "m.room.member";
        self.event(
            room,
            json!({ "type": kind, "sender": sender, "state_key": member, "content": content }),
        );
    }

    pub(crate) fn message(
        &mut self,
        room: &str,
        sender: &str,
        kind: &str,
        content: Value,
    ) -> String {
        self.event(
            room,
            json!({ "type": kind, "sender": sender, "content": content }),
        )
    }

    /// Appends an event under a new id.
    pub(crate) fn event(&mut self, room: &str, mut event: Value) -> String {
        let id = format!("${}", self.fresh());
        event["event_id"] = json!(id);
        self.events.push((room.to_owned(), event));
        id
    }

    pub(crate) fn members(&self, room: &str) -> BTreeMap<String, String> {
        let of_room = self
            .events
            .iter()
            .filter(|(of, event)| of == room && event["type"] == "m.room.member");
        of_room
            .filter_map(|(_, event)| {
                let member = event["state_key"].as_str()?.to_owned();
                Some((member, event["content"]["membership"].as_str()?.to_owned()))
            })
            .collect()
    }

    fn sync(&mut self, user: &str, device: &str, query: &str) -> Value {
        let since = query
            .split("since=")
            .nth(1)
            .map_or(0, |text| text.parse().unwrap());
        let place = (user.to_owned(), device.to_owned());
        let count = self.one_time.get(&place).map_or(0, BTreeMap::len);
        let changed = self.changes.iter().filter(|(at, _)| *at >= since);
        let changed: BTreeSet<&String> = changed.map(|(_, user)| user).collect();
        let used = self.fallback_used.contains(&place);
        json!({
            "next_batch": self.events.len().to_string(),
            "rooms": self.room_news(user, since),
            // All of it with each answer: a client must stand that.
            "account_data": { "events": self.account_news(user) },
            "to_device": { "events": self.inbox.remove(&place).unwrap_or_default() },
            "device_lists": { "changed": changed },
            "device_one_time_keys_count": { "signed_curve25519": count },
            "device_unused_fallback_key_types": if used { json!([]) } else { json!(["signed_curve25519"]) },
        })
    }

    fn keep_data(&mut self, user: &str, kind: &str, body: Value) -> Value {
        let place = (user.to_owned(), kind.to_owned());
        self.account_data.insert(place, body);
        json!({})
    }

    fn account_news(&self, user: &str) -> Vec<Value> {
        let of_user = self.account_data.iter().filter(|((of, _), _)| of == user);
        of_user
            .map(|((_, kind), content)| json!({ "type": kind, "content": content }))
            .collect()
    }

    fn room_news(&self, user: &str, since: usize) -> Value {
        let mut rooms = json!({ "join": {}, "invite": {}, "leave": {} });
        let all: BTreeSet<&String> = self.events.iter().map(|(room, _)| room).collect();
        for room in all {
            let membership = self.members(room).get(user).cloned().unwrap_or_default();
            if !matches!(membership.as_str(), "join" | "invite" | "leave") {
                continue;
            }
            // Who has just joined gets everything.
            let of_room = self
                .events
                .iter()
                .enumerate()
                .filter(|(_, (of, _))| of == room);
            let joined_new = of_room.clone().any(|(at, (_, event))| {
                at >= since
                    && event["state_key"] == user
                    && event["content"]["membership"] == "join"
            });
            let from = if joined_new { 0 } else { since };
            let news = of_room
                .filter(|(at, _)| *at >= from)
                .map(|(_, (_, event))| event.clone());
            let (state, timeline): (Vec<Value>, Vec<Value>) =
                news.partition(|event| joined_new && event.get("state_key").is_some());
            if state.is_empty() && timeline.is_empty() {
                continue;
            }
            rooms[&membership][room] = match membership.as_str() {
                "invite" => json!({ "invite_state": { "events": timeline } }),
                _ => {
                    json!({ "state": { "events": state }, "timeline": { "events": timeline, "limited": false } })
                }
            };
        }
        rooms
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (String, Value)> {
    value.as_object().cloned().unwrap_or_default().into_iter()
}

fn decode(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let hex = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
