use std::io::{Read, Write};

use serde_json::{Value, json};

use crate::process::{Place, TOKEN};

const VERSIONS: &str = "/_matrix/client/versions";

/// What is left on a connection until the relay closes it.
fn rest(connection: &mut crate::process::Connection) -> Vec<u8> {
    let mut rest = Vec::new();
    connection.0.read_to_end(&mut rest).ok();
    rest
}

#[test]
fn a_client_that_says_nothing_is_shut_out() {
    let place = Place::new("[connections]\nhead_ms = 50\n");
    let relay = place.start();
    let mut silent = relay.connect();
    // Ends only because the relay closes.
    rest(&mut silent);
    let mut slow = relay.connect();
    slow.0.write_all(b"GET / HTTP/1.1\r\nhost:").unwrap();
    rest(&mut slow);
    relay
        .connect()
        .request("GET", VERSIONS, "", &Value::Null)
        .ok();
}

#[test]
fn more_connections_than_allowed_are_closed_at_once() {
    let place = Place::new("[connections]\nmost = 1\n");
    let relay = place.start();
    let mut first = relay.connect();
    first.request("GET", VERSIONS, "", &Value::Null).ok();
    let mut second = relay.connect();
    assert_eq!(rest(&mut second), b"");
    first.request("GET", VERSIONS, "", &Value::Null).ok();
}

#[test]
fn a_relay_that_is_told_to_end_finishes_running_requests() {
    let place = Place::new(TOKEN);
    let relay = place.start();
    let mut connection = relay.connect();
    let auth = json!({ "type": "m.login.registration_token", "token": "t" });
    let body = json!({ "username": "alice", "password": "geheim", "auth": auth }).to_string();
    let head = format!(
        "POST /_matrix/client/v3/register HTTP/1.1\r\nhost: relay\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    connection.0.write_all(head.as_bytes()).unwrap();
    // The relay asks for the body: the request is running.
    assert_eq!(connection.answer().unwrap().status, 100);
    relay.terminate();
    connection.0.write_all(body.as_bytes()).unwrap();
    let answer = connection.answer().unwrap();
    assert!(answer.ok()["access_token"].is_string());
    assert!(relay.wait().success());
    let log = std::fs::read_to_string(place.path("log")).unwrap();
    assert!(
        log.lines()
            .last()
            .unwrap()
            .contains("\"event\":\"stopped\""),
        "{log}"
    );
}

#[test]
fn a_relay_leaves_no_core_file() {
    let place = Place::new("");
    let relay = place.start();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", relay.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<_> = core.unwrap().split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"]);
}

#[test]
fn health_and_metrics_are_told_to_the_operator_without_names() {
    // A port that is free now; only this test's relay takes it.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let operator = free.local_addr().unwrap();
    drop(free);
    let place = Place::new(&format!("operator = '{operator}'\n{TOKEN}"));
    let relay = place.start();
    let token = relay.connect().register();
    let mut watch = crate::process::Connection(std::net::TcpStream::connect(operator).unwrap());
    let health = watch.request("GET", "/health", "", &Value::Null);
    assert_eq!(health.ok(), json!({ "status": "ok" }));
    let metrics = watch.request("GET", "/metrics", "", &Value::Null);
    let metrics = String::from_utf8(metrics.body).unwrap();
    let counted = "relay_requests_total{route=\"/_matrix/client/v3/register\",method=\"POST\",status=\"200\"} 1\n";
    assert!(metrics.contains(counted), "{metrics}");
    for secret in ["alice", "PHONE", &token] {
        assert!(!metrics.contains(secret));
    }
    // Clients do not reach them.
    for path in ["/health", "/metrics"] {
        let answer = relay.connect().request("GET", path, "", &Value::Null);
        assert_eq!(answer.status, 404);
    }
}
