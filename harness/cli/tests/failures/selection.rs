//! What the command line asks for and does not exist, and what it asks for and cannot read as passed.

use crate::bench::{Bench, CHECK, CLIENT, RELAY};

#[test]
fn an_unknown_check_is_refused_before_anything_starts() {
    let bench = Bench::new();
    // A relay that left a trace of its start.
    let relay = RELAY.replace("start = [", "start = [\"sh\", \"-c\", \"touch started\",");
    let manifest = bench.manifest(&relay, CLIENT);
    bench
        .run(&["run", "--target", &manifest, "--check", "no-such-check"])
        .is_refused(64, &["no-such-check", "pruefstand list"]);
    assert!(!bench.path("started").exists() && bench.runs().is_empty());
}

#[test]
fn an_unknown_flaw_is_refused() {
    let bench = Bench::new();
    bench
        .run(&["run", "--flaw", "no-such-flaw"])
        .is_refused(64, &["no-such-flaw", "pruefstand list --flaws"]);
    assert!(bench.runs().is_empty());
}

#[test]
fn wrong_arguments_are_a_usage_error() {
    let bench = Bench::new();
    for arguments in [
        &["run", "--colour"][..],
        &["run", "--jobs", "many"],
        &["run", "--target", "x.toml", "--flaw", "y"],
        &["audit"],
    ] {
        let ended = bench.run(arguments);
        assert_eq!(ended.code, Some(64), "{ended:?}");
        assert_eq!(ended.stdout, "");
        assert!(ended.stderr.starts_with("error: "), "{ended:?}");
    }
}

#[test]
fn a_seeded_flaw_is_seen_failing() {
    let bench = Bench::new();
    let ended = bench.run(&["run", "--flaw", "no-replay-index", "--check", CHECK]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains(&format!("Fail {CHECK} (")),
        "{ended:?}"
    );
    assert_eq!(bench.results()["overall"], "failed");
}

#[test]
fn a_pass_without_its_twin_is_undecided() {
    let bench = Bench::new();
    let ended = bench.run(&["run", "--check", CHECK, "--no-twins"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!(bench.outcome(CHECK).0, "pass");
    let results = bench.results();
    assert_eq!(results["complete"], true);
    assert_eq!(results["overall"], "undecided");
}
