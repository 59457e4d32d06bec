use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use harness_evidence::{Fault, Outcome, Witness, judge};
use serde_json::json;

use super::*;
use crate::adversary::{Action, Point, Rule};

/// A server that answers one request with this.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).unwrap() > 0);
        stream.write_all(answer.as_bytes()).unwrap();
    });
    base
}

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"seen\":true}";

/// Asks for a sync in Alice's name; what ended the case, and the record.
fn ask(base: &str, rule: Option<Rule>) -> (Option<Stop>, Transcript) {
    let mut network = Network::new(Http::new(base), Arc::default());
    if let Some(rule) = rule {
        network.adversary.add(rule);
    }
    let request = Request {
        id: "1".to_owned(),
        method: "GET".to_owned(),
        path: "/_matrix/client/v3/sync".to_owned(),
        token: None,
        body: Payload::Empty,
    };
    let mut record = Transcript::default();
    let stop = network.carry(&mut record, "alice", &request).err();
    if let Some(stop) = stop.clone() {
        let Stop { fault, reason } = stop;
        record.push(Entry::Stopped { fault, reason });
    }
    (stop, record)
}

fn exchange(record: &Transcript) -> Exchange {
    let mut exchanges = record.entries.iter().filter_map(|entry| match entry {
        Entry::Exchange(exchange) => Some(exchange.clone()),
        _ => None,
    });
    exchanges.next_back().unwrap()
}

#[test]
fn a_rule_that_fails_ends_the_case_as_the_benchs_own_error_and_what_the_relay_said_is_kept() {
    let broken = Action::Downgrade {
        pointer: "/nowhere".to_owned(),
        to: json!(0),
    };
    let point = Point::Response(Class::Sync);
    let rule = Rule::new("broken", "alice", point, broken);
    let (stop, record) = ask(&server(ANSWER), Some(rule));
    assert_eq!(stop.map(|stop| stop.fault), Some(Fault::Harness));
    assert_eq!(exchange(&record).response.body, json!({ "seen": true }));
    let verdict = judge(&record, Witness::Wire);
    assert_eq!(verdict.outcome, Outcome::Error);
    assert_eq!(verdict.reason, "harness-fault");
}

#[test]
fn a_relay_that_answers_no_http_ends_the_case_and_the_request_is_kept() {
    let (stop, record) = ask(&server("nonsense"), None);
    assert_eq!(stop.map(|stop| stop.fault), Some(Fault::Environment));
    let kept = exchange(&record);
    assert_eq!(kept.request.head, "GET /_matrix/client/v3/sync");
    assert_eq!(kept.response.head, "0");
    assert_eq!(judge(&record, Witness::Wire).reason, "environment-fault");
}
