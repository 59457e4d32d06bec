//! Phones are woken through declared gateways only, and gateways learn nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;

use reference_relay::{Flaw, Gateway};
use serde_json::{Value, json};

use crate::support::{Answer, Bench, User};

const SET: &str = "/_matrix/client/v3/pushers/set";

/// A push gateway on this machine.
struct Loopback(TcpListener);

impl Loopback {
    fn open() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn url(&self) -> String {
        format!(
            "http://{}/_matrix/push/v1/notify",
            self.0.local_addr().unwrap()
        )
    }

    /// The next push: head and body.
    fn receive(&self) -> (String, Value) {
        let (stream, _) = self.0.accept().unwrap();
        let mut reader = BufReader::new(stream);
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let answer =
            b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"rejected\":[]}";
        reader.get_mut().write_all(answer).unwrap();
        (head, serde_json::from_slice(&body).unwrap())
    }
}

fn wish(url: &str, format: &str) -> Value {
    json!({
        "kind": "http", "app_id": "test.app", "pushkey": "key-of-phone", "lang": "de",
        "app_display_name": "App", "device_display_name": "phone",
        "data": { "url": url, "format": format },
    })
}

async fn set(bench: &Bench, user: &User, url: &str) -> Answer {
    bench.post(user, SET, wish(url, "event_id_only")).await
}

#[tokio::test]
async fn a_push_wakes_and_tells_nothing() {
    let gateway = Loopback::open();
    let bench = Bench::pushing(&[], &[Gateway::parse(&gateway.url()).unwrap()]);
    let (alice, bob) = (bench.register("alice").await, bench.register("bob").await);
    let room = bench.shared_room(&alice, &[&bob]).await;
    let topic = format!("/_matrix/client/v3/rooms/{room}/state/m.room.name");
    bench
        .put(&alice, &topic, json!({ "name": "name of the room" }))
        .await
        .ok();
    set(&bench, &bob, &gateway.url()).await.ok();
    bench
        .say(&alice, &room, "1", "text of the message")
        .await
        .ok();
    let (head, body) = gateway.receive();
    assert_eq!(
        body,
        json!({ "notification": { "prio": "high", "devices": [
            { "app_id": "test.app", "pushkey": "key-of-phone", "data": { "format": "event_id_only" } },
        ] } })
    );
    for private in ["alice", "bob", "relay.test", &room] {
        assert!(!head.contains(private), "{head}");
    }
}

#[tokio::test]
async fn pushers_go_to_declared_gateways_with_the_silent_format_only() {
    let gateway = Gateway::parse("https://push.test/_matrix/push/v1/notify").unwrap();
    let bench = Bench::pushing(&[], &[gateway]);
    let alice = bench.register("alice").await;
    let url = "https://push.test/_matrix/push/v1/notify";
    for other in [
        "https://other.test/_matrix/push/v1/notify",
        "http://127.0.0.1:1/x",
        "",
    ] {
        set(&bench, &alice, other).await.refused(403, "M_FORBIDDEN");
    }
    for format in ["", "full"] {
        let answer = bench.post(&alice, SET, wish(url, format)).await;
        answer.refused(400, "M_INVALID_PARAM");
    }
    set(&bench, &alice, url).await.ok();
    let path = "/_matrix/client/v3/pushers";
    let listed = bench.get(&alice, path).await.ok();
    assert_eq!(listed["pushers"][0]["data"]["url"], url);
    let gone = json!({ "kind": null, "app_id": "test.app", "pushkey": "key-of-phone" });
    bench.post(&alice, SET, gone).await.ok();
    assert_eq!(bench.get(&alice, path).await.ok()["pushers"], json!([]));
}

#[tokio::test]
async fn a_device_takes_its_pushers_along() {
    let gateway = Loopback::open();
    let bench = Bench::pushing(&[], &[Gateway::parse(&gateway.url()).unwrap()]);
    let bob = bench.register("bob").await;
    set(&bench, &bob, &gateway.url()).await.ok();
    bench
        .post(&bob, "/_matrix/client/v3/logout", json!({}))
        .await
        .ok();
    let again = User::of(&bench.login("bob", crate::support::PASSWORD).await.ok());
    let listed = bench.get(&again, "/_matrix/client/v3/pushers").await.ok();
    assert_eq!(listed["pushers"], json!([]));
}

#[test]
fn no_other_file_of_the_relay_opens_connections() {
    fn visit(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let ways = [
                "ureq::",
                "TcpStream::connect",
                "UdpSocket",
                "TcpSocket",
                "hyper_util::client",
                "UnixStream",
                "lookup_host",
            ];
            if ways.iter().any(|way| text.contains(way)) {
                found.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    let mut found = Vec::new();
    visit(
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &mut found,
    );
    assert_eq!(found, ["sender.rs"]);
}

/// Whether the gateway learns what is said.
pub(crate) async fn tells(flaws: &[Flaw]) -> bool {
    let gateway = Loopback::open();
    let bench = Bench::pushing(flaws, &[Gateway::parse(&gateway.url()).unwrap()]);
    let (alice, bob) = (bench.register("alice").await, bench.register("bob").await);
    let room = bench.shared_room(&alice, &[&bob]).await;
    set(&bench, &bob, &gateway.url()).await.ok();
    bench
        .say(&alice, &room, "1", "text of the message")
        .await
        .ok();
    gateway
        .receive()
        .1
        .to_string()
        .contains("text of the message")
}

/// Whether any address is taken for a gateway.
pub(crate) async fn takes_any(flaws: &[Flaw]) -> bool {
    let bench = Bench::pushing(flaws, &[]);
    let alice = bench.register("alice").await;
    let url = "https://other.test/_matrix/push/v1/notify";
    set(&bench, &alice, url).await.status == 200
}
