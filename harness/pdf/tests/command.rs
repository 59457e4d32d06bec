//! `pruefstand-pdf` as a command: one line for whatever goes wrong, the right exit code, nothing written over.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const SAMPLE: &str = "../../reports/sample/reference.evidence.zip";

#[cfg(test)]
fn ended(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pruefstand-pdf"));
    let Output { status, stderr, .. } = command.args(arguments).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn whatever_goes_wrong_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("foreign.zip");
    fs::write(&foreign, "PK\u{3}\u{4} and nothing that follows").unwrap();
    let broken = folder.path().join("broken");
    fs::create_dir_all(broken.join("data")).unwrap();
    fs::write(broken.join("data/results.json"), "{\"plan\": 1}").unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let (foreign, broken, empty) = (path(&foreign), path(&broken), path(folder.path()));
    for (arguments, told) in [
        (vec!["--bogus"], "--bogus"),
        (vec!["--lang", "fr"], "de or en"),
        (vec!["--stdout"], "needs --lang"),
        (vec!["one", "two"], "two"),
        (vec!["nowhere\u{1b}[31m"], "nowhere⟨U+001B⟩[31m"),
        (vec![foreign.as_str()], "foreign.zip"),
        (vec![broken.as_str()], "data/results.json"),
        (vec![empty.as_str()], "data/results.json"),
    ] {
        let (code, said) = ended(&arguments);
        assert_eq!(code, Some(64), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn a_report_that_is_there_already_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("report.en.pdf");
    fs::write(&there, "mine").unwrap();
    let out = folder.path().to_str().unwrap();
    let (code, said) = ended(&[SAMPLE, "--lang", "en", "--out", out]);
    assert_eq!(code, Some(69), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(fs::read_to_string(there).unwrap(), "mine");
}
