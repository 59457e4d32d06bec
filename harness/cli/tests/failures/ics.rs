//! What a manifest declares of its target, against what the target shows.

use serde_json::Value;

use crate::bench::{Bench, CHECK, CLIENT, Ended, RELAY};

/// What the reference has in the manifest of these tests.
const PRESENT: [&str; 12] = [
    "groups",
    "channels",
    "appointments",
    "media",
    "contacts",
    "directory",
    "push",
    "backup",
    "linked_devices",
    "passwords",
    "signals",
    "verification",
];

/// What it has not.
const ABSENT: [&str; 9] = [
    "address_book",
    "invitations",
    "tenants",
    "federation",
    "desktop_app",
    "mobile_app",
    "web_client",
    "expiry",
    "post_quantum",
];

/// Runs one check on the reference with a statement in which one word is declared otherwise than it is.
fn declared(bench: &Bench, otherwise: &str) -> Ended {
    let lines = PRESENT
        .iter()
        .map(|name| (name, true))
        .chain(ABSENT.iter().map(|name| (name, false)));
    let lines: String = lines
        .map(|(name, is_there)| format!("{name} = {}\n", is_there != (*name == otherwise)))
        .collect();
    let text =
        format!("name = \"under test\"\n[ics]\n{lines}[relay]\n{RELAY}\n[client]\n{CLIENT}\n");
    let manifest = bench.write("target.toml", &text);
    bench.run(&["run", "--target", &manifest, "--check", CHECK, "--no-twins"])
}

/// What keeps the run from passing because of the statement.
fn contradictions(results: &Value) -> Vec<&Value> {
    let shortfalls = results["shortfalls"].as_array().unwrap();
    let of_ics = |one: &&Value| one["shortfall"] == "ics_contradicted";
    shortfalls.iter().filter(of_ics).collect()
}

fn requirement<'a>(results: &'a Value, id: &str) -> &'a Value {
    let all = results["requirements"].as_array().unwrap();
    all.iter().find(|one| one["id"] == id).unwrap()
}

#[test]
fn a_statement_that_fits_excuses_what_needs_the_absent() {
    let bench = Bench::new();
    let ended = declared(&bench, "");
    assert!(!ended.stderr.contains("ICS:"), "{ended:?}");
    let results = bench.results();
    assert_eq!(contradictions(&results), Vec::<&Value>::new());
    assert_eq!(results["plan"]["target"]["ics"]["switches"]["groups"], true);
    let address_book = requirement(&results, "CON-01");
    assert_eq!(address_book["outcome"], "not_applicable");
    assert_eq!(
        address_book["rule"],
        "declared absent by the target's ICS: address_book"
    );
    // Nobody looks at it, and nothing excuses it.
    let suites = requirement(&results, "E2E-03");
    assert_eq!(
        (&suites["outcome"], &suites["rule"]),
        (&"not_run".into(), &Value::Null)
    );
    assert!(suites["gap"].as_str().unwrap().contains("Closes it: "));
}

#[test]
fn what_is_declared_absent_and_is_there_is_said_before_the_first_case_and_excuses_nothing() {
    let bench = Bench::new();
    let ended = declared(&bench, "channels");
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let said = "ICS: channels is declared absent and offered: channel.";
    let before_cases = ended.stderr.split(CHECK).next().unwrap();
    assert!(before_cases.contains(said), "{ended:?}");
    let results = bench.results();
    let found = contradictions(&results);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["finding"]["switch"], "channels");
    assert_ne!(requirement(&results, "GRP-05")["outcome"], "not_applicable");
}

#[test]
fn the_relay_shows_what_is_declared_absent() {
    let bench = Bench::new();
    let ended = declared(&bench, "push");
    let said = "ICS: push is declared absent and offered: relay: GET /_matrix/client/v3/pushers";
    assert!(ended.stderr.contains(said), "{ended:?}");
}

#[test]
fn what_is_declared_and_not_offered_is_said() {
    let bench = Bench::new();
    let ended = declared(&bench, "federation");
    // Whether a relay talks to others need not show on the port that clients use.
    assert!(!ended.stderr.contains("ICS:"), "{ended:?}");
    let bench = Bench::new();
    let text = format!("name = \"x\"\nclaims = [\"safe\"]\n[relay]\n{RELAY}\n");
    let manifest = bench.write("target.toml", &text);
    let ended = bench.run(&["run", "--target", &manifest]);
    ended.is_refused(
        64,
        &["target.toml", "write [ics] with true or false for groups"],
    );
}
