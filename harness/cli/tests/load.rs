//! Load on the built-in reference, small.

use std::process::Command;

use serde_json::Value;

#[test]
fn every_figure_is_measured() {
    let small = [
        "--seconds",
        "1",
        "--devices",
        "5",
        "--missed",
        "25",
        "--members",
        "4",
    ];
    let done = Command::new(env!("CARGO_BIN_EXE_pruefstand"))
        .args(["load", "--format", "json"])
        .args(small)
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    let all: Value = serde_json::from_slice(&done.stdout).unwrap();
    let one = &all[0];
    for place in [
        "/memory_at_start",
        "/senders/0/messages",
        "/senders/1/messages",
        "/rates/0/reached_per_second",
        "/connected/memory",
        "/group/send_us",
    ] {
        let figure = one.pointer(place).and_then(Value::as_f64);
        assert!(figure.is_some_and(|figure| figure > 0.0), "{place}: {one}");
    }
    assert_eq!(one["away"]["fetched"], one["away"]["messages"]);
    assert_eq!(one["connected"]["devices"], 5);
}

#[test]
fn load_goes_to_this_machine_and_to_relays_that_it_starts() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = folder.path().join("far.toml");
    let text = "name = \"far\"\n[relay]\nurl = \"http://127.0.0.1:1\"\n\
                [relay.accounts]\nmethod = \"registration_token\"\ntoken = \"t\"\n";
    std::fs::write(&manifest, text).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_pruefstand"))
        .args(["load", "--relay", manifest.to_str().unwrap()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(69), "{said}");
    assert!(said.lines().count() == 2, "{said}");
}
