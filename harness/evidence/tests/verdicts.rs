//! The verdict table: every combination of two, three and four outcomes by severity, and runs that must never read as passed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use harness_evidence::{
    Applicability, CaseRecord, JUDGE_VERSION, Measured, Outcome, Overall, Plan, PlannedCheck,
    Requirement, Results, RunRecord, Severity, Tool, Twin, Verdict, Witness,
};
use serde_json::json;

const SEVERITIES: [Severity; 3] = [Severity::Must, Severity::Should, Severity::May];

fn check(n: usize, severity: Severity, outcome: Outcome) -> PlannedCheck {
    let rule = "the target has no such function".to_owned();
    PlannedCheck {
        id: format!("check-{n}"),
        version: 1,
        purpose: String::new(),
        precondition: String::new(),
        expected: String::new(),
        requirements: vec!["E2E-08".to_owned()],
        attacks: vec![],
        severity,
        witness: Witness::Driver,
        applicability: match outcome {
            Outcome::NotApplicable => Applicability::NotApplicable { rule },
            Outcome::NotRun => Applicability::Deselected {},
            _ => Applicability::Planned,
        },
        twins: vec![Twin {
            flaw: "weak".to_owned(),
            code: "broken".to_owned(),
        }],
    }
}

fn case(n: usize, flaw: Option<&str>, outcome: Outcome) -> CaseRecord {
    CaseRecord {
        check: format!("check-{n}"),
        flaw: flaw.map(str::to_owned),
        verdict: Verdict {
            outcome,
            reason: "broken".to_owned(),
            role: None,
            detail: String::new(),
            witness: Some(Witness::Driver),
            judgements: vec![],
        },
        transcript: String::new(),
        sha256: "00".repeat(32),
        milliseconds: 1,
    }
}

/// A closed run with one check an outcome, each with its twin caught.
fn run(outcomes: &[(Severity, Outcome)]) -> RunRecord {
    let target = json!({
        "name": "a target", "manifest": "11".repeat(32), "relay": "", "client": "", "binding": "B3",
    });
    let ran = |outcome: Outcome| !matches!(outcome, Outcome::NotApplicable | Outcome::NotRun);
    let numbered = || outcomes.iter().enumerate();
    let cases = numbered()
        .filter(|(_, (_, outcome))| ran(*outcome))
        .flat_map(|(n, (_, outcome))| {
            [
                case(n, None, *outcome),
                case(n, Some("weak"), Outcome::Fail),
            ]
        });
    RunRecord {
        plan: Plan {
            run: "r1".to_owned(),
            profile: None,
            catalogue: None,
            seed: 7,
            variants: Vec::new(),
            shard: None,
            merged: Vec::new(),
            target: serde_json::from_value(target).unwrap(),
            checks: numbered()
                .map(|(n, (severity, outcome))| check(n, *severity, *outcome))
                .collect(),
        },
        tool: Tool {
            version: "0.1.0".to_owned(),
            judge: JUDGE_VERSION,
        },
        opened: "2026-11-23T03:00:00.000Z".to_owned(),
        closed: Some("2026-11-23T03:01:00.000Z".to_owned()),
        cases: cases.collect(),
        asked: BTreeMap::new(),
        requirements: vec![
            serde_json::from_value::<Requirement>(json!({
                "id": "E2E-08", "severity": "MUST", "text_en": "en", "text_de": "de", "sources": [],
            }))
            .unwrap(),
        ],
        deviations: vec![],
        measured: Measured::default(),
        command: String::new(),
    }
}

/// The rule as a reader would say it, apart from the code that folds.
fn overall(outcomes: &[(Severity, Outcome)]) -> Overall {
    let any = |wanted: Outcome| outcomes.iter().any(|(_, outcome)| *outcome == wanted);
    if any(Outcome::Fail) {
        return Overall::Failed;
    }
    let decided = outcomes
        .iter()
        .all(|(_, outcome)| matches!(outcome, Outcome::Pass | Outcome::NotApplicable));
    if decided && any(Outcome::Pass) {
        Overall::Passed
    } else {
        Overall::Undecided
    }
}

fn requirement(outcomes: &[(Severity, Outcome)]) -> Outcome {
    let any = |wanted: Outcome| outcomes.iter().any(|(_, outcome)| *outcome == wanted);
    let worst = [
        Outcome::Fail,
        Outcome::Error,
        Outcome::Inconclusive,
        Outcome::NotRun,
    ];
    if let Some(worst) = worst.into_iter().find(|outcome| any(*outcome)) {
        return worst;
    }
    match (any(Outcome::Pass), any(Outcome::NotApplicable)) {
        (true, false) => Outcome::Pass,
        // A part of the requirement does not apply, so the rest of it is not the whole.
        (true, true) => Outcome::Inconclusive,
        (false, _) => Outcome::NotApplicable,
    }
}

type Outcomes = [(Severity, Outcome)];

/// Calls with every list of so many outcomes by severity.
fn every(length: usize, list: &mut Vec<(Severity, Outcome)>, then: &mut dyn FnMut(&Outcomes)) {
    if length == 0 {
        return then(list);
    }
    for severity in SEVERITIES {
        for outcome in Outcome::ALL {
            list.push((severity, outcome));
            every(length - 1, list, then);
            list.pop();
        }
    }
}

#[test]
fn every_combination_of_two_and_three_outcomes_by_severity_gives_its_verdict() {
    let mut combinations = 0;
    for length in [1, 2, 3] {
        every(length, &mut Vec::new(), &mut |outcomes| {
            let results = Results::fold(run(outcomes));
            assert_eq!(results.overall, overall(outcomes), "{outcomes:?}");
            let merged = results.requirements.first().map(|one| one.outcome);
            assert_eq!(merged, Some(requirement(outcomes)), "{outcomes:?}");
            combinations += 1;
        });
    }
    assert_eq!(combinations, 18 + 18 * 18 + 18 * 18 * 18);
}

#[test]
fn every_combination_of_four_outcomes_gives_its_verdict() {
    for one in Outcome::ALL {
        for two in Outcome::ALL {
            for three in Outcome::ALL {
                for four in Outcome::ALL {
                    let outcomes = [one, two, three, four].map(|outcome| (Severity::Must, outcome));
                    let results = Results::fold(run(&outcomes));
                    assert_eq!(results.overall, overall(&outcomes), "{outcomes:?}");
                }
            }
        }
    }
}

#[test]
fn truncated_empty_and_undecided_runs_never_read_as_passed() {
    let all = |outcome| run(&[(Severity::Must, outcome), (Severity::May, outcome)]);
    let mut runs = vec![run(&[])];
    for outcome in Outcome::ALL
        .into_iter()
        .filter(|outcome| *outcome != Outcome::Pass)
    {
        runs.push(all(outcome));
    }
    let mut truncated = all(Outcome::Pass);
    truncated.closed = None;
    runs.push(truncated);
    let mut shortened = all(Outcome::Pass);
    shortened.cases.truncate(2);
    runs.push(shortened);
    let mut without_twins = all(Outcome::Pass);
    without_twins.cases.retain(|case| case.flaw.is_none());
    runs.push(without_twins);
    for run in runs {
        let results = Results::fold(run);
        assert!(
            results.overall > Overall::PassedWithDeviations,
            "{results:?}"
        );
    }
}

/// A judge that says pass to everything says it to the weak twins too, and so is found out in the same run.
#[test]
fn a_judge_that_always_passes_is_caught_by_the_calibration_of_the_same_run() {
    let mut stubbed = run(&[(Severity::Must, Outcome::Pass); 3]);
    for case in &mut stubbed.cases {
        case.verdict.outcome = Outcome::Pass;
        case.verdict.reason.clear();
    }
    let results = Results::fold(stubbed);
    assert_eq!(results.instrument.caught(), (0, 3));
    assert_eq!(results.overall, Overall::Undecided);
}
