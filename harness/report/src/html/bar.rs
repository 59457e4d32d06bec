//! How many requirements of one level have which outcome, as a bar with the same figures in words.

use harness_evidence::{Outcome, RequirementResult, Severity};

use super::Mark;
use crate::words::Words;

/// The length of a whole bar in the drawing's units.
const LENGTH: usize = 1000;

pub(super) struct Bar {
    pub(super) level: &'static str,
    pub(super) total: usize,
    pub(super) parts: Vec<Part>,
}

/// A stretch of a bar.
pub(super) struct Part {
    pub(super) from: usize,
    pub(super) length: usize,
    pub(super) count: usize,
    pub(super) symbol: &'static str,
    pub(super) word: &'static str,
    pub(super) class: &'static str,
}

impl Bar {
    pub(super) fn new(
        requirements: &[&RequirementResult],
        severity: Severity,
        words: &'static Words,
    ) -> Self {
        let total = requirements.len();
        let covered = |outcome: Outcome| {
            let same = |one: &&&RequirementResult| one.outcome == outcome && !one.checks.is_empty();
            requirements.iter().filter(same).count()
        };
        let mut found: Vec<_> = [
            Outcome::Pass,
            Outcome::Fail,
            Outcome::Inconclusive,
            Outcome::Error,
            Outcome::NotRun,
            Outcome::NotApplicable,
        ]
        .into_iter()
        .map(|outcome| (covered(outcome), Mark::of(outcome, words)))
        .collect();
        let uncovered = requirements.iter().filter(|one| one.checks.is_empty());
        let mark = Mark {
            symbol: "▨",
            word: words.labels.uncovered,
            class: "none",
        };
        found.push((uncovered.count(), mark));
        let mut before = 0;
        let parts = found.into_iter().filter(|(count, _)| *count > 0);
        let parts = parts.map(|(count, mark)| {
            let from = before * LENGTH / total;
            before += count;
            Part {
                from,
                length: before * LENGTH / total - from,
                count,
                symbol: mark.symbol,
                word: mark.word,
                class: mark.class,
            }
        });
        Self {
            level: words.severity(severity),
            total,
            parts: parts.collect(),
        }
    }

    /// The figures in words.
    pub(super) fn summary(&self) -> String {
        let parts: Vec<_> = self
            .parts
            .iter()
            .map(|part| format!("{} {}", part.count, part.word))
            .collect();
        format!("{}: {}", self.level, parts.join(", "))
    }
}
