use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};

use reference_relay::{backup, restore};
use serde_json::{Value, json};

use crate::process::{Connection, Place, Relay, TOKEN, text};

/// What a person did on a relay before its backup.
struct Life {
    token: String,
    room: String,
}

impl Life {
    fn begin(relay: &Relay) -> Self {
        let mut connection = relay.connect();
        let token = connection.register();
        let keys: serde_json::Map<_, _> = (0..5)
            .map(|number| {
                (
                    format!("signed_curve25519:{number}"),
                    json!({ "key": format!("k{number}") }),
                )
            })
            .collect();
        let upload = json!({ "one_time_keys": keys });
        connection
            .request("POST", "/_matrix/client/v3/keys/upload", &token, &upload)
            .ok();
        let room = connection
            .request("POST", "/_matrix/client/v3/createRoom", &token, &json!({}))
            .ok();
        Self {
            token,
            room: text(&room, "room_id"),
        }
    }

    fn send_until(
        &self,
        mut connection: Connection,
        name: usize,
        (stop, acknowledged): (&AtomicBool, &Sender<String>),
    ) {
        for number in 0.. {
            let path = format!(
                "/_matrix/client/v3/rooms/{}/send/m.room.message/{name}-{number}",
                self.room
            );
            let answer = connection
                .request("PUT", &path, &self.token, &json!({ "n": number }))
                .ok();
            acknowledged.send(text(&answer, "event_id")).unwrap();
            if stop.load(Ordering::SeqCst) {
                return;
            }
        }
    }
}

fn claim(connection: &mut Connection, token: &str) -> Value {
    let wish =
        json!({ "one_time_keys": { "@alice:relay.test": { "PHONE": "signed_curve25519" } } });
    connection
        .request("POST", "/_matrix/client/v3/keys/claim", token, &wish)
        .ok()["one_time_keys"]
        .clone()
}

fn login(connection: &mut Connection) -> String {
    let body = json!({
        "type": "m.login.password", "device_id": "PHONE", "password": "geheim",
        "identifier": { "type": "m.id.user", "user": "alice" },
    });
    text(
        &connection
            .request("POST", "/_matrix/client/v3/login", "", &body)
            .ok(),
        "access_token",
    )
}

/// Backs up while eight connections send; gives what was acknowledged before the backup began.
fn backup_under_load(place: &Place, relay: &Relay, life: &Life, out: &Path) -> Vec<String> {
    let (stop, (sender, acknowledgements)) = (AtomicBool::new(false), channel());
    let mut before = Vec::new();
    std::thread::scope(|scope| {
        for name in 0..8 {
            let (connection, sender, stop) = (relay.connect(), sender.clone(), &stop);
            scope.spawn(move || life.send_until(connection, name, (stop, &sender)));
        }
        before.extend(acknowledgements.iter().take(50));
        backup(&place.options(), out).unwrap();
        stop.store(true, Ordering::SeqCst);
    });
    before
}

#[test]
fn a_backup_under_load_holds_what_was_acknowledged_and_its_restoration_weakens_nothing() {
    let (first, second) = (Place::new(TOKEN), Place::new(TOKEN));
    let copy = first.path("copy.db");
    let relay = first.start();
    let life = Life::begin(&relay);
    let before = backup_under_load(&first, &relay, &life, &copy);
    // After the backup a key is handed out, and a client is ahead of the backup.
    let mut connection = relay.connect();
    assert_ne!(claim(&mut connection, &life.token), json!({}));
    let sync = connection
        .request("GET", "/_matrix/client/v3/sync", &life.token, &Value::Null)
        .ok();
    drop(relay);

    restore(&second.options(), &copy).unwrap();
    let relay = second.start();
    let mut connection = relay.connect();
    let old = connection.request(
        "GET",
        "/_matrix/client/v3/account/whoami",
        &life.token,
        &Value::Null,
    );
    assert_eq!(old.status, 401);
    let token = login(&mut connection);
    for event in before {
        let path = format!("/_matrix/client/v3/rooms/{}/event/{event}", life.room);
        connection.request("GET", &path, &token, &Value::Null).ok();
    }
    assert_eq!(claim(&mut connection, &token), json!({}));
    let path = format!(
        "/_matrix/client/v3/rooms/{}/send/m.room.message/after",
        life.room
    );
    let sent = connection
        .request("PUT", &path, &token, &json!({ "n": "after" }))
        .ok();
    let path = format!(
        "/_matrix/client/v3/sync?since={}",
        text(&sync, "next_batch")
    );
    let news = connection.request("GET", &path, &token, &Value::Null).ok();
    let events = news["rooms"]["join"][&life.room]["timeline"]["events"]
        .as_array()
        .unwrap();
    assert_eq!(events.last().unwrap()["event_id"], sent["event_id"]);
    assert_eq!(news["device_one_time_keys_count"]["signed_curve25519"], 0);
    let auth = json!({ "type": "m.login.registration_token", "token": "t" });
    let body = json!({ "username": "mallory", "password": "geheim", "auth": auth });
    let again = connection.request("POST", "/_matrix/client/v3/register", "", &body);
    assert_eq!(again.status, 401);
}

#[test]
fn nothing_is_overwritten_and_nothing_damaged_is_restored() {
    let place = Place::new(TOKEN);
    let relay = place.start();
    Life::begin(&relay);
    let copy = place.path("copy.db");
    backup(&place.options(), &copy).unwrap();
    let again = backup(&place.options(), &copy).unwrap_err();
    assert!(again.to_string().contains("exists already"), "{again}");
    let running = restore(&place.options(), &copy).unwrap_err();
    assert!(running.to_string().contains("in use"), "{running}");
    drop(relay);
    let there = restore(&place.options(), &copy).unwrap_err();
    assert!(there.to_string().contains("exists already"), "{there}");
    let other = Place::new(TOKEN);
    let mut bytes = std::fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0x55);
    std::fs::write(&copy, bytes).unwrap();
    restore(&other.options(), &copy).unwrap_err();
    assert!(!other.path("store").join("relay.db").exists());
}
