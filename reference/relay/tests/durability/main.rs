//! What the relay acknowledged survives `kill -9` at any moment.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its auxiliary functions too"
)]

mod kill;
mod process;

use std::process::Command;
use std::sync::mpsc::{Sender, channel};

use process::{Connection, Relay};
use serde_json::json;

/// Sends texts until the relay is dead; tells each event that was acknowledged.
fn send_forever(
    mut connection: Connection,
    token: &str,
    room: &str,
    name: usize,
    acknowledged: &Sender<String>,
) {
    for number in 0.. {
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{name}-{number}");
        let Some(answer) = connection.request("PUT", &path, token, &json!({ "n": number })) else {
            return;
        };
        acknowledged
            .send(answer["event_id"].as_str().unwrap().to_owned())
            .unwrap();
    }
}

fn open_room(relay: &Relay) -> (String, String) {
    let mut connection = relay.connect();
    let auth = json!({ "type": "m.login.registration_token", "token": "t" });
    let register = json!({ "username": "alice", "password": "geheim", "auth": auth });
    let account = connection
        .request("POST", "/_matrix/client/v3/register", "", &register)
        .unwrap();
    let token = account["access_token"].as_str().unwrap().to_owned();
    let room = connection
        .request("POST", "/_matrix/client/v3/createRoom", &token, &json!({}))
        .unwrap();
    (token, room["room_id"].as_str().unwrap().to_owned())
}

/// Runs senders, kills the relay after `count` acknowledgements, reopens it, and tells how many
/// acknowledged events are gone.
fn lost_after_kill(arguments: &[&str], count: usize) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), arguments);
    let (token, room) = open_room(&relay);
    let (sender, acknowledgements) = channel();
    let mut seen = Vec::new();
    std::thread::scope(|scope| {
        for name in 0..8 {
            let (connection, sender) = (relay.connect(), sender.clone());
            let (token, room) = (&token, &room);
            scope.spawn(move || send_forever(connection, token, room, name, &sender));
        }
        drop(sender);
        seen.extend(acknowledgements.iter().take(count));
        relay.kill();
        seen.extend(acknowledgements.iter());
    });
    assert!(seen.len() >= count);
    let relay = Relay::start(folder.path(), arguments);
    let mut connection = relay.connect();
    let lost = seen.iter().filter(|event| {
        let path = format!("/_matrix/client/v3/rooms/{room}/event/{event}");
        connection
            .request("GET", &path, &token, &json!({}))
            .unwrap()
            .get("event_id")
            .is_none()
    });
    let lost = lost.count();
    relay.kill();
    lost
}

#[test]
fn nothing_acknowledged_is_lost_by_kill() {
    for count in [1, 50, 500] {
        assert_eq!(lost_after_kill(&[], count), 0);
    }
}

#[test]
fn an_early_acknowledgement_is_lost_by_kill() {
    assert!(lost_after_kill(&["--flaw", "relay-ack-before-commit"], 100) > 0);
}

#[test]
fn a_second_relay_on_the_same_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    let second = Command::new(env!("CARGO_BIN_EXE_reference-relay"))
        .arg("--store")
        .arg(folder.path().join("store"))
        .arg("--log")
        .arg(folder.path().join("log"))
        .output()
        .unwrap();
    relay.kill();
    assert_eq!(second.status.code(), Some(69));
    let error = String::from_utf8(second.stderr).unwrap();
    assert!(error.contains("is in use by another relay"), "{error}");
}
