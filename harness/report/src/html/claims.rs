//! What the maker claims, against what the checks say.

use harness_evidence::{MakerClaim, Outcome};

use super::mark::Mark;
use crate::facts::Facts;

/// A sentence of the maker with its verdict.
pub(super) struct Claimed<'a> {
    pub(super) text: &'a str,
    /// The requirements that it needs; without a result of its own in this run, one was not looked at.
    pub(super) requirements: Vec<Needed<'a>>,
    pub(super) mark: Mark,
}

pub(super) struct Needed<'a> {
    pub(super) id: &'a str,
    /// Whether the report has a row for it.
    pub(super) is_listed: bool,
    pub(super) mark: Mark,
    pub(super) checks: &'a [String],
}

pub(super) fn claims(facts: Facts<'_>) -> Vec<Claimed<'_>> {
    let claims = facts.results.plan.target.claims.iter();
    claims.map(|claim| claimed(facts, claim)).collect()
}

/// A claim holds only if all that it needs holds; nothing is shown for one that needs nothing.
fn claimed<'a>(facts: Facts<'a>, claim: &'a MakerClaim) -> Claimed<'a> {
    let outcomes = claim.requirements.iter().map(|id| outcome(facts, id));
    let merged = outcomes.reduce(Outcome::merge).unwrap_or(Outcome::NotRun);
    Claimed {
        text: &claim.text,
        requirements: claim
            .requirements
            .iter()
            .map(|id| needed(facts, id))
            .collect(),
        mark: Mark::of(merged, facts.words),
    }
}

fn outcome(facts: Facts<'_>, id: &str) -> Outcome {
    facts
        .requirement(id)
        .map_or(Outcome::NotRun, |one| one.outcome)
}

fn needed<'a>(facts: Facts<'a>, id: &'a str) -> Needed<'a> {
    let requirement = facts.requirement(id);
    Needed {
        id,
        is_listed: requirement.is_some(),
        mark: requirement.map_or_else(
            || Mark::uncovered(facts.words),
            |one| Mark::of_requirement(one, facts.words),
        ),
        checks: requirement.map_or(&[], |one| &one.checks),
    }
}
