//! The kill matrix: which check turns red on which seeded flaw.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use harness_evidence::{FlawResult, Instrument, Outcome, visible_within};

use crate::words::Words;
use crate::{Language, ReportError};

/// What a check made of a flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Meant for it, and failed for the right reason.
    Caught,
    /// Meant for it, and did not.
    Missed,
    /// Not meant for it, and failed all the same.
    Also,
    /// Not meant for it, and did not fail.
    Quiet,
    /// Did not run on it.
    Absent,
}

impl Cell {
    fn of(flaw: &FlawResult) -> Self {
        match (flaw.expected.is_empty(), flaw.caught) {
            (false, true) => Self::Caught,
            (false, false) => Self::Missed,
            (true, _) if flaw.outcome == Outcome::Fail => Self::Also,
            (true, _) => Self::Quiet,
        }
    }

    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Caught => "✓",
            Self::Missed => "✗",
            Self::Also => "●",
            Self::Quiet => "·",
            Self::Absent => "–",
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Caught => "pass",
            Self::Missed => "fail",
            Self::Also | Self::Quiet | Self::Absent => "na",
        }
    }
}

/// Checks by flaws, with sums `caught/meant` at both ends.
pub(crate) struct Matrix<'a> {
    pub(crate) flaws: Vec<Column<'a>>,
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) sum: String,
}

/// A flaw: its number, its name and its sum.
pub(crate) struct Column<'a> {
    pub(crate) number: usize,
    pub(crate) flaw: &'a str,
    pub(crate) sum: String,
}

/// A check: a cell a flaw, and its sum.
pub(crate) struct Row<'a> {
    pub(crate) check: &'a str,
    pub(crate) cells: Vec<Cell>,
    pub(crate) sum: String,
}

impl<'a> Matrix<'a> {
    pub(crate) fn of(instrument: &'a Instrument) -> Self {
        let flaws: BTreeSet<_> = instrument
            .flaws
            .iter()
            .map(|one| one.flaw.as_str())
            .collect();
        let mut checks: BTreeMap<&str, BTreeMap<&str, Cell>> = BTreeMap::new();
        for result in &instrument.flaws {
            let row = checks.entry(&result.check).or_default();
            row.insert(&result.flaw, Cell::of(result));
        }
        let rows: Vec<_> = checks
            .into_iter()
            .map(|(check, found)| {
                let cell = |flaw| found.get(flaw).copied().unwrap_or(Cell::Absent);
                let cells: Vec<_> = flaws.iter().copied().map(cell).collect();
                let sum = sum(&cells);
                Row { check, cells, sum }
            })
            .collect();
        let column = |n: usize| {
            rows.iter()
                .filter_map(move |row: &Row<'_>| row.cells.get(n).copied())
        };
        let columns = flaws.into_iter().enumerate().map(|(n, flaw)| Column {
            number: n + 1,
            flaw,
            sum: sum(&column(n).collect::<Vec<_>>()),
        });
        let columns = columns.collect();
        let all: Vec<_> = rows
            .iter()
            .flat_map(|row| row.cells.iter().copied())
            .collect();
        Self {
            flaws: columns,
            rows,
            sum: sum(&all),
        }
    }
}

fn sum(cells: &[Cell]) -> String {
    let count = |wanted| cells.iter().filter(|cell| **cell == wanted).count();
    let caught = count(Cell::Caught);
    format!("{caught}/{}", caught + count(Cell::Missed))
}

/// The widest name of a check in the text table, in characters.
const NAME_LIMIT: usize = 40;

/// The matrix as text: flaws by number, their names below with their sums.
#[must_use]
pub fn matrix_text(instrument: &Instrument, language: Language) -> String {
    let words = language.words();
    let matrix = Matrix::of(instrument);
    let names: Vec<_> = matrix
        .rows
        .iter()
        .map(|row| visible_within(row.check, NAME_LIMIT))
        .collect();
    let name_width = names.iter().map(|name| name.chars().count()).max();
    let width = name_width
        .unwrap_or_default()
        .max(words.labels.check.chars().count());
    let mut text = format!("{:width$}", words.labels.check);
    for column in &matrix.flaws {
        text += &format!(" {:>2}", column.number);
    }
    text += &format!("  {}\n", words.labels.sum);
    for (row, name) in matrix.rows.iter().zip(&names) {
        text += &format!("{name:width$}");
        for cell in &row.cells {
            text += &format!(" {:>2}", cell.symbol());
        }
        text += &format!("  {}\n", row.sum);
    }
    text += &format!("\n{}\n\n", words.page.matrix_note);
    for column in &matrix.flaws {
        let flaw = visible_within(column.flaw, NAME_LIMIT);
        text += &format!("{:>4}  {flaw}  {}\n", column.number, column.sum);
    }
    text += &format!("\n{}: {}\n", words.labels.sum, matrix.sum);
    text
}

/// The matrix as an HTML table, to stand in a page.
///
/// # Errors
/// [`ReportError::Html`].
pub fn matrix_html(instrument: &Instrument, language: Language) -> Result<String, ReportError> {
    let template = MatrixTable {
        w: language.words(),
        matrix: Matrix::of(instrument),
    };
    template.render().map_err(ReportError::Html)
}

#[derive(Template)]
#[template(path = "matrix.html")]
struct MatrixTable<'a> {
    w: &'static Words,
    matrix: Matrix<'a>,
}
