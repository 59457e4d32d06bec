//! Relays that are down, die, never come up or answer nonsense.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    thread,
};

use crate::bench::{Bench, CHECK, CLIENT, RELAY, toml_words};

const ACCOUNTS: &str = r#"accounts = { method = "registration_token", token = "t" }"#;

/// A manifest whose relay is a shell script.
fn scripted(bench: &Bench, script: &str) -> String {
    let start = toml_words(&["sh", "-c", script]);
    bench.manifest(
        &format!("start = {start}\npatience_seconds = 1\n{ACCOUNTS}"),
        CLIENT,
    )
}

/// A manifest with the address of a relay.
fn at(bench: &Bench, port: u16) -> String {
    bench.manifest(
        &format!("url = \"http://127.0.0.1:{port}\"\n{ACCOUNTS}"),
        CLIENT,
    )
}

/// A server that answers the path of each request with what `answer` makes of it.
fn server(answer: fn(&str) -> String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // It ends with the test.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().and_then(Result::ok).unwrap_or_default();
            let _headers = lines.map_while(Result::ok).find(String::is_empty);
            let path = first.split(' ').nth(1).unwrap_or_default();
            // The bench may have hung up.
            drop(stream.write_all(answer(path).as_bytes()));
        }
    });
    port
}

fn http(kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn a_relay_that_is_down_is_named_with_its_address() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let address = format!("http://127.0.0.1:{port}");
    bench
        .audit(&at(&bench, port))
        .is_refused(69, &[&address, "gave no answer", "refused", "see [relay]"]);
    assert!(bench.runs().is_empty());
}

#[test]
fn a_relay_whose_program_is_missing_is_named() {
    let bench = Bench::new();
    let manifest = bench.manifest(&format!("start = [\"/missing/relay\"]\n{ACCOUNTS}"), CLIENT);
    bench
        .audit(&manifest)
        .is_refused(69, &["cannot start /missing/relay", "see [relay]"]);
}

#[test]
fn a_relay_that_ends_before_it_is_ready_is_quoted() {
    let bench = Bench::new();
    let manifest = scripted(&bench, "echo no database >&2; exit 3");
    bench
        .audit(&manifest)
        .is_refused(69, &["ended before it was ready", "3", "no database"]);
}

#[test]
fn a_relay_that_never_becomes_ready_is_given_up_after_its_patience() {
    let bench = Bench::new();
    let manifest = scripted(&bench, "mkfifo never; exec cat never");
    bench
        .audit(&manifest)
        .is_refused(69, &["not ready after 1 seconds", "see [relay]"]);
}

#[test]
fn a_relay_that_answers_no_http_is_refused() {
    let bench = Bench::new();
    let port = server(|_| "220 mail ready\r\n".to_owned());
    bench
        .audit(&at(&bench, port))
        .is_refused(69, &["gave no answer", "see [relay]"]);
}

#[test]
fn a_server_that_is_no_homeserver_is_refused() {
    let bench = Bench::new();
    let port = server(|_| http("text/html", "<h1>It works!</h1>"));
    bench
        .audit(&at(&bench, port))
        .is_refused(69, &["is no Matrix homeserver", "see [relay]"]);
}

#[test]
fn a_relay_that_answers_nonsense_in_a_case_passes_nothing() {
    let bench = Bench::new();
    let port = server(|path| {
        if path.ends_with("/versions") {
            http("application/json", r#"{"versions":["v1.11"]}"#)
        } else {
            http("application/json", r#"{"access_token":7,"session":[[["#)
        }
    });
    bench.audit(&at(&bench, port)).is_undecided(&["relay"]);
    assert_ne!(bench.outcome(CHECK).0, "pass");
}

#[test]
fn a_relay_that_dies_in_a_case_makes_it_an_error() {
    let bench = Bench::new();
    let pid = bench.path("relay.pid");
    let script = format!("echo $$ > '{}'; exec \"$0\" \"$@\"", pid.display());
    let start = toml_words(&["sh", "-c", &script]);
    let relay = RELAY.replace(
        "start = [",
        &format!("start = [{},", start.trim_matches(['[', ']'])),
    );
    let manifest = bench.manifest_with_trouble(&relay, "kill -KILL $(cat \"$1/relay.pid\")");
    bench
        .audit(&manifest)
        .is_undecided(&["Error", "environment-fault", "gave no answer"]);
    assert_eq!(bench.outcome(CHECK).0, "error");
    assert_eq!(bench.results()["overall"], "undecided");
}
