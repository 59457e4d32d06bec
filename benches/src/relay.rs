//! The reference relay, served on a real socket of this process.

use std::{
    io,
    net::SocketAddr,
    thread::{self, JoinHandle},
};

use reference_relay::{Conduct, Config, Limits, RegistrationToken, SystemClock, serve};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, runtime, sync::oneshot};

use crate::Connection;

/// A relay with an empty store; it ends with this value, its store too.
pub struct Relay {
    address: SocketAddr,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// Starts one that limits no rates.
    ///
    /// # Errors
    /// No port is free, or the store cannot be made.
    pub fn start() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let config = Config {
            server_name: HOST.to_owned(),
            store: folder.path().join("store"),
            limits: Limits {
                requests: u32::MAX,
                ..Limits::default()
            },
            retention: reference_relay::Retention::default(),
            clients: reference_relay::Clients::default(),
            push: reference_relay::Push::default(),
            organisation: None,
            password_memory: reference_relay::PasswordMemory::default(),
            registration_tokens: RegistrationToken::parse(INVITATION, u32::MAX)
                .into_iter()
                .collect(),
        };
        let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let outside = (SystemClock, io::sink());
        let thread = thread::spawn(move || {
            let stopped = async { stopped.await.unwrap_or_default() };
            let served = serve(config, Conduct::honest(), outside, listener, stopped);
            // A relay that ended early answers nobody; the benches fail then by themselves.
            drop(runtime.block_on(served));
        });
        Ok(Self {
            address,
            folder,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// A new connection to it.
    ///
    /// # Errors
    /// The relay has ended.
    pub fn connect(&self) -> io::Result<Connection> {
        Connection::open(self.address)
    }

    /// The folder that its store is in.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Makes an account; gives the access token of its first device, if it shall have one.
    ///
    /// # Errors
    /// The relay refused.
    pub fn register(&self, name: &str, login: bool) -> io::Result<Option<String>> {
        let auth = json!({ "type": "m.login.registration_token", "token": INVITATION });
        let body = json!({ "username": name, "password": PASSWORD, "auth": auth, "inhibit_login": !login });
        let call = ("POST", "/_matrix/client/v3/register");
        let answer = self.connect()?.ask(call, "", body.to_string().as_bytes())?;
        let answer: Value = serde_json::from_slice(&answer.granted()?)?;
        let token = answer.get("access_token").and_then(Value::as_str);
        Ok(token.map(str::to_owned))
    }
}

impl Relay {
    /// Logs a device of an account in; gives its access token.
    ///
    /// # Errors
    /// The relay refused.
    pub fn login(connection: &mut Connection, name: &str) -> io::Result<String> {
        let user = json!({ "type": "m.id.user", "user": name });
        let body = json!({ "type": "m.login.password", "identifier": user, "password": PASSWORD });
        let call = ("POST", "/_matrix/client/v3/login");
        let answer = connection.ask(call, "", body.to_string().as_bytes())?;
        let answer: Value = serde_json::from_slice(&answer.granted()?)?;
        let token = answer.get("access_token").and_then(Value::as_str);
        let token = token.ok_or_else(|| io::Error::other("no token"))?;
        Ok(token.to_owned())
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        drop(self.stop.take());
        // A panic of the relay's thread has printed itself.
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// The relay's server name.
pub const HOST: &str = "relay.bench";

const INVITATION: &str = "bench";

/// The password of every account.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
