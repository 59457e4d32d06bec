//! Two people at two terminals, over a real relay on loopback.

use std::{fs, thread};

use reference_client::{MemoryStore, Secret};
use reference_relay::{Conduct, Config, Limits, RegistrationToken, SystemClock, serve};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot};

use super::*;
use crate::Link;

/// A relay with one invitation that is good for many.
struct Relay {
    base: String,
    folder: TempDir,
    _stop: oneshot::Sender<()>,
}

impl Relay {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            server_name: "relay.test".to_owned(),
            store: folder.path().join("store"),
            limits: Limits::default(),
            organisation: None,
            password_memory: reference_relay::PasswordMemory::default(),
            registration_tokens: vec![RegistrationToken::parse("invited", 9).unwrap()],
            retention: reference_relay::Retention::default(),
            clients: reference_relay::Clients::default(),
            push: reference_relay::Push::default(),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, listening) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                ready.send(listener.local_addr().unwrap()).unwrap();
                let until = async {
                    stopped.await.ok();
                };
                let edges = (SystemClock, io::sink());
                serve(config, Conduct::honest(), edges, listener, until)
                    .await
                    .unwrap();
            });
        });
        Self {
            base: format!("http://{}", listening.recv().unwrap()),
            folder,
            _stop: stop,
        }
    }

    fn person(&self, name: &str) -> Talk<Vec<u8>> {
        let link = Link::new(&self.base, None).unwrap();
        let mut device = Device::open(Box::new(MemoryStore::default()), link).unwrap();
        let password = Secret::new("correct horse");
        device
            .accept_invitation(&Secret::new("invited"), name, &password)
            .unwrap();
        let user = name.to_owned();
        device
            .call(Verb::Login {
                user,
                password,
                device: None,
            })
            .unwrap();
        Talk::new(device, Vec::new())
    }
}

impl Talk<Vec<u8>> {
    /// Types lines; what came to the screen meanwhile.
    fn types(&mut self, lines: &[&str]) -> String {
        self.out.clear();
        for line in lines {
            assert!(self.line(line).unwrap());
        }
        String::from_utf8(self.out.clone()).unwrap()
    }
}

#[test]
fn two_people_talk_and_share_a_file() {
    let relay = Relay::start();
    let (mut alice, mut bob) = (relay.person("alice"), relay.person("bob"));
    alice.types(&["/new @bob:relay.test"]);
    let shown = bob.types(&["/rooms", "/join 1"]);
    assert!(shown.contains("invited"), "{shown}");
    alice.types(&["/seen", "hello Bob"]);
    let shown = bob.types(&["", "/members"]);
    assert!(shown.contains("@alice:relay.test: hello Bob"), "{shown}");

    let plan = relay.folder.path().join("plan.txt");
    fs::write(&plan, "the plan").unwrap();
    alice.types(&[&format!("/file {}", plan.display())]);
    let shown = bob.types(&[""]);
    assert!(shown.contains("[file] plan.txt"), "{shown}");
    let saved = relay.folder.path().join("saved.txt");
    let save = format!("/save {} {}", number(&shown, "plan.txt"), saved.display());
    bob.types(&[&save]);
    assert_eq!(fs::read_to_string(&saved).unwrap(), "the plan");
    let refused = bob.types(&[&save]);
    assert!(
        refused.contains("not done"),
        "a file that is there is not replaced: {refused}"
    );
}

#[test]
fn what_cannot_be_done_is_said_and_the_session_goes_on() {
    let relay = Relay::start();
    let mut alice = relay.person("alice");
    for (line, words) in [
        ("hello", "no room is open"),
        ("/join 7", "there is no room 7"),
        ("/save 1 /dev/null", "no entry 1"),
        ("/nonsense", "is no command"),
        ("/file /does/not/exist", "no room is open"),
    ] {
        let shown = alice.types(&[line]);
        assert!(shown.contains(words), "{line}: {shown}");
    }
    let shown = alice.types(&["/new", "/file /does/not/exist", "still here"]);
    assert!(shown.contains("/does/not/exist"), "{shown}");
    assert!(shown.contains("still here"), "{shown}");
    assert!(!alice.line("/quit").unwrap());
}

#[test]
fn an_appointment_is_proposed_answered_and_called_off() {
    let relay = Relay::start();
    let (mut alice, mut bob) = (relay.person("alice"), relay.person("bob"));
    alice.types(&["/new @bob:relay.test"]);
    bob.types(&["/join 1", "/seen"]);
    let meet = "/meet 2026-12-01T09:00:00 2026-12-01T10:00:00 Europe/Berlin Board";
    let proposed = alice.types(&["/seen", meet]);
    let shown = bob.types(&[""]);
    assert!(
        shown.contains("Board") && shown.contains("Europe/Berlin"),
        "{shown}"
    );
    bob.types(&[&format!("/come {} yes", number(&shown, "Board"))]);
    let shown = alice.types(&[""]);
    assert!(shown.contains("accepted"), "{shown}");
    alice.types(&[&format!("/calloff {}", number(&proposed, "Board"))]);
    let shown = bob.types(&[""]);
    assert!(shown.contains("cancelled"), "{shown}");
}

#[test]
fn the_guard_asks_and_what_waits_can_be_taken_back() {
    let relay = Relay::start();
    let (mut alice, mut bob) = (relay.person("alice"), relay.person("bob"));
    let settings = r#"{"ask":"always","large":500,"undo":60000,"guests":["@bob:relay.test"]}"#;
    let settings =
        format!(r#"/do {{"feature":"recipients","act":{{"settings":{{"settings":{settings}}}}}}}"#);
    alice.types(&[&settings, "/new @bob:relay.test"]);
    bob.types(&["/join 1"]);
    let asked = alice.types(&["for Bob"]);
    assert!(asked.contains("@bob:relay.test is external"), "{asked}");
    let held = alice.types(&["/yes"]);
    assert!(held.contains("/undo takes it back"), "{held}");
    assert!(!alice.types(&["/undo"]).contains("not done"));
    for (line, words) in [
        ("/yes", "nothing waits for a yes"),
        ("/undo", "nothing waits"),
    ] {
        let shown = alice.types(&[line]);
        assert!(shown.contains(words), "{line}: {shown}");
    }
    assert!(!bob.types(&[""]).contains("for Bob"));
}

/// The number of the entry whose line holds these words.
fn number(shown: &str, words: &str) -> u32 {
    let line = shown.lines().find(|line| line.contains(words)).unwrap();
    // A colour's escape sequence has a bracket, too.
    let mut brackets = line
        .split('[')
        .filter_map(|part| part.split_once(']')?.0.parse().ok());
    brackets.next().unwrap()
}
