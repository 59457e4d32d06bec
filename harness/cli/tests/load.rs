//! Load on the built-in reference, small.

use std::{fs, process::Command};

use harness_evidence::{Capacity, Taken};
use serde_json::Value;

const SMALL: [&str; 8] = [
    "--seconds",
    "1",
    "--devices",
    "5",
    "--missed",
    "25",
    "--members",
    "4",
];

#[test]
fn every_figure_is_measured_and_the_statement_is_one_that_a_record_takes() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("capacity");
    let done = Command::new(env!("CARGO_BIN_EXE_pruefstand"))
        .args(["load", "--format", "json", "--soak", "1", "--out"])
        .arg(&out)
        .args(SMALL)
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    let all: Value = serde_json::from_slice(&done.stdout).unwrap();
    let one = &all[0];
    for place in [
        "/memory_at_start",
        "/senders/0/messages",
        "/senders/1/messages",
        "/rates/0/acknowledged",
        "/rates/0/memory",
        "/connected/memory",
        "/group/send_us",
    ] {
        let figure = one.pointer(place).and_then(Value::as_f64);
        assert!(figure.is_some_and(|figure| figure > 0.0), "{place}: {one}");
    }
    assert_eq!(one["away"]["fetched"], one["away"]["messages"]);
    assert_eq!(one["connected"]["devices"], 5);

    let mut taken = Taken::default();
    taken.add(&out).unwrap();
    let capacity: Capacity = taken.measured.capacity.unwrap();
    let relay = &capacity.relays[0];
    assert_eq!(capacity.seconds, 1);
    assert!(capacity.machine.memory.is_some() && capacity.load_before.is_some());
    assert_eq!(relay.artefacts.len(), 1, "the program itself");
    assert_eq!(serde_json::to_value(&relay.steps).unwrap(), one["rates"]);
    // A busy machine may keep up with no rate; then there is nothing to soak at.
    assert_eq!(relay.soak.is_some(), relay.knee_per_second.is_some());
    assert_eq!(serde_json::to_value(&relay.soak).unwrap(), one["soak"]);
}

#[test]
fn a_measurement_is_not_written_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("capacity.json");
    fs::write(&kept, "kept").unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_pruefstand"))
        .args(["load", "--out"])
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        !done.status.success() && said.lines().count() == 1,
        "{said}"
    );
    assert_eq!(fs::read_to_string(&kept).unwrap(), "kept");
}

#[test]
fn load_goes_to_this_machine_and_to_relays_that_it_starts() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = folder.path().join("far.toml");
    let text = "name = \"far\"\n[relay]\nurl = \"http://127.0.0.1:1\"\n\
                [relay.accounts]\nmethod = \"registration_token\"\ntoken = \"t\"\n";
    fs::write(&manifest, text).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_pruefstand"))
        .args(["load", "--relay", manifest.to_str().unwrap()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(69), "{said}");
    assert!(said.lines().count() == 2, "{said}");
}
