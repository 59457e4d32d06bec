//! Two runs side by side: what changed, loudest first.
//!
//! What was looked at and no longer is comes before a new failure: a failure tells of itself, a gap can hide anything.

mod text;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use harness_evidence::{Counts, FlawResult, Outcome, Overall, Results, json_text, visible};
use serde::Serialize;

use crate::{Language, ReportError};

/// What became of one check, requirement or twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It was passed or failed and is neither now.
    Lost,
    /// It fails and did not.
    New,
    /// It fails as before.
    Still,
    /// It failed and passes now.
    Fixed,
}

impl Kind {
    /// `None` if nothing changed that matters.
    pub(crate) fn of(before: Outcome, now: Outcome) -> Option<Self> {
        match (before, now) {
            (Outcome::Fail, Outcome::Fail) => Some(Self::Still),
            (Outcome::Fail, Outcome::Pass) => Some(Self::Fixed),
            (_, Outcome::Fail) => Some(Self::New),
            (Outcome::Pass | Outcome::Fail, _) if now != Outcome::Pass => Some(Self::Lost),
            _ => None,
        }
    }

    /// The shape that goes with it.
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Lost => "○",
            Self::New | Self::Still => "✗",
            Self::Fixed => "✓",
        }
    }
}

/// One of two runs. Texts are neutralised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The run's id.
    pub run: String,
    /// When it was opened, RFC 3339, UTC.
    pub opened: String,
    /// Target, relay and client, as they named themselves.
    pub object: [String; 3],
    /// The version of the judge.
    pub judge: u32,
    /// Its overall verdict.
    pub overall: Overall,
    /// Counts over the cases on the target.
    pub counts: Counts,
}

/// A change of one check, requirement or twin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its id; of a twin `check / flaw`. Neutralised.
    pub id: String,
    /// What became of it.
    pub kind: Kind,
    /// What it was; absent if the old run does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Outcome>,
    /// What it is; absent if the new run does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Outcome>,
    /// Why, as the new run says. Neutralised.
    pub reason: String,
}

/// What changed between two runs. Unchanged passes are not listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The old run.
    pub old: Side,
    /// The new run.
    pub new: Side,
    /// The checks, loudest first.
    pub checks: Vec<Change>,
    /// The requirements, loudest first.
    pub requirements: Vec<Change>,
    /// The weak twins, loudest first: caught counts as passed, missed as failed.
    pub twins: Vec<Change>,
    /// Checks that are in both runs in another version.
    pub versions: Vec<String>,
}

/// Compares two runs.
#[must_use]
pub fn diff(old: &Results, new: &Results) -> Comparison {
    let cases = |results: &Results| -> Known {
        let cases = results.cases.iter();
        cases
            .map(|case| {
                (
                    case.check.clone(),
                    (case.verdict.outcome, case.verdict.reason.clone()),
                )
            })
            .collect()
    };
    let requirements = |results: &Results| -> Known {
        let all = results.requirements.iter();
        all.map(|one| {
            (
                one.id.clone(),
                (one.outcome, one.rule.clone().unwrap_or_default()),
            )
        })
        .collect()
    };
    let twins = |results: &Results| -> Known { results.instrument.twins().map(twin).collect() };
    Comparison {
        old: side(old),
        new: side(new),
        checks: changes(&cases(old), &cases(new)),
        requirements: changes(&requirements(old), &requirements(new)),
        twins: changes(&twins(old), &twins(new)),
        versions: versions(old, new),
    }
}

impl Comparison {
    /// The loudest change, if there is one.
    #[must_use]
    pub fn loudest(&self) -> Option<Kind> {
        let all = [&self.checks, &self.requirements, &self.twins];
        all.into_iter().flatten().map(|change| change.kind).min()
    }

    /// For people, in one of the languages.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        text::text(self, language)
    }

    /// For programs, as indented JSON.
    ///
    /// # Errors
    /// [`ReportError::Json`].
    pub fn json(&self) -> Result<String, ReportError> {
        json_text(self).map_err(ReportError::Json)
    }
}

/// Outcome and reason by id.
type Known = BTreeMap<String, (Outcome, String)>;

fn twin(flaw: &FlawResult) -> (String, (Outcome, String)) {
    let outcome = match (flaw.caught, flaw.outcome) {
        (true, _) => Outcome::Pass,
        (false, Outcome::NotRun) => Outcome::NotRun,
        (false, _) => Outcome::Fail,
    };
    let id = format!("{} / {}", flaw.check, flaw.flaw);
    (id, (outcome, flaw.reason.clone()))
}

fn changes(old: &Known, new: &Known) -> Vec<Change> {
    let ids: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let mut changes: Vec<_> = ids
        .into_iter()
        .filter_map(|id| {
            let (before, now) = (old.get(id), new.get(id));
            let outcome = |known: Option<&(Outcome, String)>| known.map(|(outcome, _)| *outcome);
            let (was, is) = (outcome(before), outcome(now));
            // What a run does not know it has not looked at.
            let kind = Kind::of(
                was.unwrap_or(Outcome::NotRun),
                is.unwrap_or(Outcome::NotRun),
            )?;
            Some(Change {
                id: visible(id),
                kind,
                before: was,
                now: is,
                reason: now.map(|(_, reason)| visible(reason)).unwrap_or_default(),
            })
        })
        .collect();
    changes.sort_by_key(|change| change.kind);
    changes
}

fn side(results: &Results) -> Side {
    let target = &results.plan.target;
    Side {
        run: visible(&results.plan.run),
        opened: visible(&results.opened),
        object: [&target.name, &target.relay, &target.client].map(|name| visible(name)),
        judge: results.tool.judge,
        overall: results.overall,
        counts: results.counts,
    }
}

fn versions(old: &Results, new: &Results) -> Vec<String> {
    let before: BTreeMap<_, _> = old
        .plan
        .checks
        .iter()
        .map(|one| (&one.id, one.version))
        .collect();
    let checks = new.plan.checks.iter();
    let other = checks.filter(|one| {
        before
            .get(&one.id)
            .is_some_and(|version| *version != one.version)
    });
    other.map(|one| visible(&one.id)).collect()
}

#[cfg(test)]
mod tests;
