//! Manifests that are missing or wrong: refused before anything starts.

use crate::bench::{Bench, CLIENT, RELAY};

#[test]
fn a_missing_manifest_is_named() {
    let bench = Bench::new();
    bench
        .audit("nowhere.toml")
        .is_refused(69, &["nowhere.toml", "No such file", "--target"]);
    assert!(bench.runs().is_empty());
}

#[test]
fn text_that_is_no_toml_is_refused_with_its_line() {
    let bench = Bench::new();
    let manifest = bench.write("target.toml", "name = \"x\"\n[relay\n");
    bench
        .audit(&manifest)
        .is_refused(64, &["target.toml", "line 2", "correct the manifest"]);
    assert!(bench.runs().is_empty());
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let bench = Bench::new();
    std::fs::write(bench.path("target.toml"), b"name = \"\xff\xfe\"").unwrap();
    bench
        .audit("target.toml")
        .is_refused(69, &["target.toml", "UTF-8"]);
}

#[test]
fn a_field_that_nobody_knows_is_named() {
    let bench = Bench::new();
    let manifest = bench.manifest(&format!("{RELAY}colour = \"red\""), CLIENT);
    bench
        .audit(&manifest)
        .is_refused(64, &["target.toml", "line", "colour"]);
}

#[test]
fn a_field_of_the_wrong_type_is_named_with_its_line() {
    let bench = Bench::new();
    let manifest = bench.manifest(RELAY, "drive = 7");
    bench
        .audit(&manifest)
        .is_refused(64, &["line 11", "sequence"]);
}

#[test]
fn a_missing_table_is_named() {
    let bench = Bench::new();
    let manifest = bench.write("target.toml", "name = \"x\"\n");
    bench.audit(&manifest).is_refused(64, &["relay"]);
}

#[test]
fn a_patience_that_nobody_has_is_refused() {
    let bench = Bench::new();
    for seconds in ["0", "601"] {
        let manifest = bench.manifest(RELAY, &format!("{CLIENT}\npatience_seconds = {seconds}"));
        bench
            .audit(&manifest)
            .is_refused(64, &["line", seconds, "600"]);
    }
}

#[test]
fn attack_traffic_does_not_leave_the_machine_unasked() {
    let bench = Bench::new();
    let relay = "url = \"https://matrix.example.org\"\naccounts = { method = \"registration_token\", token = \"t\" }";
    let manifest = bench.manifest(relay, CLIENT);
    bench
        .audit(&manifest)
        .is_refused(64, &["https://matrix.example.org", "allow_remote = true"]);
    assert!(bench.runs().is_empty());
}

#[test]
fn a_manifest_longer_than_any_is_refused() {
    let bench = Bench::new();
    let long = format!("name = \"{}\"", "x".repeat(300 << 10));
    let manifest = bench.write("target.toml", &long);
    bench
        .audit(&manifest)
        .is_refused(64, &["longer than 262144 bytes"]);
}
