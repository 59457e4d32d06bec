use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use reference_organisation::{Charter, Signed};
use reference_relay::{
    Clients, Config, Flaw, Gateway, Limits, PasswordMemory, Push, RegistrationToken, Retention,
    VirtualClock, bench, router,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

/// A relay in this process, with a store of its own.
pub(crate) struct Bench {
    router: Router,
    pub(crate) clock: VirtualClock,
    log: Log,
    folder: TempDir,
    flaws: Vec<Flaw>,
}

/// Somebody with a session.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) device: String,
    pub(crate) token: String,
}

/// What the relay answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

/// A log that the test reads.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Bench {
    pub(crate) fn honest() -> Self {
        Self::new(&[], Limits::default())
    }

    pub(crate) fn flawed(flaw: Flaw) -> Self {
        Self::new(&[flaw], Limits::default())
    }

    /// A relay of an organisation.
    pub(crate) fn of(charter: Signed<Charter>, flaws: &[Flaw]) -> Self {
        let (retention, clients) = (Retention::default(), Clients::default());
        let more = (&retention, &clients, &[][..]);
        Self::open(flaws, Limits::default(), Some(charter), more)
    }

    pub(crate) fn new(flaws: &[Flaw], limits: Limits) -> Self {
        Self::keeping(flaws, limits, &Retention::default())
    }

    pub(crate) fn keeping(flaws: &[Flaw], limits: Limits, retention: &Retention) -> Self {
        Self::whole(flaws, limits, (retention, &Clients::default()))
    }

    pub(crate) fn whole(
        flaws: &[Flaw],
        limits: Limits,
        (retention, clients): (&Retention, &Clients),
    ) -> Self {
        Self::open(flaws, limits, None, (retention, clients, &[]))
    }

    pub(crate) fn pushing(flaws: &[Flaw], gateways: &[Gateway]) -> Self {
        let (retention, clients) = (Retention::default(), Clients::default());
        let more = (&retention, &clients, gateways);
        Self::open(flaws, Limits::default(), None, more)
    }

    fn open(
        flaws: &[Flaw],
        limits: Limits,
        organisation: Option<Signed<Charter>>,
        (retention, clients, gateways): (&Retention, &Clients, &[Gateway]),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, log) = (VirtualClock::at(1_800_000_000_000), Log::default());
        let config = Config {
            retention: retention.clone(),
            clients: clients.clone(),
            push: Push {
                gateways: gateways.to_vec(),
            },
            server_name: "relay.test".to_owned(),
            store: folder.path().to_owned(),
            limits,
            organisation,
            password_memory: PasswordMemory::default(),
            registration_tokens: vec![
                RegistrationToken::parse(TOKEN, 100).unwrap(),
                RegistrationToken::parse(ONCE, 1).unwrap(),
            ],
        };
        let router = router(config, bench::conduct(flaws), clock.clone(), log.clone()).unwrap();
        Self {
            router,
            clock,
            log,
            folder,
            flaws: flaws.to_vec(),
        }
    }

    pub(crate) async fn register(&self, name: &str) -> User {
        let answer = self.register_with(name, TOKEN).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        User::of(&answer.json())
    }

    pub(crate) async fn register_with(&self, name: &str, token: &str) -> Answer {
        let auth = json!({ "type": "m.login.registration_token", "token": token });
        let body = json!({ "username": name, "password": PASSWORD, "auth": auth });
        self.post(None, "/_matrix/client/v3/register", body).await
    }

    pub(crate) async fn login(&self, name: &str, password: &str) -> Answer {
        let identifier = json!({ "type": "m.id.user", "user": name });
        let body =
            json!({ "type": "m.login.password", "identifier": identifier, "password": password });
        self.post(None, "/_matrix/client/v3/login", body).await
    }

    pub(crate) async fn room(&self, creator: &User, invite: &[&User]) -> String {
        let invite: Vec<_> = invite.iter().map(|user| &user.id).collect();
        let answer = self
            .post(
                creator,
                "/_matrix/client/v3/createRoom",
                json!({ "invite": invite }),
            )
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["room_id"].as_str().unwrap().to_owned()
    }

    /// A room with all of them in it.
    pub(crate) async fn shared_room(&self, creator: &User, others: &[&User]) -> String {
        let room = self.room(creator, others).await;
        for other in others {
            let path = format!("/_matrix/client/v3/join/{room}");
            assert_eq!(self.post(*other, &path, json!({})).await.status, 200);
        }
        room
    }

    pub(crate) async fn say(&self, user: &User, room: &str, txn: &str, text: &str) -> Answer {
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{txn}");
        self.put(user, &path, json!({ "msgtype": "m.text", "body": text }))
            .await
    }

    pub(crate) async fn sync(&self, user: &User, since: Option<&str>) -> Value {
        let since = since
            .map(|since| format!("?since={since}"))
            .unwrap_or_default();
        let answer = self
            .get(user, &format!("/_matrix/client/v3/sync{since}"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub(crate) async fn get<'u>(&self, user: impl Into<Option<&'u User>>, path: &str) -> Answer {
        self.send(Method::GET, user.into(), path, Vec::new()).await
    }

    pub(crate) async fn post<'u>(
        &self,
        user: impl Into<Option<&'u User>>,
        path: &str,
        body: Value,
    ) -> Answer {
        self.send(
            Method::POST,
            user.into(),
            path,
            body.to_string().into_bytes(),
        )
        .await
    }

    pub(crate) async fn put<'u>(
        &self,
        user: impl Into<Option<&'u User>>,
        path: &str,
        body: Value,
    ) -> Answer {
        self.send(
            Method::PUT,
            user.into(),
            path,
            body.to_string().into_bytes(),
        )
        .await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        user: Option<&User>,
        path: &str,
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(user) = user {
            request = request.header("authorization", format!("Bearer {}", user.token));
        }
        self.carry(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn carry(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    pub(crate) fn log(&self) -> String {
        String::from_utf8(self.log.0.lock().unwrap().clone()).unwrap()
    }

    pub(crate) fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    pub(crate) fn store(&self) -> &Path {
        self.folder.path()
    }

    /// Everything that lies in the store's folder.
    pub(crate) fn stored_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(self.store()).unwrap() {
            bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
        }
        bytes
    }
}

impl User {
    pub(crate) fn of(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        Self {
            id: text("user_id"),
            device: text("device_id"),
            token: text("access_token"),
        }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts status and `errcode`.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, errcode: &str) {
        assert_eq!(
            self.status,
            status,
            "{}",
            String::from_utf8_lossy(&self.bytes)
        );
        assert_eq!(self.json()["errcode"], errcode);
        assert!(self.json()["error"].is_string());
    }

    /// Asserts success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

/// Bodies of the messages in a list of events.
pub(crate) fn texts(events: &Value) -> Vec<String> {
    let bodies = events
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| event["content"]["body"].as_str());
    bodies.map(str::to_owned).collect()
}

pub(crate) const TOKEN: &str = "invitation";
pub(crate) const ONCE: &str = "invitation-for-one";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
