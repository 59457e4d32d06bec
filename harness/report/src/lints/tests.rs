//! Each lint is clear or undecided on a run with every outcome in it, and broken by the defect that it is for.

use std::collections::BTreeMap;

use harness_evidence::{
    CheckedIcs, Ics, IcsFinding, Limits, Outcome, Overall, Switch, TestKind, Witness,
};

use super::*;
use crate::fixture::{passed, results};

fn with_ics(mut results: Results) -> Results {
    results.plan.target.ics = Some(CheckedIcs {
        ics: Ics {
            switches: BTreeMap::from(Switch::ALL.map(|switch| (switch, true))),
            limits: Limits::default(),
        },
        findings: Vec::new(),
    });
    results
}

fn look(number: u8, results: &Results) -> LintState {
    let lint = lints(results)
        .into_iter()
        .find(|lint| lint.number == number);
    lint.unwrap().state
}

/// The case of a check that passed.
fn passing(results: &mut Results) -> &mut harness_evidence::CaseResult {
    let mut cases = results.cases.iter_mut();
    cases
        .find(|case| case.verdict.outcome == Outcome::Pass)
        .unwrap()
}

/// Breaks one thing and sees the lint tell it, in both languages.
#[track_caller]
fn breaks(number: u8, told: &str, defect: impl FnOnce(&mut Results)) {
    let mut results = with_ics(results("harmless"));
    let before = look(number, &results);
    assert!(
        !matches!(before, LintState::Broken(_)),
        "{number}: {before:?}"
    );
    defect(&mut results);
    let LintState::Broken(places) = look(number, &results) else {
        panic!("lint {number} did not notice: {told}");
    };
    assert!(
        places.iter().any(|place| place.en.contains(told)),
        "{places:?}"
    );
    assert!(
        places
            .iter()
            .all(|place| !place.de.is_empty() && place.de != place.en)
    );
}

#[test]
fn there_are_eighteen_in_order_and_a_good_run_breaks_none() {
    let lints = lints(&with_ics(passed()));
    let numbers: Vec<_> = lints.iter().map(|lint| lint.number).collect();
    assert_eq!(numbers, (1..=18).collect::<Vec<_>>());
    for lint in &lints {
        assert!(!matches!(lint.state, LintState::Broken(_)), "{lint:?}");
        assert!(lint.rule.de != lint.rule.en && !lint.rule.de.is_empty());
    }
    let of = |wanted: fn(&LintState) -> bool| lints.iter().filter(|one| wanted(&one.state)).count();
    assert_eq!(of(|state| matches!(state, LintState::Clear)), 9);
    assert_eq!(of(|state| matches!(state, LintState::Undecided(_))), 9);
}

#[test]
fn lint_1_an_object_without_version_digest_or_artefact() {
    let mut unmeasured = passed();
    unmeasured.plan.target.artefacts.clear();
    assert!(matches!(look(1, &unmeasured), LintState::Undecided(_)));
    breaks(1, "The digest of an artefact is none.", |r| {
        r.plan.target.artefacts[0].sha256 = "abc".to_owned();
    });
    breaks(1, "names no version", |r| {
        r.plan.target.relay = "relay".to_owned()
    });
    breaks(1, "tomorrow", |r| {
        r.plan.target.relay = "relay 2 (latest)".to_owned()
    });
    breaks(1, "digest of the manifest", |r| {
        r.plan.target.manifest.truncate(63)
    });
    breaks(1, "Only an endpoint", |r| {
        r.plan.target.binding = "B0".to_owned()
    });
    breaks(1, "named itself", |r| r.plan.target.relay.clear());
}

#[test]
fn lint_2_a_build_that_nobody_ships() {
    breaks(2, "seeded flaw", |r| r.command += " --flaw no-replay-index");
    breaks(2, "for tests", |r| {
        r.plan.target.client = "client 1.0 Debug".to_owned()
    });
}

#[test]
fn lint_3_no_command_or_manifest() {
    breaks(3, "command", |r| r.command.clear());
    breaks(3, "manifest", |r| r.plan.target.manifest.clear());
}

#[test]
fn lint_4_a_statement_that_is_missing_incomplete_or_contradicted() {
    breaks(4, "no vendor's statement", |r| r.plan.target.ics = None);
    breaks(4, "groups: not declared", |r| {
        let ics = r.plan.target.ics.as_mut().unwrap();
        ics.ics.switches.remove(&Switch::Groups);
    });
    breaks(4, "push: behaviour contradicts", |r| {
        let ics = r.plan.target.ics.as_mut().unwrap();
        ics.findings.push(IcsFinding {
            switch: Switch::Push,
            declared: false,
            seen: "a pusher was set".to_owned(),
        });
    });
}

#[test]
fn lint_5_a_tool_without_version_or_output() {
    breaks(5, "version", |r| r.tool.version.clear());
    breaks(5, "rules of judgement", |r| r.tool.judge = 0);
    breaks(5, "without a transcript", |r| passing(r).transcript.clear());
}

#[test]
fn lint_6_a_verdict_without_step_witness_or_reason() {
    let of = |r: &mut Results, outcome| -> usize {
        r.cases
            .iter()
            .position(|case| case.verdict.outcome == outcome)
            .unwrap()
    };
    breaks(6, "without a step", |r| {
        let n = of(r, Outcome::Pass);
        r.cases[n].verdict.judgements.clear();
    });
    breaks(6, "without a witness", |r| {
        let n = of(r, Outcome::Pass);
        r.cases[n].verdict.witness = None;
    });
    breaks(6, "without a reason", |r| {
        let n = of(r, Outcome::Fail);
        r.cases[n].verdict.reason = " ".to_owned();
    });
    // A pass made of a check that did not run.
    breaks(6, "without a step", |r| {
        let n = of(r, Outcome::NotRun);
        r.cases[n].verdict.outcome = Outcome::Pass;
        r.cases[n].verdict.witness = Some(Witness::Wire);
    });
}

#[test]
fn lint_7_what_does_not_apply_without_an_argument() {
    breaks(7, "att-01-hash: not applicable", |r| {
        let case = r.cases.iter_mut().find(|case| case.check == "att-01-hash");
        case.unwrap().verdict.detail.clear();
    });
    breaks(7, "E2E-08: not applicable", |r| {
        let one = r.requirements.iter_mut().find(|one| one.id == "E2E-08");
        one.unwrap().outcome = Outcome::NotApplicable;
    });
    breaks(7, "a deviation without", |r| r.deviations[0].reason.clear());
}

#[test]
fn lint_8_a_run_that_cannot_be_repeated() {
    breaks(8, "command", |r| r.command = "  ".to_owned());
    breaks(8, "not a time", |r| r.opened = "yesterday".to_owned());
    breaks(8, "not a time", |r| {
        r.closed = Some("2026-11-23T03:00:41+01:00".to_owned())
    });
}

#[test]
fn lint_9_a_requirement_without_a_marked_source() {
    breaks(9, "no source", |r| r.requirements[0].sources.clear());
    breaks(9, "mark of certainty", |r| {
        r.requirements[0].sources.push("TR-0 1.2".to_owned())
    });
}

#[test]
fn lint_10_a_transcript_that_could_be_changed() {
    breaks(10, "without its digest", |r| passing(r).sha256.truncate(40));
    breaks(10, "without its digest", |r| {
        r.instrument.flaws[0].sha256 = "x".repeat(64)
    });
}

#[test]
fn lint_11_coverage_that_is_only_claimed() {
    let uncovered = |r: &mut Results| {
        r.requirements
            .iter()
            .position(|one| one.checks.is_empty())
            .unwrap()
    };
    breaks(11, "a verdict without a check", |r| {
        let n = uncovered(r);
        r.requirements[n].outcome = Outcome::Pass;
    });
    breaks(11, "stated gap", |r| {
        let n = uncovered(r);
        r.requirements[n].facets.group = "AVL".to_owned();
        r.requirements[n].facets.gap = None;
    });
    breaks(11, "depth", |r| {
        let one = r
            .requirements
            .iter_mut()
            .find(|one| !one.checks.is_empty())
            .unwrap();
        one.facets.group = "E2E".to_owned();
        one.facets.depth = None;
        one.sources.push("TR-03161-1 O.Data_1 [V]".to_owned());
    });
}

#[test]
fn lint_12_a_failure_without_its_report() {
    breaks(12, "failed, without", |r| {
        let case = r
            .cases
            .iter_mut()
            .find(|case| case.verdict.outcome == Outcome::Fail);
        case.unwrap().verdict.reason.clear();
    });
    breaks(12, "failed, without", |r| r.plan.checks.clear());
}

#[test]
fn lint_13_a_period_without_an_end() {
    breaks(13, "no end", |r| r.closed = None);
}

#[test]
fn lint_14_an_address_of_a_person() {
    breaks(14, "ada@firma.de", |r| {
        r.cases[0].verdict.detail = "from <ada@firma.de>.".to_owned()
    });
    let mut results = with_ics(results("harmless"));
    results.cases[0].verdict.detail =
        "ada@example.org @bob:localhost eve@mail.example.com x@y.test a@b".to_owned();
    assert!(!matches!(look(14, &results), LintState::Broken(_)));
}

#[test]
fn lint_15_an_object_that_is_many() {
    breaks(15, "more than one", |r| {
        r.plan.target.name = "Messenger, alle Versionen".to_owned()
    });
    breaks(15, "more than one", |r| {
        r.plan.target.relay = "relay 1.*".to_owned()
    });
}

#[test]
fn lint_16_numbers_and_verdicts_made_by_hand() {
    breaks(16, "count", |r| r.counts.pass += 1);
    breaks(16, "overall", |r| r.overall = Overall::Passed);
    breaks(16, "requirement", |r| {
        r.requirements[0].outcome = Outcome::Pass
    });
    breaks(16, "complete", |r| r.complete = !r.complete);
    breaks(16, "reasons", |r| drop(r.shortfalls.pop()));
    breaks(16, "count", |r| {
        let case = r
            .cases
            .iter_mut()
            .find(|case| case.verdict.outcome == Outcome::Fail);
        case.unwrap().verdict.outcome = Outcome::Pass;
    });
}

#[test]
fn lints_17_and_18_figures_that_nobody_states() {
    breaks(17, "speaks of fuzzing", |r| {
        r.plan.checks[0].purpose = "Fuzzing finds no crash.".to_owned()
    });
    breaks(18, "speaks of a benchmark", |r| {
        r.plan.checks[0].id = "relay-throughput".to_owned()
    });
    let mut results = passed();
    results.requirements[0].facets.test = vec![TestKind::Fuzz, TestKind::Load];
    for number in [17, 18] {
        assert!(
            matches!(look(number, &results), LintState::Undecided(_)),
            "{number}"
        );
    }
}
