//! Two hundred kills under load, at points that a seed draws.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};

use serde_json::{Value, json};

use crate::process::{Connection, Relay};

const KILLS: u64 = 200;
const SENDERS: usize = 4;
/// One-time keys that Bob keeps on the relay.
const KEYS: usize = 40;

/// Something that the relay acknowledged.
enum Acknowledged {
    /// A message of a sender, by its number.
    Message(usize, u64),
    /// A one-time key of Bob's that was handed out.
    Key(String),
}

/// What lasts from one life of the relay to the next.
struct Story {
    room: String,
    senders: Vec<String>,
    bob: String,
    /// The number that each sender sends next: one that was not acknowledged is sent again.
    next: Vec<u64>,
    handed_out: BTreeSet<String>,
    /// Bob's place in the stream, stored together with what it brought.
    since: Option<String>,
    delivered: BTreeMap<(usize, u64), u32>,
    uploaded: usize,
}

#[test]
fn two_hundred_kills_lose_nothing_and_repeat_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut story = Story::begin(folder.path());
    for life in 0..KILLS {
        story.live_and_die(folder.path(), 1 + draw(life) % 40);
    }
    let relay = Relay::start(folder.path(), &[]);
    story.catch_up(&relay);
    relay.kill();
    let sent: u64 = story.next.iter().sum();
    assert!(sent > KILLS, "{sent} messages are no load");
    for (sender, next) in story.next.iter().enumerate() {
        for number in 0..*next {
            let count = story.delivered.get(&(sender, number));
            assert_eq!(count, Some(&1), "message {number} of sender {sender}");
        }
    }
    assert!(
        story.handed_out.len() > 100,
        "only {} keys were claimed",
        story.handed_out.len()
    );
}

impl Story {
    fn begin(folder: &Path) -> Self {
        let relay = Relay::start(folder, &[]);
        let mut connection = relay.connect();
        let bob = register(&mut connection, "bob");
        let room = post(&mut connection, "createRoom", &bob, &json!({}));
        let room = room["room_id"].as_str().unwrap().to_owned();
        let senders: Vec<String> = (0..SENDERS)
            .map(|at| register(&mut connection, &format!("sender{at}")))
            .collect();
        for (at, token) in senders.iter().enumerate() {
            let user = json!({ "user_id": format!("@sender{at}:localhost") });
            post(
                &mut connection,
                &format!("rooms/{room}/invite"),
                &bob,
                &user,
            );
            post(
                &mut connection,
                &format!("rooms/{room}/join"),
                token,
                &json!({}),
            );
        }
        relay.kill();
        Self {
            room,
            next: vec![0; senders.len()],
            senders,
            bob,
            handed_out: BTreeSet::new(),
            since: None,
            delivered: BTreeMap::new(),
            uploaded: 0,
        }
    }

    /// One life of the relay: Bob catches up, then everybody loads it until it is killed after
    /// `count` acknowledgements.
    fn live_and_die(&mut self, folder: &Path, count: u64) {
        let relay = Relay::start(folder, &[]);
        self.catch_up(&relay);
        self.supply(&relay);
        let (sender, acknowledgements) = channel();
        let mut seen = Vec::new();
        std::thread::scope(|scope| {
            for (at, token) in self.senders.iter().enumerate() {
                let (connection, sender) = (relay.connect(), sender.clone());
                let (room, next) = (&self.room, self.next[at]);
                scope.spawn(move || send_from(connection, (token, room), (at, next), &sender));
            }
            let (connection, claimer) = (relay.connect(), &self.senders[0]);
            scope.spawn(move || claim_all(connection, claimer, &sender));
            seen.extend(
                acknowledgements
                    .iter()
                    .take(usize::try_from(count).unwrap()),
            );
            relay.kill();
            seen.extend(acknowledgements.iter());
        });
        for acknowledged in seen {
            match acknowledged {
                Acknowledged::Message(at, number) => {
                    assert_eq!(
                        self.next[at], number,
                        "sender {at} was acknowledged out of order"
                    );
                    self.next[at] += 1;
                }
                Acknowledged::Key(id) => {
                    assert!(
                        self.handed_out.insert(id.clone()),
                        "{id} was handed out twice"
                    );
                }
            }
        }
    }

    /// Bob takes what is new, once.
    fn catch_up(&mut self, relay: &Relay) {
        let since = self.since.as_ref();
        let since = since
            .map(|since| format!("&since={since}"))
            .unwrap_or_default();
        let filter = "%7B%22room%22%3A%7B%22timeline%22%3A%7B%22limit%22%3A1000%7D%7D%7D";
        let path = format!("/_matrix/client/v3/sync?timeout=0&filter={filter}{since}");
        let mut connection = relay.connect();
        let news = connection
            .request("GET", &path, &self.bob, &json!({}))
            .unwrap();
        let timeline = &news["rooms"]["join"][&self.room]["timeline"];
        assert_ne!(timeline["limited"], true, "Bob missed something");
        for event in timeline["events"].as_array().into_iter().flatten() {
            if let (Some(sender), Some(number)) = (
                event["content"]["sender"].as_u64(),
                event["content"]["n"].as_u64(),
            ) {
                let place = (usize::try_from(sender).unwrap(), number);
                *self.delivered.entry(place).or_default() += 1;
            }
        }
        self.since = Some(news["next_batch"].as_str().unwrap().to_owned());
    }

    /// Bob puts new one-time keys beside those that are left.
    fn supply(&mut self, relay: &Relay) {
        let mut keys = serde_json::Map::new();
        for number in self.uploaded..self.uploaded + KEYS / 4 {
            // The relay stores keys as they are; only readers look into them.
            let key = json!({ "key": base64(number), "signatures": {} });
            keys.insert(format!("signed_curve25519:K{number:06}"), key);
        }
        self.uploaded += KEYS / 4;
        let mut connection = relay.connect();
        post(
            &mut connection,
            "keys/upload",
            &self.bob,
            &json!({ "one_time_keys": keys }),
        );
    }
}

/// Sends from `next` on until the relay is dead. A transaction id stays with its message.
fn send_from(
    mut connection: Connection,
    (token, room): (&str, &str),
    (at, next): (usize, u64),
    acknowledged: &Sender<Acknowledged>,
) {
    for number in next.. {
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{at}-{number}");
        let body = json!({ "sender": at, "n": number });
        match connection.request("PUT", &path, token, &body) {
            Some(answer) if answer["event_id"].is_string() => {
                acknowledged
                    .send(Acknowledged::Message(at, number))
                    .unwrap();
            }
            _ => return,
        }
    }
}

/// Claims Bob's one-time keys until there are none or the relay is dead.
fn claim_all(mut connection: Connection, token: &str, acknowledged: &Sender<Acknowledged>) {
    let body = json!({ "one_time_keys": { "@bob:localhost": { "BOB": "signed_curve25519" } } });
    let path = "/_matrix/client/v3/keys/claim";
    while let Some(answer) = connection.request("POST", path, token, &body) {
        let keys = answer["one_time_keys"]["@bob:localhost"]["BOB"].as_object();
        let Some(id) = keys.and_then(|keys| keys.keys().next()) else {
            return;
        };
        acknowledged.send(Acknowledged::Key(id.clone())).unwrap();
    }
}

fn register(connection: &mut Connection, name: &str) -> String {
    let auth = json!({ "type": "m.login.registration_token", "token": "t" });
    let device = name.to_uppercase();
    let account = json!({
        "username": name, "password": "geheim", "auth": auth, "device_id": device,
    });
    let account = post(connection, "register", "", &account);
    account["access_token"].as_str().unwrap().to_owned()
}

fn post(connection: &mut Connection, what: &str, token: &str, body: &Value) -> Value {
    let path = format!("/_matrix/client/v3/{what}");
    connection.request("POST", &path, token, body).unwrap()
}

/// 32 bytes that nobody else has, as unpadded base64: 43 letters, the number among them.
fn base64(number: usize) -> String {
    format!("{:A>42}A", format!("{number:06}"))
}

/// A number that follows from the life's number alone (`SplitMix64`).
fn draw(life: u64) -> u64 {
    let mut word = life.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}
