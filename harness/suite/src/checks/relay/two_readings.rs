//! Texts with two readings, sent by a member: whoever takes them must hand on one of them.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::wire::{path, send_path, status};
use crate::{
    check::{Check, Seeded, Stop, Subject},
    scene::{Scene, Session},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "relay-inexact-numbers",
        version: 1,
        subject: Subject::Relay,
        requirements: &["AVL-01"],
        attacks: &["ATK-SRV-03"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A number that readers round differently gets into no event (Matrix specification, room version 6 and later: canonical JSON).",
        precondition: "Anna sends the largest integer that every reader reads alike, as message and as state.",
        expected: "That one is taken; a fraction, a larger one and a smaller one are refused with status 400; the next message is taken.",
        needs: &[],
        twins: &[Seeded::relay(
            "relay-takes-inexact-numbers",
            "inexact-number-taken",
        )],
        run: inexact_numbers,
    },
    Check {
        id: "relay-two-readings",
        version: 1,
        subject: Subject::Relay,
        requirements: &["AVL-01"],
        attacks: &["ATK-SRV-03", "ATK-SRV-04"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "Of a text that names a key twice, the relay hands on one reading at most.",
        precondition: "Anna and Bert share a room; Anna sends such texts as message, as state, to Bert's devices, as her name, as account data and as device keys.",
        expected: "With the key named once each is taken; with the key named twice it is refused, or what is read back holds one of the two values at most.",
        needs: &[],
        twins: &[Seeded::relay(
            "relay-takes-two-readings",
            "both-readings-handed-on",
        )],
        run: two_readings,
    },
];

fn inexact_numbers(scene: &mut Scene) -> Result<(), Stop> {
    let anna = scene.session("anna")?;
    let room = scene.plain_room(&anna, &[])?;
    let numbers = [
        ("9007199254740991", Role::Control, "control-lost", 200),
        (
            "9007199254740992",
            Role::Attack,
            "inexact-number-taken",
            400,
        ),
        (
            "-9007199254740992",
            Role::Attack,
            "inexact-number-taken",
            400,
        ),
        ("1.5", Role::Attack, "inexact-number-taken", 400),
    ];
    for (number, role, code, wanted) in numbers {
        let message = format!("{{\"msgtype\":\"m.text\",\"body\":\"x\",\"number\":{number}}}");
        let state = format!("{{\"number\":{number}}}");
        for (to, text) in [
            (send_path(&room, number), message),
            (
                path(&["rooms", &room, "state", "org.example.number", ""]),
                state,
            ),
        ] {
            let answer = scene.ask_bytes(Some(&anna), "PUT", &to, text.into_bytes())?;
            scene.expect(role, code, &[&answer], status(&[wanted]));
        }
    }
    let first = json!({ "type": "org.example.number", "content": { "number": 1.5 } });
    let body = Payload::Json(json!({ "initial_state": [first] }));
    let answer = scene.ask(Some(&anna), "POST", &path(&["createRoom"]), body)?;
    let refused = status(&[400]);
    scene.expect(Role::Attack, "inexact-number-taken", &[&answer], refused);
    scene.plain_text(&anna, &room, "after")?;
    scene.must_work(Role::State, "relay-does-not-go-on", &anna)
}

/// A text that Anna writes, and where it is read.
struct Place<'a> {
    method: &'static str,
    /// Where it is written; `TXN` stands for a transaction id.
    write: String,
    /// What is written; `MEMBERS` stands for what comes once or twice.
    text: String,
    /// The member that comes once or twice; `VALUE` stands for its text.
    member: &'static str,
    reader: &'a Session,
    /// Where it is read: with this question, if there is one.
    read: (String, Option<Value>),
}

impl Place<'_> {
    fn with(&self, values: &[&str]) -> Vec<u8> {
        let members = values
            .iter()
            .map(|value| self.member.replace("VALUE", value));
        let members: Vec<_> = members.collect();
        self.text
            .replace("MEMBERS", &members.join(","))
            .into_bytes()
    }
}

fn two_readings(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, bert) = (scene.session("anna")?, scene.session("bert")?);
    let room = scene.plain_room(&anna, &[&bert])?;
    for (number, place) in places(&anna, &bert, &room).into_iter().enumerate() {
        let [once, first, last] = ["once", "first", "last"].map(|word| scene.text(word));
        for (values, twice) in [(vec![once.as_str()], false), (vec![&first, &last], true)] {
            let to = place.write.replace("TXN", &format!("{number}-{twice}"));
            let bytes = place.with(&values);
            let answer = scene.ask_bytes(Some(&anna), place.method, &to, bytes)?;
            if !twice {
                scene.expect(
                    Role::Control,
                    "one-reading-refused",
                    &[&answer],
                    status(&[200]),
                );
            }
        }
        let (from, question) = &place.read;
        let asked = match question {
            Some(question) => ("POST", from.as_str(), Payload::Json(question.clone())),
            None => ("GET", from.as_str(), Payload::Empty),
        };
        let found = scene.find_in_answer(place.reader, asked, &[&first, &last])?;
        let one = Claim::Within {
            pointer: "/found".to_owned(),
            least: 0,
            most: 1,
        };
        scene.expect(Role::Attack, "both-readings-handed-on", &[&found], one);
    }
    scene.must_work(Role::State, "relay-does-not-go-on", &anna)
}

/// A place that is read by the question for it, or where it is written.
fn place<'a>(
    (method, write): (&'static str, String),
    (member, text): (&'static str, &str),
    reader: &'a Session,
    read: String,
) -> Place<'a> {
    Place {
        method,
        write,
        text: text.to_owned(),
        member,
        reader,
        read: (read, None),
    }
}

fn places<'a>(anna: &'a Session, bert: &'a Session, room: &str) -> Vec<Place<'a>> {
    let messages = format!("{}?dir=b&limit=10", path(&["rooms", room, "messages"]));
    let topic = path(&["rooms", room, "state", "m.room.topic", ""]);
    let data = path(&["user", &anna.user, "account_data", "org.example.note"]);
    let name = path(&["profile", &anna.user, "displayname"]);
    let text = "{\"msgtype\":\"m.text\",MEMBERS}";
    let send = send_path(room, "TXN");
    let to_device = path(&["sendToDevice", "org.example.note", "TXN"]);
    let to_bert = format!(
        "{{\"messages\":{{{}:{{\"*\":{{MEMBERS}}}}}}}}",
        json!(bert.user)
    );
    let (body, topics) = ("\"body\":\"VALUE\"", "\"topic\":\"VALUE\"");
    let (note, names) = ("\"note\":\"VALUE\"", "\"displayname\":\"VALUE\"");
    let alone = "{MEMBERS}";
    vec![
        place(("PUT", send), (body, text), bert, messages),
        place(("PUT", topic.clone()), (topics, alone), bert, topic),
        place(("PUT", to_device), (note, &to_bert), bert, path(&["sync"])),
        place(("PUT", name.clone()), (names, alone), bert, name),
        place(("PUT", data.clone()), (note, alone), anna, data),
        device_keys(anna, bert),
    ]
}

fn device_keys<'a>(anna: &Session, bert: &'a Session) -> Place<'a> {
    let text = format!(
        "{{\"device_keys\":{{\"user_id\":{},\"device_id\":{},\"keys\":{{}},\"signatures\":{{}},MEMBERS}}}}",
        json!(anna.user),
        json!(anna.device)
    );
    let member = "\"algorithms\":[\"VALUE\"]";
    let question = json!({ "device_keys": { &anna.user: [] } });
    let to = ("POST", path(&["keys", "upload"]));
    let place = place(to, (member, &text), bert, path(&["keys", "query"]));
    Place {
        read: (place.read.0, Some(question)),
        ..place
    }
}
