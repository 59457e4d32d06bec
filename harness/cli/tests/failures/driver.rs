//! Drivers that die, hang or talk nonsense: at once there is no run, inside a case it is that case's verdict.

use crate::bench::{Bench, CHECK, OTHER, RELAY, toml_words};

/// A manifest whose driver is a shell script.
fn scripted(bench: &Bench, script: &str) -> String {
    bench.manifest(
        RELAY,
        &format!("drive = {}", toml_words(&["sh", "-c", script])),
    )
}

#[test]
fn a_driver_that_is_not_there_is_named() {
    let bench = Bench::new();
    let manifest = bench.manifest(RELAY, "drive = [\"/missing/shim\"]");
    bench
        .audit(&manifest)
        .is_refused(69, &["/missing/shim", "see [client]"]);
    assert!(bench.runs().is_empty());
}

#[test]
fn a_driver_that_dies_at_once_is_quoted() {
    let bench = Bench::new();
    let manifest = scripted(&bench, "echo no licence found >&2; exit 7");
    bench
        .audit(&manifest)
        .is_refused(69, &["died", "7", "no licence found", "see [client]"]);
    assert!(bench.runs().is_empty());
}

#[test]
fn a_driver_that_never_answers_is_given_up_after_its_patience() {
    let bench = Bench::new();
    let client = format!(
        "drive = {}\npatience_seconds = 1",
        toml_words(&["sh", "-c", "cat > /dev/null"])
    );
    let manifest = bench.manifest(RELAY, &client);
    bench
        .audit(&manifest)
        .is_refused(69, &["did not answer within 1 seconds", "see [client]"]);
}

#[test]
fn a_driver_that_greets_with_garbage_is_refused() {
    let bench = Bench::new();
    for (script, words) in [
        ("echo hello world", "no JSON-RPC answer"),
        ("head -c 64 /dev/zero; echo", "no JSON-RPC answer"),
        ("yes x | tr -d '\\n'", "longer than"),
        (
            "head -c 100000000 /dev/zero | tr '\\0' x; echo",
            "longer than",
        ),
    ] {
        let manifest = scripted(&bench, script);
        bench
            .audit(&manifest)
            .is_refused(69, &[words, "see [client]"]);
    }
    assert!(bench.runs().is_empty());
}

#[test]
fn what_a_driver_says_cannot_steer_the_terminal() {
    let bench = Bench::new();
    let manifest = scripted(&bench, "printf 'a\\033[2Jb\\rPass %s\\n' all >&2; exit 1");
    let ended = bench.audit(&manifest);
    ended.is_refused(69, &["⟨U+001B⟩[2Jb⟨U+000D⟩Pass all"]);
}

#[test]
fn a_driver_that_claims_to_know_everything_is_not_believed() {
    let bench = Bench::new();
    let hello = r#"{"protocol":{"major":1,"minor":0},"driver":{"name":"liar","version":"1"},"product":{"name":"liar","version":"1"},"channel":"release","level":"engine","verbs":["observe"],"clock":"virtual"}"#;
    let script = format!(
        "n=0; while read -r line; do n=$((n + 1)); result='{{}}'; [ $n = 1 ] && result='{hello}'; \
         printf '{{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}}\\n' $n \"$result\"; done"
    );
    // In a file, for its braces are no places of a manifest.
    let script = bench.write("liar.sh", &script);
    let manifest = bench.manifest(RELAY, &format!("drive = {}", toml_words(&["sh", &script])));
    bench
        .audit(&manifest)
        .is_refused(69, &["random-verb", "did not hold"]);
    assert!(bench.runs().is_empty());
}

#[test]
fn a_driver_that_dies_in_a_case_makes_it_an_error() {
    let bench = Bench::new();
    let manifest = bench.manifest_with_trouble(RELAY, "echo out of luck >&2; exit 7");
    bench
        .audit(&manifest)
        .is_undecided(&["Error", "driver-fault", "died", "out of luck"]);
    let (outcome, detail) = bench.outcome(CHECK);
    assert_eq!(outcome, "error");
    assert!(detail.contains("out of luck"), "{detail}");
}

#[test]
fn a_driver_that_is_killed_in_a_case_makes_it_an_error() {
    let bench = Bench::new();
    let manifest = bench.manifest_with_trouble(RELAY, "kill -KILL $$; exit");
    bench
        .audit(&manifest)
        .is_undecided(&["Error", "driver-fault", "signal: 9"]);
}

#[test]
fn a_driver_that_hangs_in_a_case_makes_it_an_error() {
    let bench = Bench::new();
    let manifest = bench.manifest_with_trouble(RELAY, "exec cat > /dev/null");
    let text = std::fs::read_to_string(&manifest).unwrap();
    // Enough for the reference's hello on a loaded machine, and then spent in full.
    let manifest = bench.write("target.toml", &format!("{text}patience_seconds = 5\n"));
    bench.audit(&manifest).is_undecided(&[
        "Error",
        "driver-fault",
        "did not answer within 5 seconds",
    ]);
}

#[test]
fn garbage_and_endless_lines_in_a_case_make_it_an_error() {
    let bench = Bench::new();
    for (trouble, words) in [
        ("echo Segmentation fault >&3", "breaks the protocol"),
        ("yes x | tr -d '\\n' >&3", "longer than"),
        (
            "head -c 100000000 /dev/zero | tr '\\0' x >&3; echo >&3",
            "longer than",
        ),
    ] {
        let manifest = bench.manifest_with_trouble(RELAY, trouble);
        bench
            .audit(&manifest)
            .is_undecided(&["Error", "driver-fault", words]);
        assert_eq!(bench.outcome(CHECK).0, "error");
    }
}

#[test]
fn one_case_with_a_dead_driver_does_not_take_the_others_along() {
    let bench = Bench::new();
    // Only the first driver that gets a case dies.
    let manifest = bench.manifest_with_trouble(RELAY, "mkdir \"$1/first\" 2>/dev/null && exit 7");
    let ended = bench.run(&bench.two_checks(&manifest));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let mut outcomes = [bench.outcome(CHECK).0, bench.outcome(OTHER).0];
    outcomes.sort();
    assert_eq!(outcomes, ["error", "pass"], "{ended:?}");
    assert_eq!(bench.results()["complete"], true);
}
