//! Which requirements were looked at, and how deeply.

use std::collections::BTreeMap;

use harness_evidence::{Outcome, RequirementResult, Results, Severity, Witness};

use super::{bar::Bar, mark::Mark};
use crate::{facts::Facts, words::Words};

/// A bar for each level of bindingness.
pub(super) fn by_level(results: &Results, words: &'static Words) -> Vec<Bar> {
    [Severity::Must, Severity::Should, Severity::May]
        .into_iter()
        .filter_map(|severity| {
            let of = |one: &&RequirementResult| one.severity == severity;
            let requirements: Vec<_> = results.requirements.iter().filter(of).collect();
            let label = words.severity(severity);
            (!requirements.is_empty()).then(|| Bar::of_requirements(label, &requirements, words))
        })
        .collect()
}

/// A bar for each group of the catalogue: what stands before the number in an id.
pub(super) fn by_group(results: &Results, words: &'static Words) -> Vec<Bar> {
    let mut groups: BTreeMap<&str, Vec<&RequirementResult>> = BTreeMap::new();
    for requirement in &results.requirements {
        groups
            .entry(group(&requirement.id))
            .or_default()
            .push(requirement);
    }
    groups
        .into_iter()
        .map(|(group, requirements)| Bar::of_requirements(group, &requirements, words))
        .collect()
}

pub(super) fn group(id: &str) -> &str {
    id.rsplit_once('-').map_or(id, |(group, _)| group)
}

/// A requirement with what its verdict stands on.
pub(super) struct Row<'a> {
    pub(super) requirement: &'a RequirementResult,
    pub(super) text: &'a str,
    pub(super) mark: Mark,
    /// How many of its checks have which outcome.
    pub(super) cases: Vec<(usize, Mark)>,
    pub(super) depth: &'static str,
    /// The weakest witness among its decided checks; empty if none was decided.
    pub(super) witness: &'static str,
}

pub(super) fn rows(facts: Facts<'_>) -> Vec<Row<'_>> {
    let requirements = facts.results.requirements.iter();
    requirements.map(|one| row(facts, one)).collect()
}

fn row<'a>(facts: Facts<'a>, requirement: &'a RequirementResult) -> Row<'a> {
    let words = facts.words;
    let cases: Vec<_> = requirement
        .checks
        .iter()
        .filter_map(|id| facts.case(id))
        .collect();
    let mut counts: BTreeMap<Outcome, usize> = BTreeMap::new();
    for case in &cases {
        *counts.entry(case.verdict.outcome).or_default() += 1;
    }
    let decided = |outcome| matches!(outcome, Outcome::Pass | Outcome::Fail);
    let witness = cases
        .iter()
        .filter(|case| decided(case.verdict.outcome))
        .filter_map(|case| case.verdict.witness)
        .min();
    let [nothing, self_report, outside] = words.coverage.depths;
    Row {
        requirement,
        text: match words.code {
            "de" => &requirement.text_de,
            _ => &requirement.text_en,
        },
        mark: Mark::of_requirement(requirement, words),
        cases: counts
            .into_iter()
            .map(|(outcome, count)| (count, Mark::of(outcome, words)))
            .collect(),
        depth: match witness {
            None => nothing,
            Some(Witness::Driver) => self_report,
            Some(Witness::Store | Witness::Wire | Witness::Peer | Witness::Cross) => outside,
        },
        witness: witness.map_or("", |witness| words.witness(witness)),
    }
}
