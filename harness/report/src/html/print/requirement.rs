//! The requirements with their verdicts, and where the report says more.

use serde::Serialize;

use crate::html::bar::Bar;
use crate::html::coverage::Row;
use crate::html::mark::Mark;
use crate::html::page::Page;

#[derive(Serialize)]
pub(super) struct Requirement<'a> {
    id: &'a str,
    level: &'static str,
    mark: &'a Mark,
    text: &'a str,
    cases: Vec<(String, &'a Mark)>,
    depth: &'static str,
    witness: &'static str,
    sources: &'a [String],
    /// The checks that did not pass, by where the report shows them.
    shown: Vec<Place>,
}

/// Where the report shows a check: its position among the failures or among the open ones.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    Failure(usize),
    Open(usize),
}

/// The requirements of a group.
#[derive(Serialize)]
pub(super) struct Group<'a> {
    decided: String,
    #[serde(flatten)]
    shares: Shares<'a>,
}

/// How many have which outcome.
#[derive(Serialize)]
pub(super) struct Shares<'a> {
    label: &'a str,
    total: String,
    parts: Vec<Share<'a>>,
}

#[derive(Serialize)]
struct Share<'a> {
    /// Of 1,000.
    length: usize,
    count: String,
    mark: &'a Mark,
}

impl<'a> Shares<'a> {
    pub(super) fn of(page: &Page<'_>, bar: &'a Bar) -> Self {
        let parts = bar.parts.iter().map(|part| Share {
            length: part.length,
            count: page.w.count(part.count),
            mark: &part.mark,
        });
        Self {
            label: &bar.label,
            total: page.w.count(bar.total),
            parts: parts.collect(),
        }
    }
}

impl<'a> Group<'a> {
    pub(super) fn of(page: &Page<'_>, bar: &'a Bar) -> Self {
        Self {
            decided: page.decided(bar),
            shares: Shares::of(page, bar),
        }
    }
}

pub(super) fn all<'a>(page: &'a Page<'a>) -> Vec<Requirement<'a>> {
    let failed = page.failures.iter().map(|failure| failure.case);
    let failed = positions(failed.map(|case| case.check.as_str()));
    let open = page.open();
    let open = positions(open.iter().map(|case| case.check.as_str()));
    let place = |check: &String| {
        let failure = failed.get(check.as_str()).copied().map(Place::Failure);
        failure.or_else(|| open.get(check.as_str()).copied().map(Place::Open))
    };
    let rows = page.requirements.iter();
    rows.map(|row| Requirement {
        shown: row.requirement.checks.iter().filter_map(place).collect(),
        ..requirement(page, row)
    })
    .collect()
}

fn positions<'a>(
    checks: impl Iterator<Item = &'a str>,
) -> std::collections::BTreeMap<&'a str, usize> {
    checks.enumerate().map(|(n, check)| (check, n)).collect()
}

fn requirement<'a>(page: &Page<'_>, row: &'a Row<'a>) -> Requirement<'a> {
    let cases = row.cases.iter();
    Requirement {
        id: &row.requirement.id,
        level: page.w.severity(row.requirement.severity),
        mark: &row.mark,
        text: row.text,
        cases: cases
            .map(|(count, mark)| (page.w.count(*count), mark))
            .collect(),
        depth: row.depth,
        witness: row.witness,
        sources: &row.requirement.sources,
        shown: Vec::new(),
    }
}
