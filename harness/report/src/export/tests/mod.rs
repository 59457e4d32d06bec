//! The exports of a run with every outcome in it: what they hold, and that they hold it whatever a target says.

mod defects;
mod hostile;
mod invariants;
mod junit;
mod papers;
mod table;

use harness_evidence::{Outcome, Overall, Transcript};

use super::*;

use crate::fixture::{results, transcript};

fn read(path: &str) -> Option<Transcript> {
    transcript(path, "harmless")
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let results = results("harmless");
    assert_eq!(
        exports(&results, &read).unwrap(),
        exports(&results, &read).unwrap()
    );
}

#[test]
fn a_failure_points_to_the_line_of_its_transcript_that_decided_it() {
    let mut results = results("harmless");
    let transcript = read("cases/megolm-01-replay/target/transcript.json").unwrap();
    let text = harness_evidence::json_text(&transcript).unwrap();
    let case = results
        .cases
        .iter_mut()
        .find(|case| case.check == "megolm-01-replay")
        .unwrap();
    case.sha256 = harness_evidence::sha256_hex(text.as_bytes());
    let log = sarif::findings(&results, &read);
    let line = |log: &Value| {
        let line = log.pointer("/runs/0/results/0/locations/0/physicalLocation/region/startLine");
        line.and_then(Value::as_u64)
    };
    let line_of = |n: u64| {
        text.lines()
            .skip(usize::try_from(n).unwrap())
            .take(6)
            .collect::<String>()
    };
    let decided = line(&log).unwrap();
    assert!(
        line_of(decided - 1).contains("replay-shown"),
        "{}",
        line_of(decided - 1)
    );
    let steps = log
        .pointer("/runs/0/results/0/codeFlows/0/threadFlows/0/locations")
        .unwrap();
    assert_eq!(steps.as_array().unwrap().len(), 3);
    assert_eq!(
        steps[1]["location"]["message"]["text"]
            .as_str()
            .unwrap()
            .split(';')
            .next(),
        Some("attack, replay-shown: violated")
    );
    // Another digest: the lines would be those of another text.
    let unknown = sarif::findings(&crate::fixture::results("harmless"), &read);
    assert_eq!(line(&unknown), None);
}

#[test]
fn findings_hold_failures_only_and_the_full_log_everything() {
    let results = results("harmless");
    let rows = |log: Value| log["runs"][0]["results"].as_array().unwrap().clone();
    let failures = rows(sarif::findings(&results, &read));
    assert_eq!(failures.len(), results.counts.fail);
    assert!(failures.iter().all(|row| row["kind"] == "fail"));
    assert_eq!(
        rows(sarif::full(&results, &read)).len(),
        results.cases.len()
    );
    assert_eq!(
        sarif::full(&results, &read)["runs"][0]["invocations"][0]["executionSuccessful"],
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
fn a_message_holds_neither_a_link_nor_a_place_to_fill() {
    let said = "see [the report](http://evil.example) {0}";
    let results = results(said);
    let log = sarif::full(&results, &|path| transcript(path, said));
    let messages = log.to_string();
    assert!(messages.contains("\\\\[the report\\\\](http://evil.example) {{0}}"));
    let results = log["runs"][0]["results"].as_array().unwrap();
    for message in results
        .iter()
        .filter_map(|one| one["message"]["text"].as_str())
    {
        assert!(!message.contains("[the report]("), "{message}");
    }
}
