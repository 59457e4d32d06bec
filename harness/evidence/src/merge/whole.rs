//! What the parts of a run come to together: a pure function of them, so that a verifier makes it again and compares.

use std::collections::{BTreeMap, BTreeSet};

use super::part::Part;
use crate::{Applicability, CaseRecord, Deviation, Plan, PlannedCheck, Requirement, Tool};

/// All parts of one run.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) plan: Plan,
    pub(crate) cases: Vec<CaseRecord>,
    pub(crate) asked: BTreeMap<String, BTreeSet<String>>,
    pub(crate) nonce: Option<String>,
    pub(crate) tool: Tool,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) deviations: Vec<Deviation>,
    /// When the first part was opened and the last one closed, RFC 3339.
    pub(crate) opened: String,
    pub(crate) closed: Option<String>,
}

impl Whole {
    /// Puts parts together under the id of the merged run, whatever their order.
    ///
    /// # Errors
    /// Which part does not belong to the others, or is missing.
    pub(crate) fn of(run: &str, mut parts: Vec<Part>) -> Result<Self, String> {
        parts.sort_by_key(|part| part.shard);
        let first = parts.first().ok_or("no part at all")?;
        for part in &parts {
            if let Some(what) = other(first, part) {
                let [one, two] = [&first.plan.run, &part.plan.run];
                return Err(format!("{two} has another {what} than {one}"));
            }
        }
        all_there(&parts)?;
        let runs: BTreeSet<_> = parts.iter().map(|part| &part.plan.run).collect();
        if runs.len() != parts.len() {
            return Err("two parts are called alike".to_owned());
        }
        let plan = Plan {
            run: run.to_owned(),
            shard: None,
            merged: parts.iter().map(Part::identity).collect(),
            checks: checks(&parts)?,
            ..first.plan.clone()
        };
        let times = |time: fn(&Part) -> Option<&String>| parts.iter().filter_map(time).cloned();
        Ok(Self {
            nonce: first.nonce.clone(),
            tool: first.results.tool.clone(),
            requirements: first.results.rows(),
            deviations: first.results.deviations.clone(),
            opened: times(|part| Some(&part.results.opened))
                .min()
                .unwrap_or_default(),
            closed: times(|part| part.results.closed.as_ref()).max(),
            asked: parts.iter().flat_map(|part| part.asked.clone()).collect(),
            cases: parts.into_iter().flat_map(|part| part.cases).collect(),
            plan,
        })
    }
}

/// What one part has otherwise than the first one, and all must have alike.
fn other(first: &Part, part: &Part) -> Option<&'static str> {
    let (one, two) = (&first.plan, &part.plan);
    [
        ("number of parts", first.shard.of() == part.shard.of()),
        ("seed", one.seed == two.seed),
        ("target", one.target == two.target),
        ("profile", one.profile == two.profile),
        (
            "catalogue",
            one.catalogue == two.catalogue && first.results.rows() == part.results.rows(),
        ),
        ("set of variants", one.variants == two.variants),
        ("suite", one.checks.len() == two.checks.len()),
        (
            "version of the bench",
            first.results.tool == part.results.tool,
        ),
        (
            "set of deviations",
            first.results.deviations == part.results.deviations,
        ),
        ("nonce", first.nonce == part.nonce),
    ]
    .into_iter()
    .find_map(|(what, same)| (!same).then_some(what))
}

/// Every number once; the parts are sorted and agree on how many there are.
fn all_there(parts: &[Part]) -> Result<(), String> {
    let of = parts.first().map_or(0, |part| part.shard.of());
    for number in 1..=of {
        let count = parts
            .iter()
            .filter(|part| part.shard.part() == number)
            .count();
        match count {
            1 => {}
            0 => return Err(format!("part {number}/{of} is missing")),
            _ => return Err(format!("part {number}/{of} is there {count} times")),
        }
    }
    Ok(())
}

/// The plan's checks, each as the part has it that takes it. No other part may have wanted to carry it out.
fn checks(parts: &[Part]) -> Result<Vec<PlannedCheck>, String> {
    let first = parts.first().map_or(&[][..], |part| &part.plan.checks);
    let mut checks = Vec::new();
    for place in 0..first.len() {
        let all: Vec<_> = parts
            .iter()
            .filter_map(|part| Some((part, part.plan.checks.get(place)?)))
            .collect();
        let taken = all.iter().find(|(part, _)| part.shard.takes(place));
        let (owner, check) = taken.ok_or("a check that no part takes")?;
        for (part, same) in &all {
            let left = same.applicability == Applicability::Deselected {};
            let applies = if left {
                &check.applicability
            } else {
                &same.applicability
            };
            let as_owned = PlannedCheck {
                applicability: applies.clone(),
                ..(*same).clone()
            };
            let twice = part.shard != owner.shard && same.applicability == Applicability::Planned;
            if as_owned != **check || twice {
                return Err(format!(
                    "{} has another plan for {} than {}",
                    part.plan.run, check.id, owner.plan.run
                ));
            }
        }
        checks.push((*check).clone());
    }
    Ok(checks)
}
