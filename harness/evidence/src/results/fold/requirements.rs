//! What the checks say of each requirement.

use crate::{
    CaseResult, CheckedIcs, Facets, Outcome, Plan, Requirement, RequirementResult, Witness,
};

/// Any failure fails a requirement; only checks that all pass satisfy it, if one of them saw it as closely as it demands. Where
/// some of them do not apply to the target, what the others saw is a part of the requirement, and the whole stays undecided.
/// A requirement about what the vendor declares absent does not apply, unless a check has failed on it.
pub(super) fn fold(
    requirements: Vec<Requirement>,
    plan: &Plan,
    cases: &[CaseResult],
) -> Vec<RequirementResult> {
    let mut results: Vec<_> = requirements
        .into_iter()
        .map(|requirement| judged(requirement, plan, cases))
        .collect();
    results.sort_by(|one, other| one.id.cmp(&other.id));
    results
}

fn judged(requirement: Requirement, plan: &Plan, cases: &[CaseResult]) -> RequirementResult {
    let bearing = plan
        .checks
        .iter()
        .filter(|check| check.requirements.contains(&requirement.id));
    let checks: Vec<_> = bearing.map(|check| check.id.clone()).collect();
    let cases: Vec<_> = cases
        .iter()
        .filter(|case| checks.contains(&case.check))
        .collect();
    let seen = merged(&cases, &requirement.facets);
    let rule =
        excuse(plan.target.ics.as_ref(), &requirement.facets).filter(|_| seen != Outcome::Fail);
    RequirementResult {
        id: requirement.id,
        severity: requirement.severity,
        text_en: requirement.text_en,
        text_de: requirement.text_de,
        sources: requirement.sources,
        facets: requirement.facets,
        outcome: match rule {
            Some(_) => Outcome::NotApplicable,
            None => seen,
        },
        rule,
        checks,
    }
}

fn merged(cases: &[&CaseResult], facets: &Facets) -> Outcome {
    let outcomes = cases.iter().map(|case| case.verdict.outcome);
    let is_partial = outcomes.clone().any(|one| one == Outcome::NotApplicable);
    match outcomes.reduce(Outcome::merge) {
        Some(Outcome::Pass) if is_partial || !is_witnessed(cases, facets.witness) => {
            Outcome::Inconclusive
        }
        Some(merged) => merged,
        None => Outcome::NotRun,
    }
}

/// Whether one of the cases has a witness as strong as the requirement demands; results of before it did have no demand.
fn is_witnessed(cases: &[&CaseResult], demanded: Option<Witness>) -> bool {
    demanded.is_none_or(|demanded| {
        let witnesses = cases.iter().filter_map(|case| case.verdict.witness);
        witnesses.max() >= Some(demanded)
    })
}

fn excuse(ics: Option<&CheckedIcs>, facets: &Facets) -> Option<String> {
    ics.and_then(|ics| ics.excuses(&facets.needs))
}
