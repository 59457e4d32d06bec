//! Each invariant holds of the exports of a run with every outcome in it, and a seeded defect breaks it.

use std::collections::BTreeSet;

use harness_evidence::{Outcome, Overall, is_unsafe};
use serde_json::json;

use super::*;

use crate::fixture::results;

#[test]
fn no_invariant_is_broken_and_the_same_results_give_the_same_bytes() {
    let results = results("harmless");
    for log in [sarif::findings(&results), sarif::full(&results)] {
        assert_eq!(sarif::broken(&log), Vec::<String>::new());
    }
    assert_eq!(exports(&results).unwrap(), exports(&results).unwrap());
}

#[test]
fn results_and_plan_name_each_other_without_a_dangling_reference() {
    let results = results("harmless");
    let plan = oscal::plan(&results);
    assert_eq!(oscal::broken(&plan), Vec::<String>::new());
    let tasks: BTreeSet<_> = plan["assessment-plan"]["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["uuid"].as_str().unwrap().to_owned())
        .collect();
    let dangling = oscal::broken(&oscal::results(&results));
    assert!(!dangling.is_empty());
    assert!(dangling.iter().all(|id| tasks.contains(id)), "{dangling:?}");
}

#[test]
fn every_seeded_defect_of_sarif_is_found() {
    let defects: [(&str, &str, Value); 6] = [
        ("ruleIndex", "/runs/0/results/0/ruleIndex", json!(999)),
        ("ruleIndex", "/runs/0/results/0/ruleIndex", Value::Null),
        (
            "artifact index",
            "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/index",
            json!(999),
        ),
        ("did not fail", "/runs/0/results/0/kind", json!("pass")),
        ("empty message", "/runs/0/results/0/message/text", json!("")),
        ("hash", "/runs/0/artifacts/0/hashes/sha-256", json!("00")),
    ];
    for (told, pointer, value) in defects {
        let mut log = sarif::findings(&results("harmless"));
        *log.pointer_mut(pointer).unwrap() = value;
        let broken = sarif::broken(&log);
        assert!(
            broken.iter().any(|line| line.contains(told)),
            "{pointer}: {broken:?}"
        );
    }
}

#[test]
fn every_seeded_defect_of_oscal_is_found() {
    let other = json!("6ba7b811-9dad-11d1-80b4-00c04fd430c8");
    let result = "/assessment-results/results/0";
    let defects = [
        (
            format!("{result}/observations/0/subjects/0/subject-uuid"),
            other.clone(),
        ),
        (
            format!("{result}/observations/0/origins/0/actors/0/actor-uuid"),
            other.clone(),
        ),
        (
            format!("{result}/observations/0/relevant-evidence/0/href"),
            json!("#nowhere"),
        ),
        (format!("{result}/observations/0/props/0/value"), json!("")),
        (format!("{result}/observations/0/uuid"), other.clone()),
        (
            "/assessment-results/back-matter/resources/0/uuid".to_owned(),
            other,
        ),
        (
            "/assessment-results/back-matter/resources/0/rlinks/0/hashes/0/value".to_owned(),
            json!("00"),
        ),
    ];
    let whole = oscal::results(&results("harmless"));
    let before = oscal::broken(&whole).len();
    for (pointer, value) in defects {
        let mut document = whole.clone();
        *document.pointer_mut(&pointer).unwrap() = value;
        assert!(oscal::broken(&document).len() > before, "{pointer}");
    }
    let mut twice = whole.clone();
    let uuid = twice["assessment-results"]["uuid"].clone();
    twice["assessment-results"]["results"][0]["uuid"] = uuid;
    assert!(oscal::broken(&twice).len() > before);
}

#[test]
fn findings_hold_failures_only_and_the_full_log_everything() {
    let results = results("harmless");
    let rows = |log: Value| log["runs"][0]["results"].as_array().unwrap().clone();
    let failures = rows(sarif::findings(&results));
    assert_eq!(failures.len(), results.counts.fail);
    assert!(failures.iter().all(|row| row["kind"] == "fail"));
    assert_eq!(rows(sarif::full(&results)).len(), results.cases.len());
    assert_eq!(
        sarif::full(&results)["runs"][0]["invocations"][0]["executionSuccessful"],
        results.complete
    );
}

#[test]
fn nothing_reads_as_fine_by_being_left_out() {
    let mut results = results("harmless");
    results.overall = Overall::Undecided;
    let statement: Value =
        serde_json::from_str(&test_result_statement(&results, &"ab".repeat(32))).unwrap();
    let named = |list: &str| statement["predicate"][list].as_array().unwrap().len();
    let applicable = results.counts.total() - results.counts.not_applicable;
    assert_eq!(
        named("passedTests") + named("warnedTests") + named("failedTests"),
        applicable
    );
    assert_eq!(named("passedTests"), results.counts.pass);
    assert_eq!(statement["predicate"]["result"], "FAILED");
    assert_eq!(statement["subject"][1]["digest"]["sha256"], "ab".repeat(32));

    let summary: Value = serde_json::from_str(&summary_statement(&results, "")).unwrap();
    let holding = results
        .requirements
        .iter()
        .filter(|one| one.outcome == Outcome::Pass)
        .count();
    let properties = summary["predicate"]["properties"].as_array().unwrap();
    assert_eq!(properties.len(), holding + usize::from(results.complete));
}

#[test]
fn exports_keep_their_shape_whatever_a_target_says() {
    let shape = |said: &str| -> Vec<_> {
        let exports = exports(&results(said)).unwrap();
        let lines = exports.into_iter().map(|(name, text)| {
            let unsafe_text =
                |character: char| is_unsafe(character) && !matches!(character, '\n' | '\r');
            assert!(!text.contains(unsafe_text), "{name}: {said:?}");
            (name, text.lines().count())
        });
        lines.collect()
    };
    let harmless = shape("harmless");
    for said in [
        "<script>alert(1)</script>",
        "]]>",
        "\u{202e}txt.exe",
        "\u{1b}[2J",
        "=1+1",
        "a\nb",
        "a\r\nb",
        "\"},{\"",
        "\u{ffff}",
        "{{ 7*7 }}",
        "[x](javascript:alert(1))",
        "../../etc/passwd",
        "\u{0}",
        "\u{2028}",
    ] {
        assert_eq!(shape(said), harmless, "{said:?}");
    }
}
