//! A relay in the fuzzer's own process: its router without a socket, its clock standing still.

use axum::{Router, body::Body};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use reference_relay::{
    Conduct, Config, Limits, PasswordMemory, RegistrationToken, VirtualClock, router,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{self, Runtime};
use tower::ServiceExt as _;

/// An inviting token and a password that no input can know.
const INVITATION: &str = "only-the-bench-knows";
pub(crate) const PASSWORD: &str = "only the bench knows";

/// Milliseconds since the epoch; the relay's clock stands still.
const NOW: u64 = 1_700_000_000_000;

/// A relay that nobody has an account on yet.
pub(crate) struct Relay {
    runtime: Runtime,
    router: Router,
    _store: TempDir,
}

impl Relay {
    /// A relay that lets so many people register.
    pub(crate) fn new(people: u32) -> Self {
        let store = TempDir::new().expect("a folder for the store");
        let invitation = RegistrationToken::parse(INVITATION, people).expect("a token");
        let config = Config {
            server_name: "relay.example".to_owned(),
            store: store.path().to_owned(),
            limits: Limits {
                requests: u32::MAX,
                claims: u32::MAX,
                // An input may guess passwords and log in as often as it likes; the user must be able to come back.
                login_failures: u32::MAX,
                devices: usize::MAX,
                sync_ms: 0,
                ..Limits::default()
            },
            retention: reference_relay::Retention::default(),
            clients: reference_relay::Clients::default(),
            push: reference_relay::Push::default(),
            organisation: None,
            password_memory: PasswordMemory::for_bench(64).expect("a figure for a bench"),
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
        Self {
            runtime,
            router,
            _store: store,
        }
    }

    pub(crate) fn send(&self, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await;
            let answer = answer.expect("a router always answers");
            let status = answer.status();
            let body = answer.into_body().collect().await.expect("a whole body");
            (status, body.to_bytes().to_vec())
        })
    }

    /// What a request of a user is answered; a body that is `null` is none.
    pub(crate) fn ask(
        &self,
        method: &Method,
        path: &str,
        token: &str,
        body: &Value,
    ) -> (StatusCode, Vec<u8>) {
        let content = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Body::from(content))
            .expect("a request");
        self.send(request)
    }

    /// What must be granted.
    pub(crate) fn must(&self, method: &Method, path: &str, token: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(method, path, token, body);
        assert_eq!(status, StatusCode::OK, "{method} {path}");
        serde_json::from_slice(&answer).expect("an answer in JSON")
    }

    /// What somebody is answered who registers with [`INVITATION`].
    pub(crate) fn register(&self, name: &str) -> Value {
        let auth = json!({"type": "m.login.registration_token", "token": INVITATION});
        let register = json!({"username": name, "password": PASSWORD, "auth": auth});
        self.must(&Method::POST, "/_matrix/client/v3/register", "", &register)
    }
}

pub(crate) fn text_of(answer: &Value, member: &str) -> String {
    let text = answer.get(member).and_then(Value::as_str);
    text.expect("a text").to_owned()
}
