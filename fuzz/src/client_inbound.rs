//! Answers of a hostile relay to a client that is logged in.

use std::{collections::BTreeMap, sync::LazyLock};

use reference_client::{
    Body, CallId, Client, Conduct, Input, MemoryStore, Output, Request, Secret, Verb,
};
use serde_json::{Value, json};

/// Milliseconds since the epoch.
const NOW: u64 = 1_700_000_000_000;

/// Stands between the answers in an input.
const NEXT: &[u8] = b"\n%%\n";

/// More rounds than any call of an honest client needs.
const ROUNDS: usize = 200;

/// The records of a client that has just logged in, and its Curve25519 key.
static LOGGED_IN: LazyLock<(BTreeMap<String, Vec<u8>>, String)> = LazyLock::new(log_in);

/// Answers a sync and what the client asks after it with the parts of `bytes`, in order.
///
/// `$CURVE25519` stands for the client's key. Whatever the relay answers, the client goes on: an
/// honest sync ends well afterwards, and the client opens again from its store.
pub(crate) fn run(bytes: &[u8]) {
    let (records, key) = &*LOGGED_IN;
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.replace("$CURVE25519", key).into_bytes(),
        Err(_) => bytes.to_vec(),
    };
    let store = MemoryStore::default();
    store.restore(records.clone());
    let mut client = open(&store);
    let mut answers = parts(&text).into_iter();
    let answer = |request: &Request| answers.next().unwrap_or_else(|| honest(request));
    call(&mut client, CallId(1), Verb::Sync, answer);
    let is_done = call(&mut client, CallId(2), Verb::Sync, honest);
    assert!(is_done, "an honest sync fails afterwards");
    drop(client);
    open(&store);
}

fn open(store: &MemoryStore) -> Client {
    Client::open_with(Box::new(store.clone()), Conduct::honest()).expect("the store opens")
}

fn log_in() -> (BTreeMap<String, Vec<u8>>, String) {
    let store = MemoryStore::default();
    let mut client = open(&store);
    let mut key = String::new();
    let login = Verb::Login {
        user: "fuzz".to_owned(),
        password: Secret::new("password"),
        device: None,
    };
    let is_done = call(&mut client, CallId(0), login, |request: &Request| {
        if let Body::Json(body) = &request.body
            && let Some(Value::String(own)) = body.pointer("/device_keys/keys/curve25519:FUZZ")
        {
            key.clone_from(own);
        }
        honest(request)
    });
    assert!(is_done && !key.is_empty(), "the login fails");
    (store.snapshot(), key)
}

/// Makes a call and answers every request; whether the call was carried out.
fn call(
    client: &mut Client,
    call: CallId,
    verb: Verb,
    mut answer: impl FnMut(&Request) -> Vec<u8>,
) -> bool {
    let mut is_done = false;
    let mut outputs = client.handle(NOW, Input::Call { call, verb });
    for _ in 0..ROUNDS {
        let mut requests = Vec::new();
        for output in outputs.drain(..) {
            match output {
                Output::Request(request) => requests.push(request),
                Output::Done { call: ended, .. } => is_done |= ended == call,
                Output::Refused { .. } => {}
            }
        }
        for request in &requests {
            let input = Input::Response {
                request: request.id,
                status: 200,
                body: answer(request),
            };
            outputs.extend(client.handle(NOW, input));
        }
        if outputs.is_empty() {
            break;
        }
    }
    is_done
}

/// What an honest relay with nobody else on it answers.
fn honest(request: &Request) -> Vec<u8> {
    let path = request.path.split('?').next().unwrap_or_default();
    let answer: Value = match path.trim_start_matches("/_matrix/client/v3/") {
        "login" => json!({
            "user_id": "@fuzz:relay.example", "device_id": "FUZZ", "access_token": "token",
        }),
        "keys/upload" => json!({"one_time_key_counts": {"signed_curve25519": 50}}),
        "keys/query" => json!({"device_keys": {}}),
        "keys/claim" => json!({"one_time_keys": {}}),
        "sync" => json!({
            "next_batch": "honest",
            "device_one_time_keys_count": {"signed_curve25519": 50},
            "device_unused_fallback_key_types": ["signed_curve25519"],
        }),
        _ => json!({}),
    };
    answer.to_string().into_bytes()
}

fn parts(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(end) = rest.windows(NEXT.len()).position(|window| window == NEXT) {
        let (part, more) = rest.split_at(end);
        parts.push(part.to_vec());
        rest = more.get(NEXT.len()..).unwrap_or_default();
    }
    parts.push(rest.to_vec());
    parts
}
