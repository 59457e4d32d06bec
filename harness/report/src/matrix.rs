//! The kill matrix: which check turns red on which seeded flaw, for which reason, and on no benign variant.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use harness_evidence::{FlawResult, Instrument, Outcome, VariantResult, visible_within};

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
    /// Not meant for it, and neither failed nor passed: the flaw broke the scene.
    Undecided,
    /// Not meant for it, and passed.
    Quiet,
    /// Never came by the place of the flaw or variant, so the twin did as the reference does.
    Unasked,
    /// Did not run on it.
    Absent,
}

impl Cell {
    fn of(flaw: &FlawResult) -> Self {
        match (flaw.expected.is_empty(), flaw.caught) {
            (false, true) => Self::Caught,
            (false, false) => Self::Missed,
            (true, _) if flaw.outcome == Outcome::Fail => Self::Also,
            (true, _) if flaw.outcome == Outcome::Pass => Self::Quiet,
            (true, _) => Self::Undecided,
        }
    }

    fn of_variant(variant: &VariantResult) -> Self {
        match variant.outcome {
            Outcome::Pass => Self::Quiet,
            _ => Self::Missed,
        }
    }

    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Caught => "✓",
            Self::Missed => "✗",
            Self::Also => "●",
            Self::Undecided => "○",
            Self::Quiet => "·",
            Self::Unasked => " ",
            Self::Absent => "–",
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Caught => "pass",
            Self::Missed => "fail",
            Self::Also | Self::Undecided | Self::Quiet | Self::Unasked | Self::Absent => "na",
        }
    }
}

/// Checks by flaws and benign variants, with sums `caught/meant` at both ends.
pub(crate) struct Matrix<'a> {
    pub(crate) flaws: Vec<Column<'a>>,
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) sum: String,
}

/// The most cells of a drawn grid: beyond, nobody finds his way in it, and the page grows by a megabyte.
const GRID_LIMIT: usize = 80_000;

/// Up to how many cells a grid is drawn also if it is nearly empty.
const SMALL: usize = 2_000;

impl<'a> Matrix<'a> {
    /// Whether it is drawn as a grid: one that is nearly empty, for each check ran on its own twins only, reads better as a list.
    pub(crate) fn is_grid(&self) -> bool {
        let cells = self.rows.len() * self.flaws.len();
        let ran = self.rows.iter().flat_map(|row| &row.cells);
        let ran = ran.filter(|shown| shown.cell != Cell::Absent).count();
        cells <= SMALL || (cells <= GRID_LIMIT && ran * 4 >= cells)
    }

    /// What a list says of a check: every flaw and variant on which it did anything but pass without being meant for it.
    pub(crate) fn told(&self, row: &Row<'a>) -> Vec<(&'a str, Shown<'a>)> {
        let columns = self.flaws.iter().map(|column| column.flaw);
        let is_telling = |cell| !matches!(cell, Cell::Absent | Cell::Unasked | Cell::Quiet);
        columns
            .zip(row.cells.iter().copied())
            .filter(|(_, shown)| is_telling(shown.cell))
            .collect()
    }
}

/// A flaw or a variant: its number, its name and its sum.
pub(crate) struct Column<'a> {
    pub(crate) number: usize,
    pub(crate) flaw: &'a str,
    pub(crate) benign: bool,
    pub(crate) sum: String,
}

/// What a check made of a flaw or variant, and the reason code of its verdict.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) cell: Cell,
    pub(crate) reason: &'a str,
}

/// A check: a cell a flaw, and its sum.
pub(crate) struct Row<'a> {
    pub(crate) check: &'a str,
    pub(crate) cells: Vec<Shown<'a>>,
    pub(crate) sum: String,
}

impl<'a> Matrix<'a> {
    pub(crate) fn of(instrument: &'a Instrument) -> Self {
        let flaws: BTreeSet<_> = instrument
            .flaws
            .iter()
            .map(|one| one.flaw.as_str())
            .collect();
        let benign: BTreeSet<_> = instrument
            .variants
            .iter()
            .map(|one| one.variant.as_str())
            .collect();
        let names: Vec<_> = flaws.into_iter().chain(benign.iter().copied()).collect();
        let rows: Vec<_> = found(instrument)
            .into_iter()
            .map(|(check, found)| row(instrument, check, &found, &names))
            .collect();
        let column = |n: usize| {
            rows.iter()
                .filter_map(move |row: &Row<'_>| row.cells.get(n))
        };
        let columns = names.iter().enumerate().map(|(n, flaw)| Column {
            number: n + 1,
            flaw,
            benign: benign.contains(flaw),
            sum: sum(column(n)),
        });
        let columns = columns.collect();
        let sum = sum(rows.iter().flat_map(|row| &row.cells));
        Self {
            flaws: columns,
            rows,
            sum,
        }
    }
}

/// Every case on a twin, by check and by the name of the flaw or variant.
fn found(instrument: &Instrument) -> BTreeMap<&str, BTreeMap<&str, Shown<'_>>> {
    let weak = instrument.flaws.iter().map(|result| {
        let (cell, reason) = (Cell::of(result), result.reason.as_str());
        (&result.check, &result.flaw, Shown { cell, reason })
    });
    let benign = instrument.variants.iter().map(|result| {
        let (cell, reason) = (Cell::of_variant(result), result.reason.as_str());
        (&result.check, &result.variant, Shown { cell, reason })
    });
    let mut checks: BTreeMap<&str, BTreeMap<&str, Shown<'_>>> = BTreeMap::new();
    for (check, name, shown) in weak.chain(benign) {
        checks.entry(check).or_default().insert(name, shown);
    }
    checks
}

fn row<'a>(
    instrument: &Instrument,
    check: &'a str,
    found: &BTreeMap<&str, Shown<'a>>,
    names: &[&str],
) -> Row<'a> {
    let asked = instrument.asked.get(check);
    let missing = |name: &str| Shown {
        cell: match asked {
            Some(asked) if !asked.contains(name) => Cell::Unasked,
            Some(_) | None => Cell::Absent,
        },
        reason: "",
    };
    let cells: Vec<_> = names
        .iter()
        .map(|name| found.get(name).copied().unwrap_or_else(|| missing(name)))
        .collect();
    let sum = sum(&cells);
    Row { check, cells, sum }
}

fn sum<'c>(cells: impl IntoIterator<Item = &'c Shown<'c>>) -> String {
    let (mut caught, mut missed) = (0_usize, 0_usize);
    for shown in cells {
        match shown.cell {
            Cell::Caught => caught += 1,
            Cell::Missed => missed += 1,
            Cell::Also | Cell::Undecided | Cell::Quiet | Cell::Unasked | Cell::Absent => {}
        }
    }
    format!("{caught}/{}", caught + missed)
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
            text += &format!(" {:>2}", cell.cell.symbol());
        }
        text += &format!("  {}\n", row.sum);
    }
    text += &format!("\n{}\n\n", words.page.matrix_note);
    for column in &matrix.flaws {
        let flaw = visible_within(column.flaw, NAME_LIMIT);
        let benign = if column.benign {
            words.page.matrix_benign
        } else {
            ""
        };
        text += &format!("{:>4}  {flaw}  {}{benign}\n", column.number, column.sum);
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
