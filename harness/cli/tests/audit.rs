//! The audit as a test, for `cargo mutants`: it fails if any check does not pass on the reference as it is built here.

use std::process::Command;

use serde_json::Value;

#[test]
#[ignore = "the gates run the audit in release; this is the judge of `cargo mutants`"]
fn every_check_passes_on_the_reference() {
    let reports = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_pruefstand"))
        .args([
            "run",
            "--no-twins",
            "--fail-fast",
            "--seed",
            "1",
            "--format",
            "json",
        ])
        .arg("--out")
        .arg(reports.path())
        .output()
        .unwrap();
    let results: Value = serde_json::from_slice(&run.stdout).unwrap();
    let cases = results["cases"].as_array().unwrap();
    let wrong: Vec<_> = cases
        .iter()
        .filter(|case| case["verdict"]["outcome"] != "pass" && case["sha256"] != "")
        .map(|case| {
            (
                &case["check"],
                &case["verdict"]["outcome"],
                &case["verdict"]["reason"],
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(results["complete"], true);
}
