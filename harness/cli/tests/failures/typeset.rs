//! The report for print is set by a program of its own.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use crate::bench::{Bench, Ended};

fn asked(bench: &Bench, programs: &Path, arguments: &[&str]) -> Ended {
    let mut command = bench.command(arguments);
    Ended::of(&command.env("PATH", programs).output().unwrap())
}

#[test]
fn without_the_typesetter_one_line_says_how_to_build_it() {
    let bench = Bench::new();
    let nowhere = bench.path("nowhere");
    let ended = asked(&bench, &nowhere, &["report", "--format", "pdf", "run"]);
    assert_eq!(ended.code, Some(69), "{ended:?}");
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
    let told = "`cargo install --locked --path harness/pdf` builds it";
    assert!(ended.stderr.contains(told), "{ended:?}");
}

#[test]
fn the_typesetter_gets_record_and_language_and_its_output_and_exit_code_stand() {
    let bench = Bench::new();
    let programs = bench.path("programs");
    fs::create_dir(&programs).unwrap();
    let program = programs.join("pruefstand-pdf");
    fs::write(&program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 64\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let wish = ["report", "--format", "pdf", "--lang", "de", "--", "-run"];
    let ended = asked(&bench, &programs, &wish);
    assert_eq!(ended.code, Some(64), "{ended:?}");
    assert_eq!(ended.stdout, "--stdout\n--lang\nde\n--\n-run\n");
}

#[test]
fn a_report_for_print_with_earlier_runs_is_refused() {
    let bench = Bench::new();
    let wish = ["report", "--format", "pdf", "run", "--earlier", "other"];
    let ended = asked(&bench, &bench.path("nowhere"), &wish);
    assert_eq!(ended.code, Some(64), "{ended:?}");
    assert!(ended.stderr.contains("--earlier"), "{ended:?}");
}
