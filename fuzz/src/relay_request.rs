//! One HTTP request, written as text, through the relay's router without a socket.

use std::sync::{LazyLock, Mutex};

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::relay::{PASSWORD, Relay, text_of};

static BENCH: LazyLock<Bench> = LazyLock::new(Bench::new);

/// A relay with one user, who has a room.
struct Bench {
    relay: Relay,
    token: Mutex<String>,
    room: String,
}

/// Sends the request that `bytes` describe: `METHOD target`, header lines, an empty line, the body.
///
/// `$TOKEN` stands for the user's access token, `$ROOM` for the room. Whatever is asked, the relay
/// answers below 500, explains a refusal in Matrix's words, and then still knows its user.
pub(crate) fn run(bytes: &[u8]) {
    let Some((what, status, answer)) = answer(bytes) else {
        return;
    };
    assert!(status.as_u16() < 500, "{what}: {status}");
    if status.is_client_error() {
        // user-interactive authentication asks with `flows` instead
        let refusal: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let is_explained = ["errcode", "flows"]
            .iter()
            .any(|member| refusal.get(member).is_some());
        assert!(is_explained, "{what}: {status} without errcode");
    }
    BENCH.check_user(&what);
}

/// Sends the request: what it was, and what the relay answers; `None` if the text is no request.
pub(crate) fn answer(bytes: &[u8]) -> Option<(String, StatusCode, Vec<u8>)> {
    let request = parse(&BENCH.filled_in(bytes))?;
    let what = format!("{} {}", request.method(), request.uri());
    let (status, answer) = BENCH.relay.send(request);
    Some((what, status, answer))
}

impl Bench {
    fn new() -> Self {
        let relay = Relay::new(1);
        let token = text_of(&relay.register("alice"), "access_token");
        let path = "/_matrix/client/v3/createRoom";
        let created = relay.must(&Method::POST, path, &token, &json!({"name": "r"}));
        Self {
            relay,
            token: Mutex::new(token),
            room: text_of(&created, "room_id"),
        }
    }

    fn filled_in(&self, bytes: &[u8]) -> Vec<u8> {
        match std::str::from_utf8(bytes) {
            Ok(text) => text
                .replace("$TOKEN", &self.token())
                .replace("$ROOM", &self.room)
                .into_bytes(),
            Err(_) => bytes.to_vec(),
        }
    }

    /// The control: the user's session is as good as before, or the input has ended it.
    fn check_user(&self, what: &str) {
        let path = "/_matrix/client/v3/account/whoami";
        let token = self.token();
        let (status, _) = self.relay.ask(&Method::GET, path, &token, &Value::Null);
        if status == StatusCode::UNAUTHORIZED {
            let who = json!({"type": "m.id.user", "user": "alice"});
            let login =
                json!({"type": "m.login.password", "identifier": who, "password": PASSWORD});
            let path = "/_matrix/client/v3/login";
            let entered = self.relay.must(&Method::POST, path, "", &login);
            *self.token.lock().expect("one thread") = text_of(&entered, "access_token");
        } else {
            assert_eq!(status, StatusCode::OK, "the user is lost after {what}");
        }
    }

    fn token(&self) -> String {
        self.token.lock().expect("one thread").clone()
    }
}

/// `None` if the text is no request that an HTTP server would hand on.
fn parse(bytes: &[u8]) -> Option<Request<Body>> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = bytes.split_at(end.unwrap_or(bytes.len()));
    let mut lines = std::str::from_utf8(head).ok()?.lines();
    let (method, target) = lines.next()?.split_once(' ')?;
    if !target.starts_with('/') {
        return None;
    }
    let mut request = Request::builder().method(method).uri(target);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        request = request.header(name.trim(), value.trim());
    }
    let body = body.get(2..).unwrap_or_default().to_vec();
    request.body(Body::from(body)).ok()
}
