//! Places that cannot be written.

use std::fs;

use crate::bench::{Bench, CHECK, RELAY};

#[test]
fn a_file_where_the_folder_should_be_is_named() {
    let bench = Bench::new();
    let out = bench.write("taken", "");
    bench
        .run(&["run", "--check", CHECK, "--no-twins", "--out", &out])
        .is_refused(69, &["taken", "--out"]);
}

/// Nobody, not even root, makes folders in there.
#[cfg(target_os = "linux")]
#[test]
fn a_place_that_is_read_only_is_named() {
    let bench = Bench::new();
    let ended = bench.run(&[
        "run",
        "--check",
        CHECK,
        "--no-twins",
        "--out",
        "/proc/reports",
    ]);
    ended.is_refused(69, &["/proc/reports", "--out"]);
}

/// A full disk as the bench meets it: from the second case on every write to a file fails. The limit is set on the bench
/// alone, so that the relay goes on.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_run_and_keeps_what_was_written() {
    let bench = Bench::new();
    let trouble = "mkdir \"$1/first\" 2>/dev/null || prlimit --pid $PPID --fsize=0:0";
    let manifest = bench.manifest_with_trouble(RELAY, trouble);
    // A limit is told by a signal that would end the program; a full disk is not.
    let mut command = bench.shell(
        "trap '' XFSZ; exec \"$0\" \"$@\"",
        &bench.two_checks(&manifest),
    );
    let output = command.output().unwrap();
    let ended = crate::bench::Ended::of(&output);
    assert_eq!(ended.code, Some(69), "{ended:?}");
    assert_eq!(ended.stdout, "", "{ended:?}");
    let last = ended.stderr.lines().last().unwrap();
    assert!(last.starts_with("pruefstand: reports/"), "{ended:?}");
    assert!(
        last.contains("transcript.json: ") && last.contains("--out"),
        "{ended:?}"
    );

    let run = bench.only_run();
    assert!(run.join("data/plan.json").exists() && !run.join("data/results.json").exists());
    let log = fs::read_to_string(run.join("data/events.jsonl")).unwrap();
    assert_eq!(log.lines().count(), 2, "{log}");
    assert!(
        log.ends_with('\n') && log.contains("\"case.closed\""),
        "{log}"
    );
    assert!(!bench.path("reports/latest").exists());

    let verified = bench.run(&["verify", run.to_str().unwrap()]);
    assert_eq!(verified.code, Some(11), "{verified:?}");
    assert!(
        verified.stdout.contains("the run is incomplete"),
        "{verified:?}"
    );
    assert!(verified.stdout.contains("not authentic"), "{verified:?}");
}
