use std::collections::BTreeMap;

use super::*;
use crate::{
    CheckedIcs, Facets, Ics, IcsFinding, Limits, Measured, Requirement, Severity, Switch, Tool,
    Twin, Witness, fixture,
};

fn check(id: &str, applicability: Applicability) -> PlannedCheck {
    PlannedCheck {
        id: id.to_owned(),
        version: 1,
        purpose: "replays are refused".to_owned(),
        precondition: "two actors talk".to_owned(),
        expected: "shown once".to_owned(),
        requirements: vec!["E2E-08".to_owned()],
        attacks: vec!["ATK-MEGOLM-01".to_owned()],
        severity: Severity::Must,
        witness: Witness::Peer,
        applicability,
        twins: vec![Twin {
            flaw: "no-replay-index".to_owned(),
            code: "replay-shown".to_owned(),
        }],
    }
}

fn record(id: &str, flaw: Option<&str>, outcome: Outcome, reason: &str) -> CaseRecord {
    CaseRecord {
        check: id.to_owned(),
        flaw: flaw.map(ToOwned::to_owned),
        verdict: Verdict {
            outcome,
            reason: reason.to_owned(),
            role: None,
            detail: String::new(),
            witness: Some(Witness::Peer),
            judgements: vec![],
        },
        transcript: format!("cases/{id}/target/transcript.json"),
        sha256: "00".repeat(32),
        milliseconds: 3,
    }
}

/// A complete run of one check with its twin caught.
fn run(outcome: Outcome) -> RunRecord {
    let twin = record(
        "olm",
        Some("no-replay-index"),
        Outcome::Fail,
        "replay-shown",
    );
    RunRecord {
        plan: Plan {
            checks: vec![check("olm", Applicability::Planned)],
            ..fixture::plan("r1", [])
        },
        tool: Tool {
            version: "0.1.0".to_owned(),
            judge: 1,
        },
        opened: "2026-11-23T03:00:00.000Z".to_owned(),
        closed: Some("2026-11-23T03:01:00.000Z".to_owned()),
        cases: vec![record("olm", None, outcome, "replay-shown"), twin],
        asked: BTreeMap::new(),
        requirements: vec![Requirement {
            id: "E2E-08".to_owned(),
            severity: Severity::Must,
            text_en: "Replays are refused.".to_owned(),
            text_de: "Wiedereinspielungen werden abgewiesen.".to_owned(),
            sources: vec![],
            facets: Facets::default(),
        }],
        deviations: vec![],
        measured: Measured::default(),
        command: "pruefstand run".to_owned(),
    }
}

fn deviation(expires: &str) -> Deviation {
    Deviation {
        check: "olm".to_owned(),
        reason: "known since 1.0".to_owned(),
        expires: expires.to_owned(),
    }
}

#[test]
fn a_complete_run_with_everything_passed_and_caught_passes() {
    let results = Results::fold(run(Outcome::Pass));
    assert_eq!(results.overall, Overall::Passed);
    assert_eq!(results.shortfalls, []);
    assert!(results.complete);
    assert_eq!(results.counts.pass, 1);
    assert_eq!(results.instrument.caught(), (1, 1));
    assert_eq!(results.requirements[0].outcome, Outcome::Pass);
}

#[test]
fn every_other_outcome_keeps_the_run_from_passing() {
    for (outcome, overall) in [
        (Outcome::Fail, Overall::Failed),
        (Outcome::Error, Overall::Undecided),
        (Outcome::Inconclusive, Overall::Undecided),
        (Outcome::NotRun, Overall::Undecided),
    ] {
        let results = Results::fold(run(outcome));
        assert_eq!(results.overall, overall);
        assert_eq!(results.requirements[0].outcome, outcome);
    }
}

#[test]
fn a_run_in_which_nothing_ran_is_undecided() {
    let mut nothing = run(Outcome::Pass);
    nothing.cases.clear();
    nothing.plan.checks.clear();
    let results = Results::fold(nothing);
    assert_eq!(results.overall, Overall::Undecided);
    assert_eq!(results.shortfalls, [Shortfall::NothingRan {}]);

    let mut inapplicable = run(Outcome::Pass);
    inapplicable.cases.clear();
    let rule = "the target has no client".to_owned();
    inapplicable.plan.checks = vec![check("olm", Applicability::NotApplicable { rule })];
    assert_eq!(Results::fold(inapplicable).overall, Overall::Undecided);
}

#[test]
fn a_run_that_was_broken_off_is_incomplete_and_a_failure_in_it_stays_one() {
    for (outcome, overall) in [
        (Outcome::Pass, Overall::Incomplete),
        (Outcome::Error, Overall::Incomplete),
        (Outcome::Fail, Overall::Failed),
    ] {
        let mut broken_off = run(outcome);
        broken_off.closed = None;
        let results = Results::fold(broken_off);
        assert_eq!(results.overall, overall);
        assert!(!results.complete);
    }
}

#[test]
fn missing_unplanned_and_repeated_cases_make_a_run_incomplete() {
    let mut missing = run(Outcome::Pass);
    missing
        .plan
        .checks
        .push(check("other", Applicability::Planned));
    missing.cases.push(record(
        "other",
        Some("no-replay-index"),
        Outcome::Fail,
        "replay-shown",
    ));
    let results = Results::fold(missing);
    assert_eq!(results.overall, Overall::Incomplete);
    assert_eq!(results.cases[1].verdict.reason, "not-carried-out");

    let mut unplanned = run(Outcome::Pass);
    unplanned
        .cases
        .push(record("foreign", None, Outcome::Pass, ""));
    assert_eq!(Results::fold(unplanned).overall, Overall::Incomplete);

    let mut repeated = run(Outcome::Fail);
    repeated
        .cases
        .insert(0, record("olm", None, Outcome::Pass, ""));
    let results = Results::fold(repeated);
    assert_eq!(results.cases[0].verdict.outcome, Outcome::Fail);
    assert!(!results.complete);
}

#[test]
fn a_check_that_was_deselected_or_out_of_reach_is_not_a_pass() {
    for applicability in [
        Applicability::Deselected {},
        Applicability::NotTestable {
            missing: "verb actor.restart".to_owned(),
        },
    ] {
        let mut partly = run(Outcome::Pass);
        partly.plan.checks.push(check("other", applicability));
        let results = Results::fold(partly);
        assert_eq!(results.overall, Overall::Undecided);
        assert_eq!(results.counts.not_run, 1);
        assert!(results.complete);
    }
}

#[test]
fn a_check_that_does_not_apply_takes_nothing_away() {
    let mut partly = run(Outcome::Pass);
    let rule = "no media".to_owned();
    partly
        .plan
        .checks
        .push(check("other", Applicability::NotApplicable { rule }));
    let results = Results::fold(partly);
    assert_eq!(results.overall, Overall::Passed);
    assert_eq!(results.counts.not_applicable, 1);
    assert_eq!(results.cases[1].verdict.detail, "no media");
}

#[test]
fn a_twin_counts_only_if_it_failed_for_the_expected_reason() {
    for (outcome, reason) in [
        (Outcome::Pass, ""),
        (Outcome::Fail, "another-reason"),
        (Outcome::Error, "replay-shown"),
        (Outcome::Inconclusive, "replay-shown"),
    ] {
        let mut blind = run(Outcome::Pass);
        blind.cases[1] = record("olm", Some("no-replay-index"), outcome, reason);
        let results = Results::fold(blind);
        assert_eq!(results.overall, Overall::Undecided);
        assert_eq!(results.instrument.caught(), (0, 1));
    }
}

#[test]
fn a_twin_that_did_not_run_counts_as_missed() {
    let mut blind = run(Outcome::Pass);
    blind.cases.truncate(1);
    let results = Results::fold(blind);
    assert_eq!(results.overall, Overall::Undecided);
    assert_eq!(results.instrument.flaws[0].outcome, Outcome::NotRun);
}

#[test]
fn a_passed_check_without_a_twin_does_not_count() {
    let mut unproven = run(Outcome::Pass);
    unproven.plan.checks[0].twins.clear();
    unproven.cases.truncate(1);
    let results = Results::fold(unproven);
    assert_eq!(results.overall, Overall::Undecided);
    let check = "olm".to_owned();
    assert_eq!(results.shortfalls, [Shortfall::NoTwin { check }]);
}

#[test]
fn a_case_on_a_twin_that_the_check_is_not_meant_for_does_not_count() {
    let mut matrix = run(Outcome::Pass);
    matrix
        .cases
        .push(record("olm", Some("other-flaw"), Outcome::Pass, ""));
    let results = Results::fold(matrix);
    assert_eq!(results.overall, Overall::Passed);
    assert_eq!(results.instrument.flaws.len(), 2);
    assert_eq!(results.instrument.caught(), (1, 1));
}

#[test]
fn a_declared_failure_stays_a_failure_in_the_counts() {
    let mut declared = run(Outcome::Fail);
    declared.deviations.push(deviation("2026-11-23"));
    let results = Results::fold(declared);
    assert_eq!(results.overall, Overall::PassedWithDeviations);
    assert_eq!(results.counts.fail, 1);
    assert_eq!(results.requirements[0].outcome, Outcome::Fail);
    assert_eq!(
        results.cases[0].deviation.as_deref(),
        Some("known since 1.0")
    );
}

#[test]
fn an_expired_or_malformed_expiry_excuses_nothing() {
    for expires in ["2026-11-22", "never", "9999", "+999-99-99"] {
        let mut declared = run(Outcome::Fail);
        declared.deviations.push(deviation(expires));
        assert_eq!(
            Results::fold(declared).overall,
            Overall::Failed,
            "{expires}"
        );
    }
}

#[test]
fn a_deviation_that_now_passes_is_stale_and_not_green() {
    let mut stale = run(Outcome::Pass);
    stale.deviations.push(deviation("2027-01-01"));
    let results = Results::fold(stale);
    assert_eq!(results.overall, Overall::Undecided);
    let check = "olm".to_owned();
    assert_eq!(results.shortfalls, [Shortfall::DeviationStale { check }]);
}

#[test]
fn a_deviation_excuses_failures_only() {
    for outcome in [Outcome::Error, Outcome::Inconclusive, Outcome::NotRun] {
        let mut declared = run(outcome);
        declared.deviations.push(deviation("2027-01-01"));
        assert_eq!(Results::fold(declared).overall, Overall::Undecided);
    }
}

#[test]
fn a_requirement_without_a_check_is_not_run() {
    let mut more = run(Outcome::Pass);
    let mut other = more.requirements[0].clone();
    other.id = "AVL-01".to_owned();
    more.requirements.push(other);
    let results = Results::fold(more);
    assert_eq!(results.requirements[0].id, "AVL-01");
    assert_eq!(results.requirements[0].outcome, Outcome::NotRun);
    let mut one = results.requirements[0].clone();
    assert!(one.is_uncovered());
    one.outcome = Outcome::NotApplicable;
    assert!(!one.is_uncovered());
}

#[test]
fn a_check_that_does_not_pass_on_a_benign_variant_keeps_the_run_from_passing() {
    for (outcome, overall) in [
        (Outcome::Pass, Overall::Passed),
        (Outcome::Fail, Overall::Undecided),
        (Outcome::Inconclusive, Overall::Undecided),
    ] {
        let mut run = run(Outcome::Pass);
        run.plan.variants = vec!["keys-in-halves".to_owned()];
        let mut case = run.cases[0].clone();
        case.flaw = Some("keys-in-halves".to_owned());
        case.verdict.outcome = outcome;
        run.cases.push(case);
        let results = Results::fold(run);
        assert_eq!(results.overall, overall, "{outcome:?}");
        assert_eq!(results.instrument.variants.len(), 1);
        assert!(
            results.instrument.twins().all(|flaw| flaw.caught),
            "a variant is no missed twin"
        );
    }
}

/// A statement with channels declared absent.
fn without_channels(findings: Vec<IcsFinding>) -> CheckedIcs {
    let switches = Switch::ALL.map(|switch| (switch, switch != Switch::Channels));
    CheckedIcs {
        ics: Ics {
            switches: BTreeMap::from(switches),
            limits: Limits::default(),
        },
        findings,
    }
}

/// The outcome of a requirement that needs channels, and why it does not apply.
fn of_channels(outcome: Outcome, ics: Option<CheckedIcs>) -> (Outcome, bool) {
    let mut run = run(outcome);
    run.plan.target.ics = ics;
    run.requirements[0].facets.needs = vec![Switch::Channels];
    let result = Results::fold(run).requirements.remove(0);
    (result.outcome, result.rule.is_some())
}

#[test]
fn a_requirement_about_what_is_declared_absent_does_not_apply_and_hides_no_failure() {
    let absent = || Some(without_channels(Vec::new()));
    for outcome in [Outcome::Pass, Outcome::Inconclusive, Outcome::NotRun] {
        assert_eq!(
            of_channels(outcome, absent()),
            (Outcome::NotApplicable, true)
        );
        assert_eq!(of_channels(outcome, None), (outcome, false));
    }
    assert_eq!(of_channels(Outcome::Fail, absent()), (Outcome::Fail, false));
}

#[test]
fn a_declaration_that_behaviour_contradicts_excuses_nothing_and_keeps_the_run_from_passing() {
    let finding = IcsFinding {
        switch: Switch::Channels,
        declared: false,
        seen: "the driver's verb channel.view".to_owned(),
    };
    let ics = without_channels(vec![finding.clone()]);
    assert_eq!(
        of_channels(Outcome::Pass, Some(ics.clone())),
        (Outcome::Pass, false)
    );
    let mut run = run(Outcome::Pass);
    run.plan.target.ics = Some(ics);
    let results = Results::fold(run);
    assert_eq!(results.overall, Overall::Undecided);
    assert_eq!(results.shortfalls, [Shortfall::IcsContradicted { finding }]);
}

#[test]
fn a_requirement_passes_only_if_somebody_saw_it_as_closely_as_it_demands() {
    for (demanded, outcome) in [
        (None, Outcome::Pass),
        (Some(Witness::Wire), Outcome::Pass),
        (Some(Witness::Peer), Outcome::Pass),
        (Some(Witness::Cross), Outcome::Inconclusive),
    ] {
        let mut run = run(Outcome::Pass);
        run.requirements[0].facets.witness = demanded;
        assert_eq!(Results::fold(run).requirements[0].outcome, outcome);
    }
}

#[test]
fn requirements_of_before_the_catalogue_had_facets_still_load() {
    let old = r#"{"id":"E2E-08","severity":"MUST","text_en":"t","text_de":"T","sources":[]}"#;
    let requirement: Requirement = serde_json::from_str(old).unwrap();
    assert_eq!(requirement.facets, Facets::default());
    assert_eq!(serde_json::to_string(&requirement).unwrap(), old);
}
