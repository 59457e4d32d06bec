//! One HTTP request, written as text, through the relay's router without a socket.

use std::sync::{LazyLock, Mutex};

use axum::{Router, body::Body};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use reference_relay::{Conduct, Config, Limits, RegistrationToken, VirtualClock, router};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{self, Runtime};
use tower::ServiceExt as _;

/// An inviting token and a password that no input can know.
const INVITATION: &str = "only-the-bench-knows";
const PASSWORD: &str = "only the bench knows";

/// Milliseconds since the epoch; the relay's clock stands still.
const NOW: u64 = 1_700_000_000_000;

static BENCH: LazyLock<Bench> = LazyLock::new(Bench::new);

/// A relay with one user, who has a room.
struct Bench {
    runtime: Runtime,
    router: Router,
    token: Mutex<String>,
    room: String,
    _store: TempDir,
}

/// Sends the request that `bytes` describe: `METHOD target`, header lines, an empty line, the body.
///
/// `$TOKEN` stands for the user's access token, `$ROOM` for the room. Whatever is asked, the relay
/// answers below 500, explains a refusal in Matrix's words, and then still knows its user.
pub(crate) fn run(bytes: &[u8]) {
    let bench = &*BENCH;
    let text = bench.filled_in(bytes);
    let Some(request) = parse(&text) else {
        return;
    };
    let what = format!("{} {}", request.method(), request.uri());
    let (status, answer) = bench.send(request);
    assert!(status.as_u16() < 500, "{what}: {status}");
    if status.is_client_error() {
        // user-interactive authentication asks with `flows` instead
        let refusal: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let is_explained = ["errcode", "flows"]
            .iter()
            .any(|member| refusal.get(member).is_some());
        assert!(is_explained, "{what}: {status} without errcode");
    }
    bench.check_user(&what);
}

impl Bench {
    fn new() -> Self {
        let store = TempDir::new().expect("a folder for the store");
        let invitation = RegistrationToken::parse(INVITATION, 1).expect("a token");
        let config = Config {
            server_name: "relay.example".to_owned(),
            store: store.path().to_owned(),
            limits: Limits {
                requests: u32::MAX,
                sync_ms: 0,
                ..Limits::default()
            },
            retention: reference_relay::Retention::default(),
            clients: reference_relay::Clients::default(),
            push: reference_relay::Push::default(),
            organisation: None,
            password_memory: reference_relay::PasswordMemory::default(),
            registration_tokens: vec![invitation],
        };
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let clock = VirtualClock::at(NOW);
        let router = {
            let _guard = runtime.enter();
            router(config, Conduct::honest(), clock, std::io::sink()).expect("a relay")
        };
        let mut bench = Self {
            runtime,
            router,
            token: Mutex::default(),
            room: String::new(),
            _store: store,
        };
        let auth = json!({"type": "m.login.registration_token", "token": INVITATION});
        let register = json!({"username": "alice", "password": PASSWORD, "auth": auth});
        bench.enter("/_matrix/client/v3/register", &register);
        let created = bench.post("/_matrix/client/v3/createRoom", &json!({"name": "r"}));
        bench.room = text_of(&created, "room_id");
        bench
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

    fn send(&self, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await;
            let answer = answer.expect("a router always answers");
            let status = answer.status();
            let body = answer.into_body().collect().await.expect("a whole body");
            (status, body.to_bytes().to_vec())
        })
    }

    /// The control: the user's session is as good as before, or the input has ended it.
    fn check_user(&self, what: &str) {
        let request = Request::get("/_matrix/client/v3/account/whoami")
            .header("authorization", format!("Bearer {}", self.token()))
            .body(Body::empty())
            .expect("a request");
        let (status, _) = self.send(request);
        if status == StatusCode::UNAUTHORIZED {
            let who = json!({"type": "m.id.user", "user": "alice"});
            let login =
                json!({"type": "m.login.password", "identifier": who, "password": PASSWORD});
            self.enter("/_matrix/client/v3/login", &login);
        } else {
            assert_eq!(status, StatusCode::OK, "the user is lost after {what}");
        }
    }

    /// Registers or logs in and keeps the access token.
    fn enter(&self, path: &str, body: &Value) {
        let token = text_of(&self.post(path, body), "access_token");
        *self.token.lock().expect("one thread") = token;
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {}", self.token()))
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request");
        let (status, answer) = self.send(request);
        assert_eq!(status, StatusCode::OK, "POST {path}");
        serde_json::from_slice(&answer).expect("an answer in JSON")
    }

    fn token(&self) -> String {
        self.token.lock().expect("one thread").clone()
    }
}

fn text_of(answer: &Value, member: &str) -> String {
    let text = answer.get(member).and_then(Value::as_str);
    text.expect("a text").to_owned()
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
