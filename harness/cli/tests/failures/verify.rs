//! `verify` on folders that are good, changed, or none.

use std::fs;

use crate::bench::{Bench, CHECK};

fn with_a_run() -> Bench {
    let bench = Bench::new();
    let ended = bench.run(&["run", "--check", CHECK]);
    assert_eq!(bench.outcome(CHECK).0, "pass", "{ended:?}");
    bench
}

#[test]
fn an_untouched_folder_is_authentic_and_a_changed_one_is_not() {
    let bench = with_a_run();
    let good = bench.run(&["verify"]);
    assert_eq!(good.code, Some(0), "{good:?}");
    assert!(good.stdout.contains("✓ authentic and complete"), "{good:?}");
    // The target's case and the twin's.
    assert!(
        good.stdout.contains("2 transcripts judged again"),
        "{good:?}"
    );
    assert!(good.stdout.contains("Undecided"), "{good:?}");

    let transcript = format!("reports/latest/data/cases/{CHECK}/target/transcript.json");
    let text = fs::read_to_string(bench.path(&transcript)).unwrap();
    for (file, from, to) in [
        (transcript.as_str(), "\"entries\"", "\"entries\" "),
        (
            "reports/latest/data/results.json",
            "\"undecided\"",
            "\"passed\"",
        ),
        ("reports/latest/report.en.html", "INCONCLUSIVE", "PASS"),
        (
            "reports/latest/data/events.jsonl",
            "case.closed",
            "case.opened",
        ),
    ] {
        let before = fs::read_to_string(bench.path(file)).unwrap();
        assert!(before.contains(from), "{file} has no {from}");
        fs::write(bench.path(file), before.replacen(from, to, 1)).unwrap();
        let changed = bench.run(&["verify"]);
        assert_eq!(changed.code, Some(11), "{file}: {changed:?}");
        let name = file.trim_start_matches("reports/latest/");
        assert!(changed.stdout.contains(&format!("✗ {name}")), "{changed:?}");
        assert!(changed.stdout.contains("✗ not authentic"), "{changed:?}");
        fs::write(bench.path(file), before).unwrap();
    }
    assert_eq!(fs::read_to_string(bench.path(&transcript)).unwrap(), text);
    assert_eq!(bench.run(&["verify"]).code, Some(0));
}

#[test]
fn what_is_no_folder_of_a_run_is_refused() {
    let bench = Bench::new();
    bench
        .run(&["verify"])
        .is_refused(64, &["reports/latest", "pruefstand run"]);
    fs::create_dir(bench.path("empty")).unwrap();
    let ended = bench.run(&["verify", "empty"]);
    assert_eq!(ended.code, Some(20), "{ended:?}");
    assert_eq!(
        ended.stdout,
        "✗ empty: neither a run's folder nor an archive of one\n"
    );
}

/// What `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` made, and a public key of somebody else.
const LAB: &str = include_str!("keys/lab.pem");
const LAB_PUBLIC: &str = include_str!("keys/lab.pub.pem");
const OTHER_PUBLIC: &str = include_str!("keys/other.pub.pem");
/// A key of OpenSSH, as `seal --agent-key` takes it.
const AGENT_PUBLIC: &str = include_str!("../../../evidence/src/sign/testdata/agent-p256.pub");

#[test]
fn a_sealed_archive_answers_by_exit_code_to_what_a_reader_demands() {
    let bench = with_a_run();
    for (file, text) in [
        ("lab.pem", LAB),
        ("lab.pub.pem", LAB_PUBLIC),
        ("other.pub.pem", OTHER_PUBLIC),
        ("agent.pub", AGENT_PUBLIC),
    ] {
        fs::write(bench.path(file), text).unwrap();
    }
    let sealed = bench.run(&["seal", "--key", "lab.pem", "--out", "x.zip"]);
    assert_eq!(sealed.code, Some(0), "{sealed:?}");
    let again = bench.run(&["seal", "--key", "lab.pem", "--out", "x.zip"]);
    again.is_refused(69, &["x.zip", "exists"]);

    let small = ["seal", "--edition", "small", "--out", "small.zip"];
    assert_eq!(bench.run(&small).code, Some(0));
    bench
        .run(&["seal", "small.zip", "--key", "lab.pem", "--out", "y.zip"])
        .is_refused(69, &["without all of its record"]);

    let program = fs::read(env!("CARGO_BIN_EXE_pruefstand")).unwrap();
    let program = harness_evidence::sha256_hex(&program);
    let (none, upper) = ("0".repeat(64), program.to_uppercase());
    let cases: [(&[&str], i32); 12] = [
        (&["--trust", "lab.pub.pem", "--rerender"], 0),
        (&["--trust", "other.pub.pem"], 10),
        (&["--trust", "agent.pub"], 10),
        (&["--trust", "other.pub.pem", "--trust", "lab.pub.pem"], 0),
        (&["--target", &none], 13),
        (&["--artefact", &none], 13),
        (&["--artefact", "00"], 64),
        (&["--artefact", &program], 0),
        (&["--artefact", &upper], 0),
        (&["--nonce", "0123456789abcdef"], 13),
        (&["--max-age", "1"], 0),
        (&["--require", "pass"], 16),
    ];
    for (demands, code) in cases {
        let words = [&["verify", "x.zip"], demands].concat();
        let ended = bench.run(&words);
        assert_eq!(ended.code, Some(code), "{demands:?}: {ended:?}");
        let only_that = ended.stdout.contains("but not what you demand");
        assert_eq!(
            only_that,
            [10, 13].contains(&code),
            "{demands:?}: {ended:?}"
        );
    }
    let json = bench.run(&["verify", "x.zip", "--format", "json"]);
    let said: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (&said["authentic"], &said["code"]),
        (&true.into(), &0.into())
    );
}

#[test]
fn a_rendering_that_does_not_follow_from_the_record_is_told_behind_renewed_manifests() {
    let bench = with_a_run();
    let report = bench.path("reports/latest/report.de.html");
    let tags = bench.path("reports/latest/tagmanifest-sha256.txt");
    let before = fs::read(&report).unwrap();
    let forged = [before.as_slice(), b"<p>bestanden"].concat();
    let (old, new) = [&before, &forged]
        .map(|bytes| harness_evidence::sha256_hex(bytes))
        .into();
    let lines = fs::read_to_string(&tags).unwrap();
    assert!(lines.contains(&old));
    fs::write(&report, forged).unwrap();
    fs::write(&tags, lines.replace(&old, &new)).unwrap();
    assert_eq!(bench.run(&["verify"]).code, Some(0));
    let ended = bench.run(&["verify", "--rerender"]);
    assert_eq!(ended.code, Some(15), "{ended:?}");
    assert!(
        ended
            .stdout
            .contains("✗ report.de.html: not what this version renders"),
        "{ended:?}"
    );
}

#[test]
fn archives_that_are_none_and_keys_that_are_none_are_one_line() {
    let bench = with_a_run();
    for (file, bytes) in [
        ("none.zip", &b"PK"[..]),
        ("empty.zip", b""),
        ("text.zip", &[b'x'; 4096]),
    ] {
        fs::write(bench.path(file), bytes).unwrap();
        let ended = bench.run(&["verify", file]);
        assert_eq!(ended.code, Some(20), "{ended:?}");
        assert_eq!(ended.stdout.lines().count(), 1, "{ended:?}");
    }
    fs::write(bench.path("bad.pem"), "secret-that-is-no-key").unwrap();
    for words in [
        &["seal", "--key", "bad.pem"][..],
        &["verify", "--trust", "bad.pem"],
    ] {
        let ended = bench.run(words);
        ended.is_refused(64, &["bad.pem", "PEM"]);
        assert!(!ended.stderr.contains("secret-that"), "{ended:?}");
    }
    bench
        .run(&["seal", "--agent-key", "bad.pem"])
        .is_refused(64, &["bad.pem", "OpenSSH"]);
    bench
        .run(&["seal", "--key", "absent.pem"])
        .is_refused(69, &["absent.pem"]);
}
