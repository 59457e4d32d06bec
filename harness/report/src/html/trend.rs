//! A run against earlier ones: only where the same was asked in the same way.

use std::collections::BTreeMap;

use harness_evidence::Results;

use super::bar::Bar;
use crate::{diff::Kind, facts::Facts, words::fill};

pub(super) struct Trend<'a> {
    /// The earlier runs, oldest first, then this one; empty without earlier ones.
    pub(super) runs: Vec<Run>,
    /// What the changes are against.
    pub(super) against: String,
    pub(super) changes: Vec<Change<'a>>,
}

pub(super) struct Run {
    pub(super) name: String,
    pub(super) moment: String,
    pub(super) heading: &'static str,
    pub(super) bar: Bar,
    /// Whether it can be compared with this run; otherwise there is a break in the line.
    pub(super) is_comparable: bool,
}

/// A check whose outcome is another one, or is still a failure.
pub(super) struct Change<'a> {
    pub(super) check: &'a str,
    pub(super) kind: Kind,
    pub(super) word: &'static str,
}

impl Kind {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Lost => "open",
            Self::New | Self::Still => "fail",
            Self::Fixed => "pass",
        }
    }
}

impl<'a> Trend<'a> {
    pub(super) fn of(facts: Facts<'a>, earlier: &[Results]) -> Self {
        let now = facts.results;
        let mut before: Vec<_> = earlier.iter().collect();
        before.sort_by(|one, other| {
            (&one.opened, &one.plan.run).cmp(&(&other.opened, &other.plan.run))
        });
        let latest = before.iter().rev().find(|one| asks_the_same(one, now));
        let words = &facts.words.trend;
        let against = latest.map_or_else(
            || words.nothing_comparable.to_owned(),
            |latest| fill(words.against, &[("run", &latest.plan.run)]),
        );
        let changes = latest.map_or_else(Vec::new, |latest| changes(facts, latest));
        let all = before.iter().copied().chain([now]);
        let runs = all.map(|one| run(facts, one)).collect();
        Self {
            runs: if before.is_empty() { Vec::new() } else { runs },
            against,
            changes,
        }
    }
}

fn run(facts: Facts<'_>, results: &Results) -> Run {
    let [heading, _] = facts.words.overall(results.overall);
    Run {
        name: results.plan.run.clone(),
        moment: facts.words.moment(&results.opened),
        heading,
        bar: Bar::of_counts(&results.plan.run, results.counts, facts.words),
        is_comparable: asks_the_same(results, facts.results),
    }
}

/// Whether two runs had the same object, checks, selection and rules of judgement; seeds and variants may differ.
fn asks_the_same(one: &Results, other: &Results) -> bool {
    let question = |results: &Results| -> Vec<_> {
        let checks = results.plan.checks.iter();
        checks
            .map(|check| (check.id.clone(), check.version, check.applicability.clone()))
            .collect()
    };
    one.plan.target.name == other.plan.target.name
        && one.tool.judge == other.tool.judge
        && question(one) == question(other)
}

fn changes<'a>(facts: Facts<'a>, before: &Results) -> Vec<Change<'a>> {
    let cases = before.cases.iter();
    let before: BTreeMap<_, _> = cases
        .map(|case| (case.check.as_str(), case.verdict.outcome))
        .collect();
    let words = &facts.words.trend;
    let mut changes: Vec<_> = facts
        .results
        .cases
        .iter()
        .filter_map(|case| {
            let before = *before.get(case.check.as_str())?;
            let kind = Kind::of(before, case.verdict.outcome)?;
            Some(Change {
                check: &case.check,
                kind,
                word: match kind {
                    Kind::Lost => words.lost,
                    Kind::New => words.new,
                    Kind::Still => words.still,
                    Kind::Fixed => words.fixed,
                },
            })
        })
        .collect();
    changes.sort_by_key(|change| (change.kind, change.check));
    changes
}
