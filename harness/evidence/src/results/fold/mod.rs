//! From the record of a run to its results.

mod requirements;

use std::collections::BTreeSet;

use super::{CaseResult, Counts, FlawResult, Instrument, Overall, Results, VariantResult};
use crate::{
    Applicability, CaseRecord, Deviation, Outcome, Plan, PlannedCheck, Requirement, RunRecord,
    Shortfall, Verdict,
};

impl Results {
    /// Folds the record of a run: nothing is decided that does not follow from it.
    #[must_use]
    pub fn fold(run: RunRecord) -> Self {
        let (twins, own): (Vec<_>, Vec<_>) = run.cases.iter().partition(|case| case.flaw.is_some());
        let (benign, weak): (Vec<_>, Vec<_>) =
            twins.into_iter().partition(|case| is_benign(&run, case));
        let cases = cases(&run, &own);
        let instrument = Instrument {
            flaws: flaws(&run.plan, &weak),
            variants: variants(&benign),
            asked: run.asked.clone(),
        };
        let differing = differing(&run.plan, &own);
        let mut shortfalls = shortfalls(&run, &cases, &instrument, &differing);
        shortfalls.extend(run.measured.shortfalls());
        shortfalls.sort_by_key(|shortfall| std::cmp::Reverse(shortfall.allows()));
        Self {
            complete: run.closed.is_some() && differing.is_empty(),
            overall: shortfalls
                .first()
                .map_or(Overall::Passed, Shortfall::allows),
            shortfalls,
            counts: Counts::of(cases.iter().map(|case| case.verdict.outcome)),
            requirements: requirements::fold(run.requirements, &run.plan, &cases),
            cases,
            instrument,
            plan: run.plan,
            tool: run.tool,
            opened: run.opened,
            closed: run.closed,
            deviations: run.deviations,
            measured: run.measured,
            command: run.command,
        }
    }

    /// The rows of the catalogue that the results are about, as they were when the run was made.
    #[must_use]
    pub fn rows(&self) -> Vec<Requirement> {
        self.requirements.iter().map(Requirement::of).collect()
    }
}

/// Every check of the plan with its worst case, or with why there is none.
fn cases(run: &RunRecord, own: &[&CaseRecord]) -> Vec<CaseResult> {
    let mut cases: Vec<_> = run
        .plan
        .checks
        .iter()
        .map(|check| {
            let carried_out = own.iter().filter(|case| case.check == check.id);
            match carried_out.max_by_key(|case| case.verdict.outcome) {
                Some(case) => CaseResult {
                    check: check.id.clone(),
                    verdict: case.verdict.clone(),
                    transcript: case.transcript.clone(),
                    sha256: case.sha256.clone(),
                    milliseconds: case.milliseconds,
                    deviation: declared(run, case).map(|deviation| deviation.reason.clone()),
                },
                None => not_carried_out(check),
            }
        })
        .collect();
    cases.sort_by(|one, other| one.check.cmp(&other.check));
    cases
}

/// The live deviation that declares the failure of a case.
fn declared<'a>(run: &'a RunRecord, case: &CaseRecord) -> Option<&'a Deviation> {
    run.deviations
        .iter()
        .filter(|_| case.verdict.outcome == Outcome::Fail)
        .find(|deviation| deviation.check == case.check && deviation.is_live(&run.opened))
}

fn not_carried_out(check: &PlannedCheck) -> CaseResult {
    let (outcome, reason, detail) = match &check.applicability {
        Applicability::Planned => (Outcome::NotRun, "not-carried-out", ""),
        Applicability::NotApplicable { rule } => {
            (Outcome::NotApplicable, "not-applicable", rule.as_str())
        }
        Applicability::NotTestable { missing } => {
            (Outcome::NotRun, "not-testable", missing.as_str())
        }
        Applicability::Deselected {} => (Outcome::NotRun, "deselected", ""),
    };
    CaseResult {
        check: check.id.clone(),
        verdict: Verdict {
            outcome,
            reason: reason.to_owned(),
            role: None,
            detail: detail.to_owned(),
            witness: None,
            judgements: Vec::new(),
        },
        transcript: String::new(),
        sha256: String::new(),
        milliseconds: 0,
        deviation: None,
    }
}

/// The checks that were not carried out exactly as often as planned: once or not at all.
fn differing(plan: &Plan, own: &[&CaseRecord]) -> BTreeSet<String> {
    let planned = |id: &str| {
        plan.checks
            .iter()
            .any(|check| check.id == id && check.applicability == Applicability::Planned)
    };
    let ids = plan.checks.iter().map(|check| &check.id);
    ids.chain(own.iter().map(|case| &case.check))
        .filter(|id| {
            let carried_out = own.iter().filter(|case| case.check == **id).count();
            carried_out != usize::from(planned(id))
        })
        .cloned()
        .collect()
}

fn is_benign(run: &RunRecord, case: &CaseRecord) -> bool {
    let variants = &run.plan.variants;
    case.flaw
        .as_ref()
        .is_some_and(|flaw| variants.contains(flaw))
}

fn variants(benign: &[&CaseRecord]) -> Vec<VariantResult> {
    let mut variants: Vec<_> = benign
        .iter()
        .map(|case| VariantResult {
            check: case.check.clone(),
            variant: case.flaw.clone().unwrap_or_default(),
            outcome: case.verdict.outcome,
            reason: case.verdict.reason.clone(),
            transcript: case.transcript.clone(),
            sha256: case.sha256.clone(),
        })
        .collect();
    variants.sort_by(|one, other| (&one.check, &one.variant).cmp(&(&other.check, &other.variant)));
    variants
}

/// Every twin that ran, and those of planned checks that did not.
fn flaws(plan: &Plan, twins: &[&CaseRecord]) -> Vec<FlawResult> {
    let ran = twins.iter().filter_map(|case| {
        let flaw = case.flaw.clone()?;
        let expected = expected(plan, &case.check, &flaw);
        Some(FlawResult {
            check: case.check.clone(),
            caught: !expected.is_empty() && case.caught(&expected),
            flaw,
            expected,
            outcome: case.verdict.outcome,
            reason: case.verdict.reason.clone(),
            transcript: case.transcript.clone(),
            sha256: case.sha256.clone(),
        })
    });
    let missing = planned_twins(plan).filter_map(|(check, flaw, code)| {
        let has_run = twins
            .iter()
            .any(|case| case.check == check && case.flaw.as_deref() == Some(flaw));
        (!has_run).then(|| FlawResult {
            check: check.to_owned(),
            flaw: flaw.to_owned(),
            expected: code.to_owned(),
            caught: false,
            outcome: Outcome::NotRun,
            reason: "not-carried-out".to_owned(),
            transcript: String::new(),
            sha256: String::new(),
        })
    });
    let mut flaws: Vec<_> = ran.chain(missing).collect();
    flaws.sort_by(|one, other| (&one.check, &one.flaw).cmp(&(&other.check, &other.flaw)));
    flaws
}

fn expected(plan: &Plan, check: &str, flaw: &str) -> String {
    plan.checks
        .iter()
        .filter(|planned| planned.id == check)
        .flat_map(|planned| &planned.twins)
        .find(|twin| twin.flaw == flaw)
        .map(|twin| twin.code.clone())
        .unwrap_or_default()
}

fn planned_twins(plan: &Plan) -> impl Iterator<Item = (&str, &str, &str)> {
    plan.checks
        .iter()
        .filter(|check| check.applicability == Applicability::Planned)
        .flat_map(|check| {
            check
                .twins
                .iter()
                .map(|twin| (check.id.as_str(), twin.flaw.as_str(), twin.code.as_str()))
        })
}

fn shortfalls(
    run: &RunRecord,
    cases: &[CaseResult],
    instrument: &Instrument,
    differing: &BTreeSet<String>,
) -> Vec<Shortfall> {
    let broken_off = run.closed.is_none().then_some(Shortfall::BrokenOff {});
    let nothing_ran = cases.iter().all(|case| case.sha256.is_empty());
    let nothing_ran = nothing_ran.then_some(Shortfall::NothingRan {});
    let differing = differing.iter().map(|check| Shortfall::CasesDiffer {
        check: check.clone(),
    });
    let own = cases.iter().filter_map(|case| shortfall(case, instrument));
    let twins = instrument.twins().filter(|flaw| !flaw.caught);
    let twins = twins.map(|flaw| Shortfall::TwinMissed {
        check: flaw.check.clone(),
        flaw: flaw.flaw.clone(),
    });
    let misjudged = instrument
        .variants
        .iter()
        .filter(|result| result.outcome != Outcome::Pass)
        .map(|result| Shortfall::VariantMisjudged {
            check: result.check.clone(),
            variant: result.variant.clone(),
        });
    let deviations = run.deviations.iter().filter_map(|deviation| {
        let check = deviation.check.clone();
        // what did not come to a verdict does not make the declaration wrong
        let may_fail = |case: &CaseResult| {
            case.check == check
                && !matches!(case.verdict.outcome, Outcome::Pass | Outcome::NotApplicable)
        };
        if !deviation.is_live(&run.opened) {
            Some(Shortfall::DeviationExpired {
                check,
                expires: deviation.expires.clone(),
            })
        } else if cases.iter().any(may_fail) {
            None
        } else {
            Some(Shortfall::DeviationStale { check })
        }
    });
    let ics = run.plan.target.ics.iter().flat_map(|ics| &ics.findings);
    let contradicted = ics.map(|finding| Shortfall::IcsContradicted {
        finding: finding.clone(),
    });
    broken_off
        .into_iter()
        .chain(nothing_ran)
        .chain(differing)
        .chain(own)
        .chain(twins)
        .chain(misjudged)
        .chain(contradicted)
        .chain(deviations)
        .collect()
}

fn shortfall(case: &CaseResult, instrument: &Instrument) -> Option<Shortfall> {
    let check = case.check.clone();
    match case.verdict.outcome {
        Outcome::NotApplicable => None,
        Outcome::Pass => {
            let (_, twins) = instrument.caught_by(&case.check);
            (twins == 0).then_some(Shortfall::NoTwin { check })
        }
        Outcome::Fail if case.deviation.is_some() => Some(Shortfall::Declared { check }),
        Outcome::Fail => Some(Shortfall::Failed { check }),
        outcome @ (Outcome::NotRun | Outcome::Inconclusive | Outcome::Error) => {
            Some(Shortfall::NotDecided { check, outcome })
        }
    }
}

#[cfg(test)]
mod tests;
