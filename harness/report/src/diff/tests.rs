//! What was looked at and no longer is comes first; the same run twice has nothing to tell but its failures.

use harness_evidence::{Applicability, Outcome, Results, is_unsafe};

use super::*;
use crate::corpus::HOSTILE;
use crate::fixture::{passed, record, results};

#[test]
fn every_pair_of_outcomes_has_its_kind() {
    use Outcome::{Error, Fail, Inconclusive, NotApplicable, NotRun, Pass};
    for before in Outcome::ALL {
        for now in Outcome::ALL {
            let expected = match (before, now) {
                (Fail, Fail) => Some(Kind::Still),
                (Fail, Pass) => Some(Kind::Fixed),
                (NotApplicable | Pass | NotRun | Inconclusive | Error, Fail) => Some(Kind::New),
                (Pass | Fail, NotApplicable | NotRun | Inconclusive | Error) => Some(Kind::Lost),
                _ => None,
            };
            assert_eq!(Kind::of(before, now), expected, "{before:?} {now:?}");
        }
    }
}

#[test]
fn a_passed_run_against_itself_has_no_change() {
    let comparison = diff(&passed(), &passed());
    assert_eq!(comparison.loudest(), None);
    assert!(
        comparison
            .text(Language::En)
            .contains("Nothing became worse or better.")
    );
}

#[test]
fn a_check_that_vanished_is_louder_than_a_new_failure() {
    let old = results("harmless");
    let mut record = record("harmless");
    // One check is deselected, another one fails now.
    for check in &mut record.plan.checks {
        if check.id == "dir-01-swap" {
            check.applicability = Applicability::Deselected {};
        }
    }
    record.cases.retain(|case| case.check != "dir-01-swap");
    let mut new = Results::fold(record);
    for case in &mut new.cases {
        if case.check == "olm-02-prekey" {
            case.verdict.outcome = Outcome::Fail;
        }
    }
    let comparison = diff(&old, &new);
    let kinds: Vec<_> = comparison
        .checks
        .iter()
        .map(|one| (one.id.as_str(), one.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("dir-01-swap", Kind::Lost),
            ("olm-02-prekey", Kind::New),
            ("megolm-01-replay", Kind::Still),
            ("srv-02-throttle", Kind::Still),
        ]
    );
    assert_eq!(comparison.loudest(), Some(Kind::Lost));
    let text = comparison.text(Language::De);
    let at = |needle: &str| {
        text.find(needle)
            .unwrap_or_else(|| panic!("{needle}\n{text}"))
    };
    assert!(at("NICHT MEHR FESTGESTELLT (Prüfungen") < at("NEU NICHT ERFÜLLT (Prüfungen"));
    assert!(
        text.contains("dir-01-swap: erfüllt → nicht feststellbar (nicht durchgeführt), deselected")
    );
}

#[test]
fn a_check_that_a_run_does_not_know_was_not_looked_at() {
    let (old, mut new) = (passed(), passed());
    new.cases.clear();
    new.plan.checks.clear();
    let comparison = diff(&old, &new);
    assert_eq!(comparison.checks[0].kind, Kind::Lost);
    assert_eq!(comparison.checks[0].now, None);
    assert!(comparison.text(Language::En).contains("→ not there"));
    // The other way round a check is new, and passes: nothing to tell.
    assert!(diff(&new, &old).checks.is_empty());
}

#[test]
fn a_twin_that_is_no_longer_caught_is_told() {
    let (old, mut new) = (passed(), passed());
    new.instrument.flaws[0].caught = false;
    let comparison = diff(&old, &new);
    assert_eq!(comparison.twins[0].id, "megolm-01-replay / no-replay-index");
    assert_eq!(comparison.loudest(), Some(Kind::New));
    new.instrument.flaws.clear();
    assert_eq!(diff(&old, &new).loudest(), Some(Kind::Lost));
}

#[test]
fn another_object_other_rules_and_other_versions_are_told() {
    let (old, mut new) = (passed(), passed());
    new.plan.target.relay = "example-relay 4.3.0".to_owned();
    new.tool.judge += 1;
    new.plan.checks[0].version += 1;
    let text = diff(&old, &new).text(Language::En);
    for told in [
        "different objects",
        "different rules",
        "another version: megolm-01-replay",
    ] {
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn the_form_for_programs_reads_back_and_is_neutralised_like_the_text() {
    for said in HOSTILE {
        let (old, mut new) = (results("harmless"), results(said));
        new.cases.iter_mut().for_each(|case| case.check += said);
        let comparison = diff(&old, &new);
        let json = comparison.json().unwrap();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            value["checks"].as_array().unwrap().len(),
            comparison.checks.len()
        );
        for text in [json, comparison.text(Language::De)] {
            assert!(
                !text.contains(|c: char| is_unsafe(c) && c != '\n'),
                "{said:?}"
            );
        }
        assert_eq!(
            comparison
                .text(Language::De)
                .lines()
                .filter(|line| line.starts_with("  "))
                .count(),
            1 + comparison.checks.len() + comparison.requirements.len() + comparison.twins.len(),
            "{said:?}"
        );
    }
}
