//! The judge: a pure function from a transcript to a verdict.

use serde_json::Value;

use crate::{
    Entry, Expectation, Fault, Finding, Judgement, Outcome, Role, Transcript, Verdict, Witness,
};

/// The version of the rules below; raised whenever the same transcript could get another verdict.
pub const JUDGE_VERSION: u32 = 1;

/// Folds the expectations of a transcript into a verdict. `minimum` is the weakest witness that the check accepts.
///
/// In this order:
/// 1. A violated attack or state expectation is a failure, unless a control, application or twin before it did not hold.
/// 2. A stopped case is an error, or inconclusive if the product refused an honest step.
/// 3. Any other expectation that did not hold makes it inconclusive; so does a case without a control, an attack,
///    or an honest step beside or after it, and a witness of an attack that is too weak.
/// 4. What is left is a pass.
#[must_use]
pub fn judge(transcript: &Transcript, minimum: Witness) -> Verdict {
    let judged: Vec<_> = transcript
        .expectations()
        .map(|(n, expectation)| Judged::new(transcript, n, expectation))
        .collect();
    let witness = judged
        .iter()
        .filter(|judged| judged.expectation.role == Role::Attack)
        .filter_map(|judged| judged.witness)
        .min();
    let judgements = judged.iter().map(Judged::record).collect();
    let decision = decide(transcript, &judged, witness, minimum);
    Verdict {
        outcome: decision.outcome,
        reason: decision.reason,
        role: decision.role,
        detail: decision.detail,
        witness,
        judgements,
    }
}

struct Decision {
    outcome: Outcome,
    reason: String,
    role: Option<Role>,
    detail: String,
}

impl Decision {
    fn coded(outcome: Outcome, reason: &str, detail: &str) -> Self {
        Self {
            outcome,
            reason: reason.to_owned(),
            role: None,
            detail: detail.to_owned(),
        }
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
                // an expectation is about what was observed before it
                Some(Entry::Observation { value, witness, .. }) if *n < number => {
                    Some((value, *witness))
                }
                Some(
                    Entry::Call { .. }
                    | Entry::Exchange(_)
                    | Entry::Observation { .. }
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

    fn held(&self) -> bool {
        matches!(self.finding, Finding::Held(_))
    }

    fn fails(&self) -> bool {
        self.is_decisive() && matches!(self.finding, Finding::Violated(_))
    }

    fn seen(&self) -> &str {
        self.finding.seen()
    }

    fn decision(&self, outcome: Outcome) -> Decision {
        Decision {
            outcome,
            reason: self.expectation.code.clone(),
            role: Some(self.expectation.role),
            detail: self.seen().to_owned(),
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
) -> Decision {
    // What is broken before the attack cannot be blamed on it.
    let failure = judged
        .iter()
        .take_while(|judged| judged.held() || judged.is_decisive())
        .find(|judged| judged.fails());
    if let Some(judged) = failure {
        return judged.decision(Outcome::Fail);
    }
    if let Some(decision) = transcript.entries.iter().find_map(stopped) {
        return decision;
    }
    if let Some(judged) = judged.iter().find(|judged| !judged.held()) {
        return judged.decision(Outcome::Inconclusive);
    }
    let has = |role| judged.iter().any(|judged| judged.expectation.role == role);
    let missing = if !has(Role::Attack) {
        Some("nothing-expected")
    } else if !has(Role::Control) {
        Some("no-control")
    } else if !has(Role::State) && !has(Role::Twin) {
        // A product that refuses everything after an attack has not passed it.
        Some("no-honest-step-after")
    } else if witness.is_none_or(|witness| witness < minimum) {
        Some("witness-too-weak")
    } else {
        None
    };
    match missing {
        Some(code) => Decision::coded(Outcome::Inconclusive, code, ""),
        None => Decision::coded(Outcome::Pass, "", ""),
    }
}

fn stopped(entry: &Entry) -> Option<Decision> {
    let Entry::Stopped { fault, reason } = entry else {
        return None;
    };
    let (outcome, code) = match fault {
        Fault::Harness => (Outcome::Error, "harness-fault"),
        Fault::Driver => (Outcome::Error, "driver-fault"),
        Fault::Environment => (Outcome::Error, "environment-fault"),
        Fault::Target => (Outcome::Inconclusive, "honest-step-refused"),
    };
    Some(Decision::coded(outcome, code, reason))
}

#[cfg(test)]
mod tests;
