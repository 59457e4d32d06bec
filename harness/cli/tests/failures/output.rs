//! What is written where: results on standard output, everything else on standard error, colours only where they are wanted.

use std::{fs::File, process::Command};

use serde_json::Value;

use crate::bench::{Bench, CHECK, Ended};

const RUN: [&str; 4] = ["run", "--check", CHECK, "--no-twins"];

#[test]
fn json_is_all_that_stands_on_standard_output() {
    let bench = Bench::new();
    let ended = bench.run(&["run", "--check", CHECK, "--no-twins", "--format", "json"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let printed: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(printed, bench.results());
    assert!(ended.stderr.contains(&format!("Pass {CHECK}")), "{ended:?}");
}

#[test]
fn a_run_makes_the_folders_that_it_needs() {
    let bench = Bench::new();
    let ended = bench.run(&["run", "--check", CHECK, "--no-twins", "--out", "a/b/c"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let report = ended.stdout.lines().last().unwrap();
    assert!(report.starts_with("a/b/c/") && report.ends_with("/report.en.html"));
    for file in ["report.de.html", "exports/junit.xml", "data/results.json"] {
        assert!(bench.path("a/b/c/latest").join(file).exists(), "{file}");
    }
}

#[test]
fn a_reader_that_went_away_costs_neither_report_nor_manners() {
    let bench = Bench::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = bench.command(&RUN).stdout(writer).output().unwrap();
    let ended = Ended::of(&output);
    assert_eq!(ended.code, Some(69), "{ended:?}");
    let last = ended.stderr.lines().last().unwrap();
    assert!(
        last.starts_with("pruefstand: cannot write the result"),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains("panicked"), "{ended:?}");
    assert_eq!(bench.run(&["verify"]).code, Some(0));
}

#[test]
fn a_closed_standard_error_does_not_end_a_run() {
    let bench = Bench::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = bench.command(&RUN).stderr(writer).output().unwrap();
    assert_eq!(Ended::of(&output).code, Some(2));
    assert_eq!(bench.outcome(CHECK).0, "pass");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_told() {
    let bench = Bench::new();
    for arguments in [&["list"][..], &["schema"], &["explain", CHECK]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = bench.command(arguments).stdout(full).output().unwrap();
        Ended::of(&output).is_refused(69, &["cannot write the result", "No space left"]);
    }
}

/// The program on a terminal of its own; what it writes on standard output.
#[cfg(target_os = "linux")]
fn on_a_terminal(bench: &Bench, no_color: bool) -> String {
    let program = env!("CARGO_BIN_EXE_pruefstand");
    let script = format!("'{program}' run --check {CHECK} --no-twins 2>/dev/null");
    let mut command = Command::new("script");
    command
        .args(["--quiet", "--return", "--command", &script, "/dev/null"])
        .current_dir(bench.path(""))
        .env("TERM", "xterm")
        .env_remove("NO_COLOR");
    if no_color {
        command.env("NO_COLOR", "1");
    }
    let ended = Ended::of(&command.output().unwrap());
    assert_eq!(ended.code, Some(2), "{ended:?}");
    ended.stdout
}

#[cfg(target_os = "linux")]
#[test]
fn colours_are_for_terminals_whose_user_did_not_decline_them() {
    let bench = Bench::new();
    assert!(on_a_terminal(&bench, false).contains("\u{1b}[32m"));
    assert!(!on_a_terminal(&bench, true).contains('\u{1b}'));
    assert!(!bench.run(&RUN).stdout.contains('\u{1b}'));
}
