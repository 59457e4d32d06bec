use serde_json::{Value, json};

use super::judge;
use crate::{Claim, Entry, Expectation, Fault, Outcome, Role, Transcript, Verdict, Witness};

/// How the observation of a step stands to its claim.
#[derive(Clone, Copy)]
enum Seen {
    Right,
    Wrong,
    Nothing,
}

struct Case(Transcript);

impl Case {
    fn new() -> Self {
        Self(Transcript::default())
    }

    fn expect(self, role: Role, seen: Seen) -> Self {
        self.expect_by(role, seen, Witness::Wire)
    }

    fn expect_by(mut self, role: Role, seen: Seen, witness: Witness) -> Self {
        let value = match seen {
            Seen::Right => json!({"ok": true}),
            Seen::Wrong => json!({"ok": false}),
            Seen::Nothing => Value::Null,
        };
        let n = self.0.push(Entry::Observation {
            what: "the outcome".to_owned(),
            witness,
            value,
        });
        self.claim(role, vec![n])
    }

    fn claim(mut self, role: Role, about: Vec<usize>) -> Self {
        self.0.push(Entry::Expectation(Expectation {
            code: format!("{role:?}-broken").to_lowercase(),
            role,
            about,
            claim: Claim::Is {
                pointer: "/ok".to_owned(),
                value: json!(true),
            },
        }));
        self
    }

    fn stop(mut self, fault: Fault) -> Self {
        self.0.push(Entry::Stopped {
            fault,
            reason: "it ended".to_owned(),
        });
        self
    }

    fn judge(&self) -> Verdict {
        judge(&self.0, Witness::Wire)
    }

    fn verdict(&self) -> (Outcome, String) {
        let verdict = self.judge();
        (verdict.outcome, verdict.reason)
    }
}

fn word(outcome: Outcome, reason: &str) -> (Outcome, String) {
    (outcome, reason.to_owned())
}

#[test]
fn a_case_with_control_attack_application_twin_and_state_passes() {
    let case = Case::new()
        .expect(Role::Control, Seen::Right)
        .expect(Role::Applied, Seen::Right)
        .expect(Role::Attack, Seen::Right)
        .expect(Role::Twin, Seen::Right)
        .expect(Role::State, Seen::Right);
    let verdict = case.judge();
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert_eq!(verdict.reason, "");
    assert_eq!(verdict.witness, Some(Witness::Wire));
    assert!(verdict.judgements.iter().all(|one| one.held == Some(true)));
}

#[test]
fn an_empty_case_is_inconclusive() {
    assert_eq!(
        Case::new().verdict(),
        word(Outcome::Inconclusive, "nothing-expected")
    );
}

#[test]
fn a_case_without_attack_or_control_is_inconclusive() {
    assert_eq!(
        Case::new().expect(Role::Control, Seen::Right).verdict(),
        word(Outcome::Inconclusive, "nothing-expected")
    );
    assert_eq!(
        Case::new().expect(Role::Attack, Seen::Right).verdict(),
        word(Outcome::Inconclusive, "no-control")
    );
    let refuses_all = Case::new()
        .expect(Role::Control, Seen::Right)
        .expect(Role::Attack, Seen::Right);
    assert_eq!(
        refuses_all.verdict(),
        word(Outcome::Inconclusive, "no-honest-step-after")
    );
}

#[test]
fn a_broken_step_before_the_attack_takes_the_blame() {
    for (role, code) in [
        (Role::Control, "control-broken"),
        (Role::Applied, "applied-broken"),
        (Role::Twin, "twin-broken"),
    ] {
        for seen in [Seen::Wrong, Seen::Nothing] {
            let case = Case::new()
                .expect(role, seen)
                .expect(Role::Attack, Seen::Wrong);
            assert_eq!(case.verdict(), word(Outcome::Inconclusive, code));
        }
    }
}

#[test]
fn a_violated_attack_fails_whatever_comes_after() {
    let failed = Case::new()
        .expect(Role::Control, Seen::Right)
        .expect(Role::Attack, Seen::Wrong)
        .expect(Role::Twin, Seen::Wrong)
        .stop(Fault::Driver);
    let verdict = failed.judge();
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(verdict.reason, "attack-broken");
    assert_eq!(verdict.role, Some(Role::Attack));
    assert_eq!(verdict.detail, "/ok: false");
}

#[test]
fn an_undecided_attack_does_not_hide_damaged_state() {
    let case = Case::new()
        .expect(Role::Control, Seen::Right)
        .expect(Role::Attack, Seen::Nothing)
        .expect(Role::State, Seen::Wrong);
    assert_eq!(case.verdict(), word(Outcome::Fail, "state-broken"));
}

#[test]
fn an_attack_that_was_not_applied_is_inconclusive() {
    let case = Case::new()
        .expect(Role::Control, Seen::Right)
        .expect(Role::Attack, Seen::Right)
        .expect(Role::Applied, Seen::Wrong);
    assert_eq!(
        case.verdict(),
        word(Outcome::Inconclusive, "applied-broken")
    );
}

#[test]
fn a_stopped_case_names_whose_fault_it_is() {
    for (fault, outcome, code) in [
        (Fault::Harness, Outcome::Error, "harness-fault"),
        (Fault::Driver, Outcome::Error, "driver-fault"),
        (Fault::Environment, Outcome::Error, "environment-fault"),
        (Fault::Target, Outcome::Inconclusive, "honest-step-refused"),
    ] {
        let complete = Case::new()
            .expect(Role::Control, Seen::Right)
            .expect(Role::Attack, Seen::Right)
            .stop(fault);
        assert_eq!(complete.verdict(), word(outcome, code));
        let undecided = Case::new().expect(Role::Control, Seen::Nothing).stop(fault);
        assert_eq!(undecided.verdict(), word(outcome, code));
    }
}

#[test]
fn a_witness_that_is_too_weak_is_inconclusive() {
    let case = Case::new()
        .expect(Role::Control, Seen::Right)
        .expect_by(Role::Attack, Seen::Right, Witness::Peer)
        .expect_by(Role::Attack, Seen::Right, Witness::Driver)
        .expect(Role::State, Seen::Right);
    assert_eq!(
        case.verdict(),
        word(Outcome::Inconclusive, "witness-too-weak")
    );
}

#[test]
fn the_witness_of_what_comes_after_an_attack_does_not_count() {
    let case = Case::new()
        .expect(Role::Control, Seen::Right)
        .expect_by(Role::Attack, Seen::Right, Witness::Peer)
        .expect_by(Role::State, Seen::Right, Witness::Driver);
    assert_eq!(case.judge().witness, Some(Witness::Peer));
    assert_eq!(case.judge().outcome, Outcome::Pass);
}

#[test]
fn an_expectation_about_nothing_or_the_future_is_undecided() {
    for about in [vec![], vec![2], vec![99]] {
        let case = Case::new()
            .expect(Role::Control, Seen::Right)
            .claim(Role::Attack, about)
            .expect(Role::State, Seen::Right);
        assert_eq!(case.verdict(), word(Outcome::Inconclusive, "attack-broken"));
        assert_eq!(case.judge().judgements[1].held, None);
    }
}

/// Every sequence of up to four steps over all roles and findings.
#[test]
fn a_pass_needs_every_step_right() {
    let roles = [
        Role::Control,
        Role::Applied,
        Role::Attack,
        Role::Twin,
        Role::State,
    ];
    let steps: Vec<_> = roles
        .into_iter()
        .flat_map(|role| [Seen::Right, Seen::Wrong, Seen::Nothing].map(|seen| (role, seen)))
        .collect();
    let mut sequences: Vec<Vec<(Role, Seen)>> = vec![vec![]];
    for _ in 0..4 {
        let longer = sequences.iter().flat_map(|sequence| {
            let step = |step: &(Role, Seen)| [sequence.as_slice(), &[*step]].concat();
            steps.iter().map(step)
        });
        let longer: Vec<_> = longer.collect();
        for sequence in &longer {
            let case = sequence
                .iter()
                .fold(Case::new(), |case, (role, seen)| case.expect(*role, *seen));
            let right = sequence.iter().all(|(_, seen)| matches!(seen, Seen::Right));
            let has = |wanted| sequence.iter().any(|(role, _)| *role == wanted);
            let honest_step = has(Role::Twin) || has(Role::State);
            let wanted = right && has(Role::Control) && has(Role::Attack) && honest_step;
            assert_eq!(case.judge().outcome == Outcome::Pass, wanted);
        }
        sequences = longer;
    }
}
