//! Everything that a report says about one failed check.

use harness_evidence::{CaseResult, Entry, Finding, Outcome, PlannedCheck, Transcript};
use serde::Serialize;

use super::excerpt::{Line, claim_text, decisive, finding, lines};
use super::mark::Mark;
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
    /// Whether sequence and excerpt are shown.
    pub(super) is_detailed: bool,
}

/// One expectation with its result.
#[derive(Serialize)]
pub(super) struct Step {
    pub(super) number: usize,
    pub(super) role: &'static str,
    pub(super) code: String,
    pub(super) claim: String,
    pub(super) seen: String,
    pub(super) mark: Mark,
}

impl<'a> Failure<'a> {
    /// `is_detailed`: with sequence and excerpt.
    pub(super) fn new(
        facts: Facts<'a>,
        case: &'a CaseResult,
        transcript: &Transcript,
        is_detailed: bool,
    ) -> Self {
        let numbers = decisive(transcript, &case.verdict);
        let (caught, twins) = facts.results.instrument.caught_by(&case.check);
        Self {
            case,
            check: facts.check(&case.check),
            mark: Mark::of(Outcome::Fail, facts.words),
            steps: steps(facts, case, transcript),
            excerpt: lines(transcript, &numbers),
            sequence: Sequence::of(transcript, &numbers),
            replay: facts.replay(&case.check),
            twins: format!("{caught}/{twins}"),
            is_detailed,
        }
    }

    /// Whether the excerpt shows an entry, so that its anchor stands there.
    pub(super) fn shows(&self, number: usize) -> bool {
        self.excerpt.iter().any(|line| line.number == number)
    }

    /// Whether the page has an anchor for an entry.
    pub(super) fn has_anchor(&self, number: usize) -> bool {
        let drawn = self.sequence.iter().flat_map(|sequence| &sequence.rows);
        let mut drawn = drawn.map(|row| row.number);
        self.shows(number) || drawn.any(|one| one == number)
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
