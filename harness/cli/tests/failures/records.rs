//! Records read again: two of them compared, one rendering printed, and what a shell knows of all that.

use std::fs;

use serde_json::Value;

use crate::bench::{Bench, CHECK, OTHER};

fn record(bench: &Bench, out: &str, arguments: &[&str]) {
    let mut all = vec!["run", "--no-twins", "--out", out];
    all.extend(arguments);
    let ended = bench.run(&all);
    assert!(matches!(ended.code, Some(1 | 2)), "{ended:?}");
}

#[test]
fn a_failure_is_told_and_a_check_that_vanished_is_told_louder() {
    let bench = Bench::new();
    record(&bench, "good", &["--check", CHECK]);
    let bad = [
        "--check",
        CHECK,
        "--check",
        OTHER,
        "--flaw",
        "no-replay-index",
    ];
    record(&bench, "bad", &bad);
    record(&bench, "other", &["--check", OTHER]);
    for (old, new, code, told) in [
        ("good", "bad", 1, "NEWLY FAILED (Checks: 1)"),
        ("bad", "good", 2, "NO LONGER DECIDED (Checks: 1)"),
        ("good", "other", 2, "NO LONGER DECIDED (Checks: 1)"),
        ("good", "good", 0, "Nothing became worse or better."),
    ] {
        let ended = bench.run(&["diff", &format!("{old}/latest"), &format!("{new}/latest")]);
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert!(ended.stdout.contains(told), "{ended:?}");
    }
    let ended = bench.run(&["diff", "good/latest", "bad/latest", "--format", "json"]);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(told["checks"][0]["id"], CHECK);
    assert_eq!(told["checks"][0]["kind"], "new");
    let ended = bench.run(&["replay", "bad/latest", CHECK]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("the same verdict"), "{ended:?}");
    let ended = bench.run(&["diff", "good/latest", "nowhere"]);
    assert_eq!(ended.code, Some(64), "{ended:?}");
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
}

#[test]
fn a_rendering_is_printed_as_it_stands_in_the_folder() {
    let bench = Bench::new();
    record(&bench, "good", &["--check", CHECK]);
    for (format, lang, file) in [
        ("html", "de", "report.de.html"),
        ("html", "en", "report.en.html"),
        ("junit", "en", "exports/junit.xml"),
        ("sarif", "en", "exports/findings.sarif"),
        (
            "oscal-component",
            "en",
            "exports/oscal-component-definition.json",
        ),
        ("csv", "en", "exports/requirements.csv"),
        ("lints", "en", "exports/lints.json"),
        ("tom-annex", "de", "exports/tom-annex.de.md"),
        ("security-target", "en", "exports/security-target.en.md"),
        ("json", "en", "data/results.json"),
    ] {
        let ended = bench.run(&["report", "good/latest", "--format", format, "--lang", lang]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let written = fs::read_to_string(bench.path("good/latest").join(file)).unwrap();
        assert!(ended.stdout == written, "{format}");
    }
    // Neither a folder nor a rendering to print, or both.
    for wrong in [&[][..], &["--out", "x", "--format", "html"]] {
        let arguments = [&["report", "good/latest"], wrong].concat();
        assert_eq!(bench.run(&arguments).code, Some(64));
    }
}

#[test]
fn shells_and_the_manual_know_every_command() {
    let bench = Bench::new();
    let commands = [
        "run",
        "calibrate",
        "verify",
        "report",
        "diff",
        "seal",
        "replay",
        "completions",
    ];
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = bench.run(&["completions", shell]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        for command in commands {
            assert!(ended.stdout.contains(command), "{shell}: {command}");
        }
    }
    let ended = bench.run(&["man"]);
    assert!(
        ended.stdout.starts_with(".ie") || ended.stdout.contains(".TH pruefstand"),
        "{ended:?}"
    );
    for command in commands {
        let title = format!("PRUEFSTAND {}", command.to_uppercase());
        assert!(ended.stdout.contains(&title), "{command}");
    }
    assert!(!ended.stdout.contains("PRUEFSTAND REFERENCE"));
}
