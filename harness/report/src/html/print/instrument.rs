//! How the bench itself measured: what it caught, and how long it took.

use serde::Serialize;

use super::drawing::Drawings;
use crate::ReportError;
use crate::html::fuzzing::Row as FuzzRow;
use crate::html::latency::Marked;
use crate::html::page::Page;

/// Checks by the seeded flaws that they met.
#[derive(Serialize)]
pub(super) struct Calibration<'a> {
    sum: &'a str,
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    check: &'a str,
    sum: &'a str,
    told: Vec<Told<'a>>,
}

/// A flaw or variant on which the check did anything but pass without being meant for it.
#[derive(Serialize)]
struct Told<'a> {
    flaw: &'a str,
    symbol: &'static str,
    class: &'static str,
    /// Empty where the flaw was caught.
    reason: &'a str,
}

#[derive(Serialize)]
pub(super) struct Durations<'a> {
    note: &'a str,
    marks: &'a [Marked],
    drawing: usize,
}

/// What the fuzzers did, without its lines.
#[derive(Serialize)]
pub(super) struct Fuzzing<'a> {
    built: &'a str,
    is_crashed: bool,
    rows: &'a [FuzzRow<'a>],
    executions: &'a str,
    cpu: &'a str,
    crashes: &'a str,
}

impl<'a> Fuzzing<'a> {
    /// `None` without a campaign.
    pub(super) fn of(page: &'a Page<'a>) -> Option<Self> {
        let fuzzing = page.fuzzing.as_ref()?;
        Some(Self {
            built: &fuzzing.built,
            is_crashed: fuzzing.is_crashed,
            rows: &fuzzing.rows,
            executions: &fuzzing.executions,
            cpu: &fuzzing.cpu,
            crashes: &fuzzing.crash_count,
        })
    }
}

impl<'a> Calibration<'a> {
    pub(super) fn of(page: &'a Page<'a>) -> Self {
        let rows = page.matrix.rows.iter().map(|row| Row {
            check: row.check,
            sum: &row.sum,
            told: row.told().into_iter().map(told).collect(),
        });
        Self {
            sum: &page.matrix.sum,
            rows: rows.collect(),
        }
    }
}

fn told<'a>(shown: &crate::matrix::Shown<'a>) -> Told<'a> {
    let class = shown.cell.class();
    Told {
        flaw: shown.flaw,
        symbol: shown.cell.symbol(),
        class,
        reason: if class == "pass" { "" } else { shown.reason },
    }
}

impl<'a> Durations<'a> {
    /// `None` if no check was carried out.
    pub(super) fn of(
        page: &'a Page<'a>,
        drawings: &mut Drawings,
    ) -> Result<Option<Self>, ReportError> {
        let Some(latency) = &page.latency else {
            return Ok(None);
        };
        Ok(Some(Self {
            note: &latency.note,
            marks: &latency.marks,
            drawing: drawings.latency(page.w, latency)?,
        }))
    }
}
