//! The protocol as an outsider meets it: lines, schema, the line loop.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its auxiliary functions too"
)]

use std::collections::BTreeMap;

use harness_driver::{
    Call, Driver, DriverError, Event, Invocation, Payload, Reply, Request, Secret, Step,
    VectorResult, schema, serve,
};
use serde_json::{Value, json};

struct Toy;

impl Driver for Toy {
    fn call(&mut self, id: u64, call: Call) -> Result<Reply, DriverError> {
        match call {
            Call::CaseBegin { .. } | Call::CaseEnd {} | Call::Shutdown {} => Ok(Reply::Done {}),
            Call::Sync { .. } => Ok(Reply::Step(Step {
                outgoing: Vec::new(),
                events: vec![Event::done(id)],
            })),
            Call::VecRun { .. } => Ok(Reply::Vector(VectorResult {
                accepted: true,
                output: None,
            })),
            Call::Observe { actor, .. } => Err(DriverError::BadHandle { handle: actor }),
            other => Err(DriverError::Unsupported {
                feature: format!("{other:?}"),
            }),
        }
    }
}

fn talk(lines: &str) -> Vec<Value> {
    let mut output = Vec::new();
    serve(Toy, lines.as_bytes(), &mut output).unwrap();
    String::from_utf8(output)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn every_call() -> Vec<Call> {
    let (actor, conv, now) = ("a".to_owned(), "c".to_owned(), 1);
    vec![
        Call::CaseEnd {},
        Call::Login {
            actor: actor.clone(),
            user: "u".into(),
            password: Secret::new("p"),
            device: None,
            now,
        },
        Call::MsgSend {
            actor: actor.clone(),
            conv: conv.clone(),
            body: "b".into(),
            now,
        },
        Call::FileSend {
            actor: actor.clone(),
            conv: conv.clone(),
            name: "n".into(),
            content: vec![1, 2].into(),
            now,
        },
        Call::Pump {
            actor,
            deliver: Vec::new(),
            now,
        },
        Call::VecRun {
            op: "x25519".into(),
            input: BTreeMap::from([("k".into(), "00".into())]),
        },
    ]
}

#[test]
fn the_schema_changes_only_on_purpose() {
    let schema = serde_json::to_string_pretty(&schema()).unwrap();
    insta::assert_snapshot!(schema);
}

#[test]
fn every_line_of_the_types_fits_the_schema_and_comes_back_the_same() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for (n, call) in every_call().into_iter().enumerate() {
        let line = serde_json::to_value(Invocation::new(n as u64, call.clone())).unwrap();
        assert!(validator.is_valid(&line), "{line}");
        let (id, parsed) = Invocation::parse(line.to_string().as_bytes()).unwrap();
        assert_eq!((id, parsed.unwrap()), (n as u64, call));
    }
}

#[test]
fn the_schema_refuses_what_the_types_refuse() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for line in [
        json!({"jsonrpc": "2.0", "id": 1, "method": "msg.send", "params": {"actor": "a"}}),
        json!({"jsonrpc": "2.0", "id": 1, "method": "no.such.verb", "params": {}}),
        json!({"jsonrpc": "2.0", "id": 1, "result": {}, "extra": true}),
        json!([]),
    ] {
        assert!(!validator.is_valid(&line), "{line}");
    }
}

#[test]
fn each_line_is_answered_with_its_own_id() {
    let answers = talk(concat!(
        r#"{"jsonrpc":"2.0","id":7,"method":"case.begin","params":{"nonce":"n","now":0}}"#,
        "\n",
        r#"{"jsonrpc":"2.0","id":8,"method":"actor.sync","params":{"actor":"a","now":0}}"#,
        "\n",
    ));
    assert_eq!(answers[0], json!({"jsonrpc": "2.0", "id": 7, "result": {}}));
    assert_eq!(
        answers[1]["result"]["events"][0],
        json!({"event": "done", "call": 8})
    );
}

#[test]
fn what_is_not_known_is_refused_with_its_own_code() {
    let answers = talk(concat!(
        r#"{"jsonrpc":"2.0","id":1,"method":"made.up","params":{}}"#,
        "\n",
        r#"{"jsonrpc":"2.0","id":2,"method":"observe","params":{"actor":"x","conv":"y"}}"#,
        "\n",
        r#"{"jsonrpc":"2.0","id":3,"method":"observe","params":{}}"#,
        "\n",
    ));
    let codes: Vec<_> = answers
        .iter()
        .map(|answer| answer["error"]["code"].as_i64().unwrap())
        .collect();
    assert_eq!(codes, [-32001, -32005, -32602]);
    assert_eq!(answers[0]["error"]["data"]["feature"], "made.up");
}

#[test]
fn shutdown_ends_the_loop_after_its_answer() {
    let answers = talk(concat!(
        r#"{"jsonrpc":"2.0","id":1,"method":"shutdown","params":{}}"#,
        "\n",
        r#"{"jsonrpc":"2.0","id":2,"method":"case.end","params":{}}"#,
        "\n",
    ));
    assert_eq!(answers.len(), 1);
}

#[test]
fn a_line_that_is_no_request_ends_the_loop() {
    assert!(serve(Toy, &b"hello\n"[..], Vec::new()).is_err());
}

#[test]
fn a_secret_shows_neither_in_debug_nor_by_accident() {
    let request = Request {
        id: "1".into(),
        method: "GET".into(),
        path: "/".into(),
        token: Some(Secret::new("hush-hush")),
        body: Payload::Empty,
    };
    assert!(!format!("{request:?}").contains("hush"));
}

#[test]
fn every_method_of_the_enum_is_listed() {
    for call in every_call() {
        let method = serde_json::to_value(&call).unwrap()["method"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(Call::METHODS.contains(&method.as_str()), "{method}");
    }
    let schema = schema().to_string();
    for method in Call::METHODS {
        assert!(schema.contains(&format!("\"{method}\"")), "{method}");
    }
}
