//! The judge: a pure function from a transcript to a verdict.

use serde_json::Value;

use crate::{
    Entry, Expectation, Fault, Finding, Judgement, Outcome, Role, Transcript, Verdict, Witness,
};

/// The version of the rules below; raised whenever the same transcript could get another verdict.
pub const JUDGE_VERSION: u32 = 1;

/// Folds the expectations of a transcript into a verdict. `minimum` is the weakest witness that the check accepts.
///
/// In this order: a violated attack or state expectation is a failure, unless a control that came before it did not
/// hold; a stopped case is an error (or inconclusive, if the product refused an honest step); anything else that did not hold, an attack that was not
/// applied, a witness that is too weak, and a case that expected nothing are inconclusive. What is left is a pass.
#[must_use]
pub fn judge(transcript: &Transcript, minimum: Witness) -> Verdict {
    let judged: Vec<_> = transcript
        .expectations()
        .map(|(n, expectation)| Judged::new(transcript, n, expectation))
        .collect();
    let witness = judged
        .iter()
        .filter(|judged| judged.is_decisive())
        .filter_map(|judged| judged.witness)
        .min();
    let judgements = judged.iter().map(Judged::record).collect();
    let (outcome, reason, role, detail) = decide(transcript, &judged, witness, minimum);
    Verdict {
        outcome,
        reason,
        role,
        detail,
        witness,
        judgements,
    }
}

struct Judged<'a> {
    number: usize,
    expectation: &'a Expectation,
    finding: Finding,
    witness: Option<Witness>,
}

impl<'a> Judged<'a> {
    fn new(transcript: &'a Transcript, number: usize, expectation: &'a Expectation) -> Self {
        let observations: Vec<(&Value, Witness)> = expectation
            .about
            .iter()
            .filter_map(|n| match transcript.entries.get(*n) {
                Some(Entry::Observation { value, witness, .. }) => Some((value, *witness)),
                Some(
                    Entry::Call { .. }
                    | Entry::Exchange(_)
                    | Entry::Expectation(_)
                    | Entry::Stopped { .. },
                )
                | None => None,
            })
            .collect();
        let values: Vec<_> = observations.iter().map(|(value, _)| *value).collect();
        let finding = if values.len() == expectation.about.len() {
            expectation
                .claim
                .evaluate(&values, |rule| transcript.firings(rule))
        } else {
            Finding::Undecided("an observation is missing".to_owned())
        };
        Self {
            number,
            expectation,
            finding,
            witness: observations.iter().map(|(_, witness)| *witness).min(),
        }
    }

    fn is_decisive(&self) -> bool {
        matches!(self.expectation.role, Role::Attack | Role::State)
    }

    fn seen(&self) -> &str {
        match &self.finding {
            Finding::Held(seen) | Finding::Violated(seen) | Finding::Undecided(seen) => seen,
        }
    }

    fn record(&self) -> Judgement {
        let held = match &self.finding {
            Finding::Held(_) => Some(true),
            Finding::Violated(_) => Some(false),
            Finding::Undecided(_) => None,
        };
        Judgement {
            expectation: self.number,
            held,
            seen: self.seen().to_owned(),
        }
    }
}

fn decide(
    transcript: &Transcript,
    judged: &[Judged<'_>],
    witness: Option<Witness>,
    minimum: Witness,
) -> (Outcome, String, Option<Role>, String) {
    let unmet = judged
        .iter()
        .find(|judged| !matches!(judged.finding, Finding::Held(_)));
    let stopped = transcript.entries.iter().find_map(|entry| match entry {
        Entry::Stopped { fault, reason } => Some((*fault, reason.clone())),
        Entry::Call { .. }
        | Entry::Exchange(_)
        | Entry::Observation { .. }
        | Entry::Expectation(_) => None,
    });
    if let Some(judged) = unmet {
        let failed = judged.is_decisive() && matches!(judged.finding, Finding::Violated(_));
        if failed || stopped.is_none() {
            let outcome = if failed {
                Outcome::Fail
            } else {
                Outcome::Inconclusive
            };
            return (
                outcome,
                judged.expectation.code.clone(),
                Some(judged.expectation.role),
                judged.seen().to_owned(),
            );
        }
    }
    if let Some((fault, reason)) = stopped {
        let outcome = if fault == Fault::Target {
            Outcome::Inconclusive
        } else {
            Outcome::Error
        };
        let code = match fault {
            Fault::Harness => "harness-fault",
            Fault::Driver => "driver-fault",
            Fault::Environment => "environment-fault",
            Fault::Target => "honest-step-refused",
        };
        return (outcome, code.to_owned(), None, reason);
    }
    let has = |role| judged.iter().any(|judged| judged.expectation.role == role);
    let missing = if !has(Role::Attack) {
        Some("nothing-expected")
    } else if !has(Role::Control) {
        Some("no-control")
    } else if witness.is_none_or(|witness| witness < minimum) {
        Some("witness-too-weak")
    } else {
        None
    };
    match missing {
        Some(code) => (Outcome::Inconclusive, code.to_owned(), None, String::new()),
        None => (Outcome::Pass, String::new(), None, String::new()),
    }
}
