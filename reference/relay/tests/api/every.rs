//! Every endpoint with every kind of bad input: a Matrix error or an honest answer, never a fault, never a changed store
//! after a refusal.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use http::Method;
use reference_relay::Limits;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::support::{Answer, Bench, User};

/// Alice with a room, and a watch on what the relay stores.
struct Place {
    bench: Bench,
    alice: User,
    room: String,
    watch: Connection,
    people: u32,
    /// The store as it was last read, with its version.
    last: RefCell<(i64, Rc<Vec<Value>>)>,
}

#[tokio::test]
async fn every_endpoint_is_known_here() {
    let known: BTreeSet<(String, String)> = bodies()
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect();
    let routes = routes();
    let unknown: Vec<_> = routes.difference(&known).collect();
    assert!(unknown.is_empty(), "no bad input is tried on {unknown:?}");
    let gone: Vec<_> = known.difference(&routes).collect();
    assert!(gone.is_empty(), "there are no such endpoints: {gone:?}");
}

#[tokio::test]
async fn bad_bodies_get_an_answer_and_change_nothing_when_refused() {
    let mut place = Place::new().await;
    for (method, template, good) in bodies() {
        if method == "GET" {
            continue;
        }
        place.settle_in().await;
        let method: Method = method.parse().unwrap();
        for body in bad_bodies(&good) {
            let path = filled(&template, |name| place.part(name));
            let answer = place.attempt(&method, &path, body).await;
            let ends_sessions = ["logout", "deactivate"]
                .iter()
                .any(|word| template.contains(word));
            if answer.status.is_success() && (ends_sessions || method == Method::DELETE) {
                place.settle_in().await;
            }
        }
    }
}

#[tokio::test]
async fn bad_paths_and_queries_get_an_answer_and_change_nothing_when_refused() {
    let place = Place::new().await;
    for (method, template, body) in bodies() {
        let method: Method = method.parse().unwrap();
        for hostile in HOSTILE_PARTS {
            let body = body.to_string().into_bytes();
            if template.contains('{') {
                let path = filled(&template, |_| (*hostile).to_owned());
                place.attempt(&method, &path, body).await;
            } else {
                let path = format!(
                    "{template}?since={hostile}&timeout={hostile}&limit={hostile}&filter={hostile}"
                );
                place.attempt(&method, &path, body).await;
            }
        }
    }
}

impl Place {
    async fn new() -> Self {
        let limits = Limits {
            // The subject here is what the relay reads, not how often.
            requests: u32::MAX,
            login_failures: u32::MAX,
            misses: u32::MAX,
            claims: u32::MAX,
            ..Limits::default()
        };
        let bench = Bench::new(&[], limits);
        let alice = bench.register("alice").await;
        let room = bench.room(&alice, &[]).await;
        let watch = watch(bench.store());
        Self {
            bench,
            alice,
            room,
            watch,
            people: 0,
            last: RefCell::default(),
        }
    }

    /// Somebody new with a room takes Alice's place.
    async fn settle_in(&mut self) {
        self.people += 1;
        self.alice = self.bench.register(&format!("alice{}", self.people)).await;
        self.room = self.bench.room(&self.alice, &[]).await;
    }

    fn part(&self, name: &str) -> String {
        match name {
            "room_id" | "room_id_or_alias" => self.room.clone(),
            "user_id" => self.alice.id.clone(),
            "device_id" => self.alice.device.clone(),
            "server_name" => "relay.test".to_owned(),
            "event_id" => "$unknown".to_owned(),
            "receipt_type" => "m.read".to_owned(),
            "data_type" | "event_type" => "com.example.test".to_owned(),
            _ => "x".to_owned(),
        }
    }

    /// Sends it as Alice; whatever comes back is an answer.
    async fn attempt(&self, method: &Method, path: &str, body: Vec<u8>) -> Answer {
        let before = self.stored();
        let excerpt: String = String::from_utf8_lossy(&body).chars().take(200).collect();
        let answer = self
            .bench
            .send(method.clone(), Some(&self.alice), path, body)
            .await;
        let what = || format!("{method} {path} {excerpt} -> {answer:?}");
        if answer.status.is_success() {
            return answer;
        }
        assert!(answer.status.is_client_error(), "{}", what());
        assert!(is_matrix_error(&answer), "{}", what());
        assert!(
            self.stored() == before,
            "a refusal changed the store: {}",
            what()
        );
        answer
    }

    /// Every row of every table; read again only if somebody has committed since.
    fn stored(&self) -> Rc<Vec<Value>> {
        let version: i64 = self
            .watch
            .query_row("PRAGMA data_version", [], |row| row.get(0))
            .unwrap();
        let mut last = self.last.borrow_mut();
        if last.0 != version {
            *last = (version, Rc::new(rows(&self.watch)));
        }
        Rc::clone(&last.1)
    }
}

fn rows(store: &Connection) -> Vec<Value> {
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let mut names = store.prepare(names).unwrap();
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut all = Vec::new();
    for name in names {
        let mut table = store.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = table.column_count();
        let mut found = table.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let row: Vec<String> = (0..columns)
                .map(|at| format!("{:?}", row.get_ref(at).unwrap()))
                .collect();
            all.push(json!([name, row]));
        }
    }
    all
}

fn watch(store: &Path) -> Connection {
    let mut files = std::fs::read_dir(store)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let file = files.find(|file| {
        file.extension()
            .is_some_and(|kind| kind == "sqlite" || kind == "db")
    });
    Connection::open_with_flags(file.unwrap(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

fn is_matrix_error(answer: &Answer) -> bool {
    let body: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
    // An interactive stage answers with its flows instead (Matrix specification, 'User-interactive authentication').
    let interactive = answer.status == 401 && body["flows"].is_array();
    interactive || (body["errcode"].is_string() && body["error"].is_string())
}

/// The path with each `{part}` filled in.
fn filled(template: &str, part: impl Fn(&str) -> String) -> String {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap();
        path.push_str(before);
        path.push_str(&part(name));
        rest = after;
    }
    path + rest
}

/// What nobody should put into a path; percent-encoded where a path could not hold it.
const HOSTILE_PARTS: &[&str] = &[
    "%00",
    "%FF%FE",
    "..%2F..%2F..%2Fetc%2Fpasswd",
    "%7C%7C%25",
    "'%3B%20DROP%20TABLE%20events%3B--",
    "-1",
    "18446744073709551616",
    "%E2%80%AE%E2%80%8B",
    "%7B%22a%22%3A",
    "!:",
    "@:",
    "$",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

/// The body with each of its fields missing, of another type, too large, too deep, or hostile; and bodies that are none.
fn bad_bodies(good: &Value) -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        &b""[..],
        b"{",
        b"[]",
        b"null",
        b"\"x\"",
        b"\xff\xfe",
        b"{\"a\":1,\"a\":2}",
        b"{\"a\":1e999}",
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    bodies.push(format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100)).into_bytes());
    bodies.push(format!("{{\"a\":\"{}\"}}", "x".repeat(2 << 20)).into_bytes());
    let mut pointers = Vec::new();
    fields(good, String::new(), &mut pointers);
    for pointer in pointers {
        for bad in bad_values() {
            let mut body = good.clone();
            *body.pointer_mut(&pointer).unwrap() = bad;
            bodies.push(body.to_string().into_bytes());
        }
        bodies.push(without(good, &pointer).to_string().into_bytes());
    }
    bodies
}

fn bad_values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{202e}../../%00'; DROP TABLE events;--"),
        json!("x".repeat(300)),
        json!([]),
        json!([[[[]]]]),
        json!({}),
        json!({ "": { "": {} } }),
        json!(vec![0; 2000]),
    ]
}

/// The pointers of all fields, at most four levels deep.
fn fields(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => {
            let name = |name: &String| name.replace('~', "~0").replace('/', "~1");
            fields
                .iter()
                .map(|(key, value)| (name(key), value))
                .collect()
        }
        Value::Array(items) => items
            .iter()
            .take(1)
            .map(|item| ("0".to_owned(), item))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (name, child) in children {
        let pointer = format!("{pointer}/{name}");
        pointers.push(pointer.clone());
        if pointer.matches('/').count() < 4 {
            fields(child, pointer, pointers);
        }
    }
}

fn without(good: &Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let mut body = good.clone();
    if let Some(Value::Object(fields)) = body.pointer_mut(parent) {
        fields.remove(&name.replace("~1", "/").replace("~0", "~"));
    }
    body
}

/// The endpoints as the sources name them.
fn routes() -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    sources(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/api")),
        &mut |source| {
            for route in source.split(".route(").skip(1) {
                let (_, rest) = route.split_once('"').unwrap();
                let (path, rest) = rest.split_once('"').unwrap();
                let handlers = rest.split([';', '}']).next().unwrap_or_default();
                for method in ["get", "post", "put", "delete"] {
                    let calls = |before: char| handlers.contains(&format!("{before}{method}("));
                    if calls(' ') || calls('.') {
                        routes.insert((method.to_uppercase(), path.to_owned()));
                    }
                }
            }
        },
    );
    routes
}

fn sources(folder: &Path, look: &mut impl FnMut(&str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, look);
        } else {
            look(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// A body for each endpoint; `null` for those that take none.
fn bodies() -> Vec<(String, String, Value)> {
    serde_json::from_str(include_str!("every.json")).unwrap()
}
