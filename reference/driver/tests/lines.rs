//! The driver answers the protocol's lines.

use harness_driver::{Answer, Channel, Hello, Invocation};
use reference_driver::{Conduct, Flaw, run};
use serde_json::{Value, json};

#[cfg(test)]
mod support {
    use super::*;

    /// The answers to some calls, in order.
    pub(crate) fn answers(flaws: &[Flaw], calls: &[Value]) -> Vec<Value> {
        let mut input = String::new();
        for (id, call) in calls.iter().enumerate() {
            let mut line = json!({ "jsonrpc": "2.0", "id": id });
            line["method"] = call["method"].clone();
            line["params"] = call["params"].clone();
            Invocation::parse(line.to_string().as_bytes())
                .unwrap()
                .1
                .unwrap();
            input.push_str(&format!("{line}\n"));
        }
        let mut output = Vec::new();
        run(Conduct::flawed(flaws), input.as_bytes(), &mut output).unwrap();
        let output = String::from_utf8(output).unwrap();
        output
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub(crate) fn hello(flaws: &[Flaw]) -> Hello {
        let greeting = call("hello", json!({ "protocol": { "major": 1, "minor": 0 } }));
        serde_json::from_value(answers(flaws, &[greeting])[0]["result"].clone()).unwrap()
    }

    pub(crate) fn call(method: &str, params: Value) -> Value {
        json!({ "method": method, "params": params })
    }
}

use support::{answers, call, hello};

#[test]
fn hello_says_which_flaws_are_seeded() {
    assert_eq!(hello(&[]).channel, Channel::Release);
    assert!(hello(&[]).seeded_flaws.is_empty());
    let twin = hello(&[Flaw::NoTofuPin]);
    assert_eq!(twin.channel, Channel::Test);
    assert_eq!(twin.seeded_flaws, ["no-tofu-pin"]);
}

#[test]
fn a_login_hands_its_request_out_and_takes_the_answer_in() {
    let login = json!({ "actor": "a", "user": "alice", "password": { "secret": "pw" }, "now": 1 });
    let granted = json!({ "user_id": "@alice:x", "device_id": "D", "access_token": "t" });
    let response = json!({ "id": "1.1", "status": 200, "body": { "json": granted } });
    let stale = json!({ "id": "7.2", "status": 200, "body": { "json": {} } });
    let answers = answers(
        &[],
        &[
            call("actor.new", json!({ "actor": "a" })),
            call("actor.login", login),
            call(
                "pump",
                json!({ "actor": "a", "deliver": [stale, response], "now": 2 }),
            ),
        ],
    );
    let outgoing = &answers[1]["result"]["outgoing"];
    assert_eq!(outgoing[0]["path"], "/_matrix/client/v3/login");
    assert_eq!(outgoing[0]["id"], "1.1");
    let next = &answers[2]["result"]["outgoing"];
    assert_eq!(next[0]["path"], "/_matrix/client/v3/keys/upload");
    assert_eq!(next[0]["token"]["secret"], "t");
    assert_eq!(
        next[0]["body"]["json"]["one_time_keys"]
            .as_object()
            .map(|keys| keys.len()),
        Some(50)
    );
}

#[test]
fn unknown_handles_and_vector_operations_are_named() {
    let answers = answers(
        &[],
        &[
            call("observe", json!({ "actor": "nobody", "conv": "!r:x" })),
            call("actor.new", json!({ "actor": "a" })),
            call("observe", json!({ "actor": "a", "conv": "!r:x" })),
            call("vec.run", json!({ "op": "no-such-op", "input": {} })),
            call("case.begin", json!({ "nonce": "n", "now": 1 })),
            call("actor.drop", json!({ "actor": "a" })),
        ],
    );
    let code = |at: usize| answers[at]["error"]["code"].as_i64();
    assert_eq!(code(0), Some(-32005));
    assert_eq!(code(2), Some(-32005));
    assert_eq!(code(3), Some(-32001));
    assert_eq!(code(5), Some(-32005), "a new case has no actors");
}

#[test]
fn nobody_acts_before_login() {
    let answers = answers(
        &[],
        &[
            call("actor.new", json!({ "actor": "a" })),
            call("actor.sync", json!({ "actor": "a", "now": 1 })),
        ],
    );
    let event = &answers[1]["result"]["events"][0];
    assert_eq!(event["event"], "refused");
    assert_eq!(event["reason"], "not_logged_in");
}

#[test]
fn answers_have_the_shape_of_the_protocol() {
    for answer in answers(&[], &[call("actor.new", json!({ "actor": "a" }))]) {
        let parsed: Result<Answer, _> = serde_json::from_value(answer);
        assert!(parsed.is_ok());
    }
}
