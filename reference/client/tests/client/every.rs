//! Every event type that the client reads, with every kind of bad value: an item with a reason or nothing, never a panic, a
//! stopped sync or another member, and the next honest message is read.

use std::{collections::BTreeSet, fs, path::Path};

use reference_client::{RoomId, Verb};
use serde_json::{Value, json};

use crate::support::{Liar, World, id};

/// An event as it should be: how it comes, its type, its content.
type Good = (String, String, Value);

/// Words of Matrix and of the extensions in the source that are no types of events.
const OTHERS: &str = include_str!("words.txt");

struct Place {
    world: World,
    room: RoomId,
    /// A second member.
    peer: Liar,
    /// Another device of Alice's own.
    own: Liar,
    said: usize,
}

#[test]
fn every_event_type_is_known_here() {
    let events = events();
    let known: BTreeSet<&str> = events.iter().map(|(_, kind, _)| kind.as_str()).collect();
    let others: BTreeSet<&str> = OTHERS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut words = BTreeSet::new();
    words_in(&source, &mut words);
    let unknown: Vec<_> = words
        .iter()
        .filter(|word| !known.contains(word.as_str()) && !others.contains(word.as_str()))
        .collect();
    assert!(
        unknown.is_empty(),
        "an event type to try, or a word for words.txt: {unknown:?}"
    );
    let gone: Vec<_> = others
        .iter()
        .filter(|word| !words.contains(**word))
        .collect();
    assert!(gone.is_empty(), "not in the source any longer: {gone:?}");
}

#[test]
fn bad_values_change_nothing_and_stop_nothing() {
    let mut place = Place::new();
    let mut tried = 0;
    for good in events() {
        for bad in bad_contents(&place.filled(&good.2)) {
            place.bring((&good.0, &good.1), &bad);
            tried += 1;
        }
        place.goes_on(&good.1);
    }
    assert!(tried > 1_000, "{tried}");
    place.world.restart("alice");
    place.goes_on("a restart");
}

impl Place {
    fn new() -> Self {
        let mut world = World::new();
        // The identity is the liar's, so that what its device says comes from an own signed one.
        let mut own = Liar::enter(&mut world, "alice");
        world.enter("alice", "alice", &[]);
        let mut peer = Liar::enter(&mut world, "mallory");
        let room = world.make_room(&["alice"]);
        let guest = Verb::Invite {
            room: room.clone(),
            user: id("mallory"),
        };
        world.call("alice", guest).unwrap();
        world
            .relay
            .member(room.as_str(), "@mallory:fake", "@mallory:fake", "join");
        world.sync("alice");
        own.meet(&mut world, "alice");
        peer.meet(&mut world, "alice");
        let key = peer.room_key(&room);
        peer.whisper(&mut world, "m.room_key", &key);
        let mut place = Self {
            world,
            room,
            peer,
            own,
            said: 0,
        };
        place.goes_on("nothing");
        place
    }

    /// Real values where the table has names for them.
    fn filled(&self, content: &Value) -> Value {
        let key = self.peer.room_key(&self.room);
        let of = |name: &str| key[name].as_str().unwrap().to_owned();
        let text = content.to_string();
        let text = text.replace("$room", self.room.as_str());
        let text = text
            .replace("$session", &of("session_id"))
            .replace("$key", &of("session_key"));
        serde_json::from_str(&text).unwrap()
    }

    fn bring(&mut self, (way, kind): (&str, &str), content: &Value) {
        let (world, room) = (&mut self.world, &self.room);
        match way {
            "peer" => self.peer.whisper(world, kind, content),
            "own" => self.own.whisper(world, kind, content),
            "clear" => self.peer.tell(world, kind, content),
            "room" => self.peer.say(world, room, (kind, content), &json!({})),
            "beside" => {
                let text = json!({ "msgtype": "m.text", "body": "beside" });
                let said = ("m.room.message", &text);
                self.peer.say(world, room, said, &json!({ kind: content }));
            }
            "timeline" => drop(world.relay.message(
                room.as_str(),
                "@mallory:fake",
                kind,
                content.clone(),
            )),
            "state" => {
                let key = if kind == "m.room.member" {
                    "@carl:fake"
                } else {
                    ""
                };
                let event = json!({ "type": kind, "state_key": key, "sender": "@mallory:fake", "content": content });
                world.relay.event(room.as_str(), event);
            }
            "data" => {
                let place = ("@alice:fake".to_owned(), kind.to_owned());
                world.relay.account_data.insert(place, content.clone());
                world.sync("alice");
            }
            other => panic!("{other}"),
        }
    }

    /// The client takes in what came, nobody else is a member, and an honest message is read, shown and answered.
    fn goes_on(&mut self, after: &str) {
        self.world.sync("alice");
        self.said += 1;
        let body = format!("honest {}", self.said);
        let honest = json!({ "msgtype": "m.text", "body": body });
        let said = ("m.room.message", &honest);
        self.peer.say(&mut self.world, &self.room, said, &json!({}));
        self.world.sync("alice");
        let texts = self.world.texts("alice", &self.room);
        assert!(texts.contains(&body), "after {after}");
        let members = self.world.client("alice").members(&self.room);
        assert_eq!(members, [id("alice"), id("mallory")], "after {after}");
        let sent = self.world.send("alice", &self.room, "still here");
        assert!(sent.is_ok(), "after {after}: {sent:?}");
    }
}

fn events() -> Vec<Good> {
    serde_json::from_str(include_str!("every.json")).unwrap()
}

/// The content with each of its values, and the values inside, missing or replaced by each bad one.
fn bad_contents(good: &Value) -> Vec<Value> {
    let mut places = Vec::new();
    places_in(good, "", &mut places);
    let mut all = Vec::new();
    for place in &places {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let mut without = good.clone();
        if let Some(fields) = without.pointer_mut(parent).and_then(Value::as_object_mut) {
            fields.remove(name);
            all.push(without);
        }
        for bad in bad_values() {
            let mut with = good.clone();
            *with.pointer_mut(place).unwrap() = bad;
            all.push(with);
        }
    }
    let mut long = good.clone();
    let mut unknown = good.clone();
    if let (Some(long), Some(unknown)) = (long.as_object_mut(), unknown.as_object_mut()) {
        for value in long.values_mut().filter(|value| value.is_string()) {
            *value = json!("A".repeat(50_000));
        }
        unknown.insert("__proto__".to_owned(), nested(60));
    }
    all.extend([long, unknown, json!({})]);
    all
}

fn bad_values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(9_007_199_254_740_993_u64),
        json!(1.5),
        json!(""),
        json!("\u{202e}txt.exe\u{0}\n"),
        json!("../../etc/passwd"),
        json!([]),
        json!([[], {}]),
        json!({}),
        nested(60),
    ]
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(0), |inner, _| json!([inner]))
}

fn places_in(value: &Value, at: &str, places: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (escaped(name), value))
            .collect(),
        Value::Array(values) => values
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let place = format!("{at}/{name}");
        places_in(child, &place, places);
        places.push(place);
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Every text of the source that begins as types of events do.
fn words_in(folder: &Path, words: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            words_in(&path, words);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in code.split('"').skip(1).step_by(2) {
            let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"._".contains(&byte);
            if (word.starts_with("m.") || word.starts_with("dev.pruefstand."))
                && word.bytes().all(is_word)
            {
                words.insert(word.to_owned());
            }
        }
    }
}
