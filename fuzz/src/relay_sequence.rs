//! What two friends and a stranger ask of a relay in turn: nobody reads what is not theirs, what was acknowledged is there, and no
//! one-time key is handed out twice.

use std::{
    collections::BTreeSet,
    sync::{LazyLock, Mutex},
};

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::relay::{Relay, text_of};

/// Stands in everything that only Alice and Bob may read.
const SECRET: &str = "k3wv-for-two";

/// More steps than a sequence needs.
const STEPS: usize = 40;

/// So many sequences share a relay, so that its store stays small and a finding replays.
const SEQUENCES: usize = 64;

static BENCH: LazyLock<Mutex<Bench>> = LazyLock::new(|| Mutex::new(Bench::new()));

/// A user who is logged in.
struct User {
    id: String,
    device: String,
    token: String,
}

/// A relay with Alice, Bob and Mallory.
struct Bench {
    relay: Relay,
    alice: User,
    bob: User,
    mallory: User,
    /// Keys that were handed out.
    claimed: BTreeSet<String>,
    /// Numbers that are never given twice.
    number: usize,
    sequences: usize,
}

/// One sequence, in a room of its own.
struct Sequence<'a> {
    bench: &'a mut Bench,
    room: String,
    /// Where Alice's next sync begins.
    since: String,
    /// Events that were acknowledged.
    sent: Vec<String>,
    /// Numbers of messages to Alice's device that were acknowledged, and of those that arrived.
    written: Vec<usize>,
    arrived: Vec<usize>,
}

/// Carries out a step a line: `send`, `write`, `keys`, `claim bob`, `claim mallory`, `sync`, and
/// `ask METHOD TARGET BODY` for whatever Mallory asks, with `$ROOM`, `$ALICE`, `$DEVICE`, `$EVENT` and `$SINCE` filled in.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut bench = BENCH.lock().expect("one thread");
    bench.sequences += 1;
    if bench.sequences > SEQUENCES {
        *bench = Bench::new();
    }
    let mut sequence = Sequence::begin(&mut bench);
    for line in text.lines().take(STEPS) {
        sequence.step(line);
    }
    sequence.end();
}

impl User {
    fn of(entered: &Value) -> Self {
        Self {
            id: text_of(entered, "user_id"),
            device: text_of(entered, "device_id"),
            token: text_of(entered, "access_token"),
        }
    }
}

impl Bench {
    fn new() -> Self {
        let relay = Relay::new(3);
        let [alice, bob, mallory] =
            ["alice", "bob", "mallory"].map(|name| User::of(&relay.register(name)));
        Self {
            relay,
            alice,
            bob,
            mallory,
            claimed: BTreeSet::new(),
            number: 0,
            sequences: 0,
        }
    }

    fn next(&mut self) -> usize {
        self.number += 1;
        self.number
    }
}

impl<'a> Sequence<'a> {
    fn begin(bench: &'a mut Bench) -> Self {
        let room = json!({"name": "r", "invite": [bench.bob.id]});
        let (alice, bob) = (&bench.alice.token, &bench.bob.token);
        let path = "/_matrix/client/v3/createRoom";
        let room = text_of(
            &bench.relay.must(&Method::POST, path, alice, &room),
            "room_id",
        );
        let path = format!("/_matrix/client/v3/rooms/{room}/join");
        bench.relay.must(&Method::POST, &path, bob, &json!({}));
        let path = "/_matrix/client/v3/sync?timeout=0";
        let synced = bench.relay.must(&Method::GET, path, alice, &Value::Null);
        Self {
            room,
            since: text_of(&synced, "next_batch"),
            sent: Vec::new(),
            written: Vec::new(),
            arrived: Vec::new(),
            bench,
        }
    }

    fn step(&mut self, line: &str) {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("send", _) => self.send(),
            ("write", _) => self.write(),
            ("keys", _) => self.keys(),
            ("claim", "bob") => self.claim(self.bench.bob.token.clone()),
            ("claim", "mallory") => self.claim(self.bench.mallory.token.clone()),
            ("sync", _) => self.sync(),
            ("ask", asked) => self.ask(asked),
            _ => {}
        }
    }

    fn send(&mut self) {
        let n = self.bench.next();
        let (room, body) = (
            &self.room,
            json!({"msgtype": "m.text", "body": format!("{SECRET} {n}")}),
        );
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{n}");
        let bench = &self.bench;
        let (status, answer) = bench
            .relay
            .ask(&Method::PUT, &path, &bench.alice.token, &body);
        if status == StatusCode::OK {
            let answer: Value = serde_json::from_slice(&answer).expect("an answer in JSON");
            self.sent.push(text_of(&answer, "event_id"));
        }
    }

    fn write(&mut self) {
        let n = self.bench.next();
        let bench = &self.bench;
        let content = json!({"n": n, "body": SECRET});
        let body = json!({"messages": {&bench.alice.id: {&bench.alice.device: content}}});
        let path = format!("/_matrix/client/v3/sendToDevice/m.dummy/{n}");
        let (status, _) = bench
            .relay
            .ask(&Method::PUT, &path, &bench.bob.token, &body);
        if status == StatusCode::OK {
            self.written.push(n);
        }
    }

    fn keys(&mut self) {
        let n = self.bench.next();
        let keys = json!({format!("signed_curve25519:K{n}"): {"key": format!("key{n}"), "signatures": {}}});
        let path = "/_matrix/client/v3/keys/upload";
        let body = json!({"one_time_keys": keys});
        let token = &self.bench.alice.token;
        let (status, _) = self.bench.relay.ask(&Method::POST, path, token, &body);
        assert!(status.as_u16() < 500, "keys: {status}");
    }

    fn claim(&mut self, token: String) {
        let alice = &self.bench.alice;
        let body = json!({"one_time_keys": {&alice.id: {&alice.device: "signed_curve25519"}}});
        let path = "/_matrix/client/v3/keys/claim";
        let (status, answer) = self.bench.relay.ask(&Method::POST, path, &token, &body);
        assert!(status.as_u16() < 500, "claim: {status}");
        self.handed_out(&answer);
    }

    /// Whoever was given keys: nobody had them before.
    fn handed_out(&mut self, answer: &[u8]) {
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        let users = answer.get("one_time_keys").and_then(Value::as_object);
        let devices = users.into_iter().flat_map(|users| users.values());
        let devices = devices
            .filter_map(Value::as_object)
            .flat_map(|one| one.values());
        for keys in devices.filter_map(Value::as_object) {
            for (name, key) in keys {
                let is_one_time =
                    name.starts_with("signed_curve25519:K") && key.get("fallback").is_none();
                let is_new = self.bench.claimed.insert(name.clone());
                assert!(is_new || !is_one_time, "{name} was handed out twice");
            }
        }
    }

    fn sync(&mut self) {
        let path = format!("/_matrix/client/v3/sync?timeout=0&since={}", self.since);
        let bench = &self.bench;
        let synced = bench
            .relay
            .must(&Method::GET, &path, &bench.alice.token, &Value::Null);
        self.since = text_of(&synced, "next_batch");
        let events = synced
            .pointer("/to_device/events")
            .and_then(Value::as_array);
        for event in events.into_iter().flatten() {
            if event.get("sender").and_then(Value::as_str) == Some(&bench.bob.id)
                && let Some(n) = event.pointer("/content/n").and_then(Value::as_u64)
            {
                self.arrived.extend(usize::try_from(n).ok());
            }
        }
    }

    /// What Mallory asks. She reads nothing that is not hers, and nothing breaks.
    fn ask(&mut self, asked: &str) {
        let (alice, mallory) = (&self.bench.alice, &self.bench.mallory);
        let event = self.sent.last().map_or("$none", String::as_str);
        let filled = asked
            .replace("$ROOM", &self.room)
            .replace("$ALICE", &alice.id)
            .replace("$DEVICE", &alice.device)
            .replace("$EVENT", event)
            .replace("$SINCE", &self.since);
        let mut words = filled.splitn(3, ' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return;
        };
        let body = words.next().unwrap_or_default().to_owned();
        let request = http::Request::builder()
            .method(method)
            .uri(target)
            .header("authorization", format!("Bearer {}", mallory.token))
            .header("content-type", "application/json")
            .body(axum::body::Body::from(body));
        let Some(request) = request.ok().filter(|_| target.starts_with('/')) else {
            return;
        };
        let (status, answer) = self.bench.relay.send(request);
        assert!(status.as_u16() < 500, "{method} {target}: {status}");
        let reads = String::from_utf8_lossy(&answer).contains(SECRET);
        assert!(
            !reads || asked.contains(SECRET),
            "Mallory reads by {method} {target}"
        );
        self.handed_out(&answer);
        self.enter_again();
    }

    /// Mallory may have ended her own session, and even her account.
    fn enter_again(&mut self) {
        let path = "/_matrix/client/v3/account/whoami";
        let token = &self.bench.mallory.token;
        let (status, _) = self
            .bench
            .relay
            .ask(&Method::GET, path, token, &Value::Null);
        if status != StatusCode::OK {
            self.bench.sequences = SEQUENCES;
        }
    }

    /// What was acknowledged is there.
    fn end(mut self) {
        let path = format!(
            "/_matrix/client/v3/rooms/{}/messages?dir=b&limit=100",
            self.room
        );
        let alice = &self.bench.alice.token;
        let read = self
            .bench
            .relay
            .must(&Method::GET, &path, alice, &Value::Null)
            .to_string();
        for event in &self.sent {
            assert!(read.contains(event), "{event} was acknowledged and is lost");
        }
        self.sync();
        assert_eq!(self.arrived, self.written, "to Alice's device");
    }
}
