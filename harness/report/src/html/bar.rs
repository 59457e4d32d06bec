//! How many of something have which outcome, as a bar with the same figures in words.

use harness_evidence::{Counts, Outcome, RequirementResult};

use super::mark::Mark;
use crate::words::Words;

/// The length of a whole bar in the drawing's units.
const LENGTH: usize = 1000;

/// The order of the stretches.
const ORDER: [Outcome; 6] = [
    Outcome::Pass,
    Outcome::Fail,
    Outcome::Inconclusive,
    Outcome::Error,
    Outcome::NotRun,
    Outcome::NotApplicable,
];

pub(super) struct Bar {
    pub(super) label: String,
    pub(super) total: usize,
    pub(super) parts: Vec<Part>,
}

/// A stretch of a bar.
pub(super) struct Part {
    pub(super) from: usize,
    pub(super) length: usize,
    pub(super) count: usize,
    pub(super) mark: Mark,
}

impl Bar {
    /// Of requirements: those without a check apart.
    pub(super) fn of_requirements(
        label: impl Into<String>,
        requirements: &[&RequirementResult],
        words: &'static Words,
    ) -> Self {
        let (uncovered, covered): (Vec<_>, Vec<_>) = requirements
            .iter()
            .copied()
            .partition(|one| one.is_uncovered());
        let counts = Counts::of(
            covered
                .into_iter()
                .map(|one: &RequirementResult| one.outcome),
        );
        Self::new(label.into(), counts, uncovered.len(), words)
    }

    /// Of the cases of a run.
    pub(super) fn of_counts(
        label: impl Into<String>,
        counts: Counts,
        words: &'static Words,
    ) -> Self {
        Self::new(label.into(), counts, 0, words)
    }

    fn new(label: String, counts: Counts, uncovered: usize, words: &'static Words) -> Self {
        let total = counts.total() + uncovered;
        let found = ORDER.map(|outcome| (counts.count(outcome), Mark::of(outcome, words)));
        let found = found
            .into_iter()
            .chain([(uncovered, Mark::uncovered(words))]);
        let mut before = 0;
        let parts = found.filter(|(count, _)| *count > 0).map(|(count, mark)| {
            let from = before * LENGTH / total;
            before += count;
            Part {
                from,
                length: before * LENGTH / total - from,
                count,
                mark,
            }
        });
        Self {
            label,
            total,
            parts: parts.collect(),
        }
    }

    /// The figures in words.
    pub(super) fn summary(&self) -> String {
        let parts: Vec<_> = self
            .parts
            .iter()
            .map(|part| format!("{} {}", part.count, part.mark.word))
            .collect();
        format!("{}: {}", self.label, parts.join(", "))
    }
}
