//! Hostile bodies: the relay refuses them with a Matrix error, stays up and tells nothing about its inside.

use harness_driver::{Payload, Secret};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::wire::{message, path, send_path};
use crate::{
    check::{Check, Seeded, Stop, Subject},
    scene::{Scene, Seen, Session},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "relay-malformed-input",
        version: 1,
        subject: Subject::Relay,
        requirements: &["AVL-01"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A body that is no JSON object is refused with a Matrix error, at an endpoint with login and at one without.",
        precondition: "Anna sends a message.",
        expected: "Each malformed body is answered with status 400 and an error code, none with an error of the server, and the next message is taken.",
        needs: &[],
        twins: &[Seeded::relay("relay-bad-json-500", "malformed-not-refused")],
        run: malformed,
    },
    Check {
        id: "relay-oversized-input",
        version: 1,
        subject: Subject::Relay,
        requirements: &["AVL-01", "AVL-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "An event larger than any event may be is refused.",
        precondition: "Anna sends a message of ordinary size.",
        expected: "An event of 128 KiB is refused as too large, or its connection is closed unread, in a message as in the state of the room; the next message is taken.",
        needs: &[],
        twins: &[Seeded::relay("relay-unlimited-body", "oversized-accepted")],
        run: oversized,
    },
    Check {
        id: "relay-deep-nesting",
        version: 1,
        subject: Subject::Relay,
        requirements: &["AVL-01"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "JSON nested ten thousand levels deep is refused with a Matrix error.",
        precondition: "Anna sends a message.",
        expected: "Such a body is answered with status 400 and an error code, with login and without, and the next message is taken.",
        needs: &[],
        twins: &[Seeded::relay("relay-deep-nesting", "nesting-not-refused")],
        run: deep,
    },
    Check {
        id: "relay-errors-tell-nothing",
        version: 1,
        subject: Subject::Relay,
        requirements: &["AVL-07"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "Errors tell callers nothing about the inside of the relay.",
        precondition: "The relay answers many kinds of wrong requests with an error text.",
        expected: "No text names a statement of a database, a file, a line of code or a stack.",
        needs: &[],
        twins: &[Seeded::relay("relay-leaks-errors", "inside-told")],
        run: tell_nothing,
    },
];

/// What a client might send that is no JSON object (RFC 8259), each for one reason.
const MALFORMED: [&[u8]; 13] = [
    b"",
    b"{\"msgtype\":\"m.text\",\"body\":\"half",
    b"{\"msgtype\":\"m.text\",\"body\":\"\xff\xfe\"}",
    b"{\"msgtype\":\"m.text\",\"body\":\"x\"} more",
    b"{\"msgtype\":\"m.text\",\"body\":\"x\",}",
    b"{\"msgtype\":\"m.text\",/* why */\"body\":\"x\"}",
    b"{'msgtype':'m.text','body':'x'}",
    b"{\"msgtype\":\"m.text\",\"body\":NaN}",
    b"{\"msgtype\":\"m.text\",\"body\":\"a\x00b\"}",
    b"\xef\xbb\xbf{\"msgtype\":\"m.text\",\"body\":\"x\"}",
    b"[]",
    b"\"text\"",
    b"null",
];

fn malformed(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, room) = talking(scene)?;
    for (number, body) in MALFORMED.iter().enumerate() {
        let send = send_path(&room, &format!("malformed-{number}"));
        let seen = scene.ask_bytes(Some(&anna), "PUT", &send, body.to_vec())?;
        scene.expect(Role::Attack, "malformed-not-refused", &[&seen], not_json());
        let seen = scene.ask_bytes(None, "POST", &path(&["login"]), body.to_vec())?;
        scene.expect(Role::Attack, "malformed-not-refused", &[&seen], not_json());
    }
    // Objects, but of the wrong shape.
    for body in [
        json!({}),
        json!({ "type": 7 }),
        json!({ "type": "m.login.password", "identifier": [], "password": {} }),
        json!({ "type": "m.login.password", "identifier": { "type": "m.id.user", "user": {} }, "password": "x" }),
    ] {
        let seen = scene.ask(None, "POST", &path(&["login"]), Payload::Json(body))?;
        scene.expect(
            Role::Attack,
            "wrong-shape-not-refused",
            &[&seen],
            wrong_shape(),
        );
    }
    still_talking(scene, &anna, &room)
}

fn oversized(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, room) = talking(scene)?;
    let large = "x".repeat(128 << 10);
    let bodies = [
        (send_path(&room, "oversized"), message(&large)),
        (
            path(&["rooms", &room, "state", "m.room.topic", ""]),
            json!({ "topic": large }),
        ),
    ];
    for (path, body) in bodies {
        let seen = scene.ask_bytes(Some(&anna), "PUT", &path, body.to_string().into_bytes())?;
        scene.expect(Role::Attack, "oversized-accepted", &[&seen], too_large());
    }
    still_talking(scene, &anna, &room)
}

fn deep(scene: &mut Scene) -> Result<(), Stop> {
    const LEVELS: usize = 10_000;
    let (anna, room) = talking(scene)?;
    let arrays = format!("{{\"body\":{}{}}}", "[".repeat(LEVELS), "]".repeat(LEVELS));
    let objects = format!("{}1{}", "{\"a\":".repeat(LEVELS), "}".repeat(LEVELS));
    for (number, body) in [arrays, objects].iter().enumerate() {
        let send = send_path(&room, &format!("deep-{number}"));
        let seen = scene.ask_bytes(Some(&anna), "PUT", &send, body.clone().into_bytes())?;
        scene.expect(Role::Attack, "nesting-not-refused", &[&seen], not_json());
        let seen = scene.ask_bytes(None, "POST", &path(&["login"]), body.clone().into_bytes())?;
        scene.expect(Role::Attack, "nesting-not-refused", &[&seen], not_json());
    }
    still_talking(scene, &anna, &room)
}

/// Traces of the inside: databases, languages, files.
const INSIDE: [&str; 16] = [
    "select ",
    "insert into",
    "sqlite",
    "postgres",
    "psycopg",
    "constraint",
    "traceback",
    "exception",
    "panicked",
    "stack",
    ".py",
    ".rs",
    "/home/",
    "/usr/",
    "/tmp/",
    "relay.db",
];

fn tell_nothing(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, room) = talking(scene)?;
    let mut answers = Vec::new();
    for body in MALFORMED {
        let send = send_path(&room, "wrong");
        answers.push(scene.ask_bytes(Some(&anna), "PUT", &send, body.to_vec())?);
    }
    for token in [anna.token.clone(), Secret::new("invented-token")] {
        let caller = Session {
            token,
            ..anna.clone()
        };
        for path in wrong_paths(&room) {
            answers.push(scene.ask(Some(&caller), "GET", &path, Payload::Empty)?);
        }
        for (endpoint, body) in wrong_bodies() {
            answers.push(scene.ask(
                Some(&caller),
                "POST",
                &path(&endpoint),
                Payload::Json(body),
            )?);
        }
    }
    let texts: Vec<_> = answers.iter().filter_map(error_text).collect();
    let tells = |text: &&String| INSIDE.iter().any(|trace| text.contains(trace));
    let told: Vec<_> = texts.iter().filter(tells).collect();
    let value = json!({ "texts": texts.len(), "told": told });
    let what = "what the error texts tell about the inside";
    let seen = scene.note_seen(what, Witness::Wire, value);
    let enough = Claim::Within {
        pointer: "/texts".to_owned(),
        least: 20,
        most: 1_000,
    };
    scene.expect(Role::Applied, "attack-not-applied", &[&seen], enough);
    let nothing = Claim::Within {
        pointer: "/told".to_owned(),
        least: 0,
        most: 0,
    };
    scene.expect(Role::Attack, "inside-told", &[&seen], nothing);
    still_talking(scene, &anna, &room)
}

/// Questions about what is not there, with letters that mean something to databases and files.
fn wrong_paths(room: &str) -> [String; 6] {
    [
        path(&["no", "such", "endpoint"]),
        path(&["rooms", "!none:'\"", "state"]),
        path(&["rooms", "../../etc", "members"]),
        path(&["rooms", room, "event", "$none'; --"]),
        format!("{}?since=none", path(&["sync"])),
        format!("{}?dir=x&from=none", path(&["rooms", room, "messages"])),
    ]
}

/// Objects of the wrong shape.
fn wrong_bodies() -> [([&'static str; 2], Value); 3] {
    [
        (["keys", "query"], json!({ "device_keys": 7 })),
        (["keys", "claim"], json!({ "one_time_keys": [] })),
        (["keys", "upload"], json!({ "one_time_keys": "none" })),
    ]
}

fn error_text(answer: &Seen) -> Option<String> {
    answer
        .value
        .pointer("/body/error")
        .and_then(Value::as_str)
        .map(str::to_lowercase)
}

/// Somebody in a room of their own, who can send: the honest control.
fn talking(scene: &mut Scene) -> Result<(Session, String), Stop> {
    let anna = scene.session("anna")?;
    let room = scene.plain_room(&anna, &[])?;
    scene.must_work(Role::Control, "control-lost", &anna)?;
    scene.plain_text(&anna, &room, "before")?;
    Ok((anna, room))
}

fn still_talking(scene: &mut Scene, anna: &Session, room: &str) -> Result<(), Stop> {
    let body = message("after");
    let seen = scene.ask(
        Some(anna),
        "PUT",
        &send_path(room, "after"),
        Payload::Json(body),
    )?;
    scene.expect(
        Role::State,
        "relay-does-not-go-on",
        &[&seen],
        super::wire::status(&[200]),
    );
    Ok(())
}

/// Refused as too large. A relay may close the connection instead of reading on (RFC 9110, 15.5.14), which can overtake
/// its answer: then there is no status and no code.
fn too_large() -> Claim {
    let errcode = ["M_TOO_LARGE", ""].map(str::to_owned).to_vec();
    Claim::Status {
        one_of: vec![413, 0],
        errcode,
    }
}

fn not_json() -> Claim {
    let errcode = ["M_NOT_JSON", "M_BAD_JSON"].map(str::to_owned).to_vec();
    Claim::Status {
        one_of: vec![400],
        errcode,
    }
}

fn wrong_shape() -> Claim {
    let codes = [
        "M_BAD_JSON",
        "M_MISSING_PARAM",
        "M_INVALID_PARAM",
        "M_UNKNOWN",
        "M_FORBIDDEN",
    ];
    Claim::Status {
        one_of: vec![400, 403],
        errcode: codes.map(str::to_owned).to_vec(),
    }
}
