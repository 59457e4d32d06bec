//! Terminal, JUnit, JSON and matrix.

use harness_evidence::Results;
use harness_report::{Language, json, junit, matrix_html, matrix_text, terminal};
use quick_junit::{NonSuccessKind, Report, TestCaseStatus};

use crate::fixture::{passed, results};

#[test]
fn the_table_is_as_it_was() {
    insta::assert_snapshot!(
        "terminal.en",
        terminal(&results("quietly"), Language::En, false)
    );
    insta::assert_snapshot!(
        "terminal.de",
        terminal(&results("quietly"), Language::De, false)
    );
    insta::assert_snapshot!("terminal.passed", terminal(&passed(), Language::En, false));
}

#[test]
fn colours_change_no_word() {
    let plain = terminal(&results("quietly"), Language::En, false);
    let coloured = terminal(&results("quietly"), Language::En, true);
    assert!(coloured.contains("\u{1b}["));
    let mut stripped = String::new();
    let mut parts = coloured.split('\u{1b}');
    stripped.push_str(parts.next().unwrap());
    for part in parts {
        stripped.push_str(part.split_once('m').unwrap().1);
    }
    assert_eq!(stripped, plain);
}

#[test]
fn junit_is_as_it_was() {
    insta::assert_snapshot!("junit", junit(&results("quietly")).unwrap());
}

#[test]
fn junit_skips_only_what_does_not_apply() {
    let report = Report::deserialize_from_str(&junit(&results("quietly")).unwrap()).unwrap();
    let mut found: Vec<_> = report.test_suites[0]
        .test_cases
        .iter()
        .map(|case| {
            let word = match &case.status {
                TestCaseStatus::Success { .. } => "success",
                TestCaseStatus::Skipped { .. } => "skipped",
                TestCaseStatus::NonSuccess {
                    kind: NonSuccessKind::Failure,
                    ..
                } => "failure",
                TestCaseStatus::NonSuccess {
                    kind: NonSuccessKind::Error,
                    ..
                } => "error",
            };
            (case.name.to_string(), word)
        })
        .collect();
    found.sort();
    let wanted = [
        ("att-01-hash", "skipped"),
        ("dir-01-swap", "success"),
        ("megolm-01-replay", "failure"),
        ("olm-02-prekey", "error"),
        ("srv-01-dead", "error"),
        ("srv-02-throttle", "failure"),
        ("ver-01-sas", "error"),
        ("ver-02-sas", "error"),
    ];
    assert_eq!(found, wanted.map(|(name, word)| (name.to_owned(), word)));
}

#[test]
fn json_reads_back_as_the_same_results() {
    let results = results("quietly");
    let text = json(&results).unwrap();
    assert_eq!(serde_json::from_str::<Results>(&text).unwrap(), results);
}

#[test]
fn the_matrix_is_as_it_was() {
    let results = results("quietly");
    insta::assert_snapshot!("matrix", matrix_text(&results.instrument, Language::En));
    let html = matrix_html(&results.instrument, Language::En).unwrap();
    insta::assert_snapshot!("matrix.html", html.replace("><", ">\n<"));
}
