//! Everything that a report says about one failed check.

use harness_evidence::{CaseResult, Entry, Finding, Outcome, PlannedCheck, Transcript};

use super::Mark;
use super::excerpt::{Line, claim_text, decisive, finding, lines};
use super::sequence::Sequence;
use crate::facts::Facts;

pub(super) struct Failure<'a> {
    pub(super) case: &'a CaseResult,
    pub(super) check: Option<&'a PlannedCheck>,
    pub(super) mark: Mark,
    pub(super) steps: Vec<Step>,
    pub(super) excerpt: Vec<Line>,
    pub(super) sequence: Option<Sequence>,
    pub(super) replay: String,
    pub(super) twins: String,
}

/// One expectation with its result.
pub(super) struct Step {
    pub(super) number: usize,
    pub(super) role: &'static str,
    pub(super) code: String,
    pub(super) claim: String,
    pub(super) seen: String,
    pub(super) mark: Mark,
}

impl<'a> Failure<'a> {
    pub(super) fn new(
        facts: Facts<'a>,
        case: &'a CaseResult,
        transcript: Option<Transcript>,
    ) -> Self {
        let transcript = transcript.unwrap_or_default();
        let numbers = decisive(&transcript, &case.verdict);
        let (caught, twins) = facts.results.instrument.caught_by(&case.check);
        Self {
            case,
            check: facts.check(&case.check),
            mark: Mark::of(Outcome::Fail, facts.words),
            steps: steps(facts, case, &transcript),
            excerpt: lines(&transcript, &numbers),
            sequence: Sequence::of(&transcript, &numbers),
            replay: facts.replay(&case.check),
            twins: format!("{caught}/{twins}"),
        }
    }
}

fn steps(facts: Facts<'_>, case: &CaseResult, transcript: &Transcript) -> Vec<Step> {
    let labels = &facts.words.labels;
    let judgements = case.verdict.judgements.iter();
    judgements
        .filter_map(|judgement| {
            let Some(Entry::Expectation(expectation)) =
                transcript.entries.get(judgement.expectation)
            else {
                return None;
            };
            let (outcome, word) = match finding(judgement.held, &judgement.seen) {
                Finding::Held(_) => (Outcome::Pass, labels.held),
                Finding::Violated(_) => (Outcome::Fail, labels.violated),
                Finding::Undecided(_) => (Outcome::Inconclusive, labels.undecided),
            };
            let mark = Mark {
                word,
                ..Mark::of(outcome, facts.words)
            };
            Some(Step {
                number: judgement.expectation,
                role: facts.words.role(expectation.role),
                code: expectation.code.clone(),
                claim: claim_text(&expectation.claim),
                seen: judgement.seen.clone(),
                mark,
            })
        })
        .collect()
}
