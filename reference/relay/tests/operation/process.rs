use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with a settings file, and a relay on it.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
}

/// A relay in a process of its own. It is killed when it is dropped.
pub(crate) struct Relay {
    process: Child,
    pub(crate) address: String,
}

/// One connection that is kept open.
pub(crate) struct Connection(pub(crate) TcpStream);

/// Status and body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Place {
    /// A folder whose settings are the least and `more`.
    pub(crate) fn new(more: &str) -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let least =
            "server_name = 'relay.test'\nlisten = '127.0.0.1:0'\nstore = 'store'\nlog = 'log'\n";
        std::fs::write(place.settings(), format!("{least}{more}")).unwrap();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.path("relay.toml")
    }

    pub(crate) fn options(&self) -> reference_relay::Options {
        let settings = self.settings().to_string_lossy().into_owned();
        reference_relay::Options::parse(["--config".to_owned(), settings]).unwrap()
    }

    pub(crate) fn start(&self) -> Relay {
        Relay::start(&self.settings())
    }
}

impl Relay {
    fn start(settings: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_reference-relay"))
            .arg("--config")
            .arg(settings)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let (_, address) = line.trim().split_once("://").unwrap();
        Self {
            process,
            address: address.to_owned(),
        }
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection(TcpStream::connect(&self.address).unwrap())
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        let id = self.process.id().to_string();
        let status = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(status.success());
    }

    pub(crate) fn wait(mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Connection {
    pub(crate) fn request(
        &mut self,
        method: &str,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Answer {
        let body = body.to_string();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        self.0
            .write_all(format!("{head}{body}").as_bytes())
            .unwrap();
        self.answer().expect("an answer")
    }

    /// The next answer; `None`: the connection is closed.
    pub(crate) fn answer(&mut self) -> Option<Answer> {
        let mut reader = BufReader::new(&mut self.0);
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            reader
                .read_line(&mut line)
                .ok()
                .filter(|count| *count > 0)?;
            let line = line.trim().to_ascii_lowercase();
            if let Some(rest) = line.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().unwrap();
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Answer { status, body })
    }

    /// Registers `alice` with token `t` and gives her access token.
    pub(crate) fn register(&mut self) -> String {
        let auth = json!({ "type": "m.login.registration_token", "token": "t" });
        let body = json!({ "username": "alice", "password": "geheim", "auth": auth, "device_id": "PHONE" });
        let answer = self.request("POST", "/_matrix/client/v3/register", "", &body);
        text(&answer.ok(), "access_token")
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// Lets one token register one account.
pub(crate) const TOKEN: &str = "[[registration]]\ntoken = 't'\nuses = 1\n";
