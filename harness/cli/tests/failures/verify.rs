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
    assert_eq!(ended.code, Some(11), "{ended:?}");
    assert!(ended.stdout.contains("✗ not authentic"), "{ended:?}");
}
