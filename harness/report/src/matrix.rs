//! The kill matrix: which check turns red on which seeded flaw, for which reason, and on no benign variant.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use harness_evidence::{Instrument, visible_within};

use crate::cell::Cell;
use crate::words::Words;
use crate::{Language, ReportError};

/// Checks by flaws and benign variants, with sums `caught/meant` at both ends.
pub(crate) struct Matrix<'a> {
    pub(crate) flaws: Vec<Column<'a>>,
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) sum: String,
    /// Whether every row has a cell for every flaw; otherwise only for those that the check ran on or was meant for.
    pub(crate) is_grid: bool,
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
    pub(crate) flaw: &'a str,
    pub(crate) cell: Cell,
    pub(crate) reason: &'a str,
}

/// A check with its cells, and its sum.
pub(crate) struct Row<'a> {
    pub(crate) check: &'a str,
    pub(crate) cells: Vec<Shown<'a>>,
    pub(crate) sum: String,
}

impl Row<'_> {
    /// What a list says of the check: every flaw and variant on which it did anything but pass without being meant for it.
    pub(crate) fn told(&self) -> Vec<&Shown<'_>> {
        let is_telling = |cell| !matches!(cell, Cell::Absent | Cell::Unasked | Cell::Quiet);
        let cells = self.cells.iter();
        cells.filter(|shown| is_telling(shown.cell)).collect()
    }
}

/// The most cells of a drawn grid: beyond, nobody finds his way in it, and the page grows by a megabyte.
const GRID_LIMIT: usize = 80_000;

/// Up to how many cells a grid is drawn also if it is nearly empty.
const SMALL: usize = 2_000;

/// The cells of the cases that ran or should have run, by check and flaw.
type Found<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Shown<'a>>>;

impl<'a> Matrix<'a> {
    /// As a grid where that can be read: one that is nearly empty, for each check ran on its own twins only, becomes a list.
    pub(crate) fn readable(instrument: &'a Instrument) -> Self {
        let found = found(instrument);
        let names = names(instrument);
        let cells = found.len() * names.len();
        let ran = found.values().flat_map(BTreeMap::values);
        let ran = ran.filter(|shown| shown.cell != Cell::Left).count();
        let is_dense = !instrument.asked.is_empty() || ran * 4 >= cells;
        let is_grid = cells <= SMALL || (cells <= GRID_LIMIT && is_dense);
        Self::new(instrument, &found, &names, is_grid)
    }

    /// As a grid, however large.
    pub(crate) fn whole(instrument: &'a Instrument) -> Self {
        let found = found(instrument);
        Self::new(instrument, &found, &names(instrument), true)
    }

    fn new(
        instrument: &'a Instrument,
        found: &Found<'a>,
        names: &BTreeSet<(bool, &'a str)>,
        is_grid: bool,
    ) -> Self {
        let rows = found.iter().map(|(check, found)| {
            let own = || found.values().copied().collect();
            Row {
                check,
                cells: if is_grid {
                    row(instrument, check, found, names)
                } else {
                    own()
                },
                sum: sum(found.values()),
            }
        });
        let mut by_flaw: BTreeMap<&str, Vec<&Shown<'_>>> = BTreeMap::new();
        for shown in found.values().flat_map(BTreeMap::values) {
            by_flaw.entry(shown.flaw).or_default().push(shown);
        }
        let columns = names.iter().enumerate().map(|(n, (benign, flaw))| Column {
            number: n + 1,
            flaw,
            benign: *benign,
            sum: sum(by_flaw.get(flaw).into_iter().flatten().copied()),
        });
        Self {
            flaws: columns.collect(),
            rows: rows.collect(),
            sum: sum(found.values().flat_map(BTreeMap::values)),
            is_grid,
        }
    }
}

/// Every case on a twin, by check and by the name of the flaw or variant.
fn found(instrument: &Instrument) -> Found<'_> {
    let weak = instrument.flaws.iter().map(|result| {
        let (flaw, reason) = (result.flaw.as_str(), result.reason.as_str());
        let cell = Cell::of(result);
        (&result.check, Shown { flaw, cell, reason })
    });
    let benign = instrument.variants.iter().map(|result| {
        let (flaw, reason) = (result.variant.as_str(), result.reason.as_str());
        let cell = Cell::of_variant(result);
        (&result.check, Shown { flaw, cell, reason })
    });
    let mut checks = Found::new();
    for (check, shown) in weak.chain(benign) {
        checks.entry(check).or_default().insert(shown.flaw, shown);
    }
    checks
}

/// Flaws, then benign variants, each by name.
fn names(instrument: &Instrument) -> BTreeSet<(bool, &str)> {
    let flaws = instrument.flaws.iter();
    let flaws = flaws.map(|one| (false, one.flaw.as_str()));
    let benign = instrument.variants.iter();
    flaws
        .chain(benign.map(|one| (true, one.variant.as_str())))
        .collect()
}

/// A cell for every flaw and variant.
fn row<'a>(
    instrument: &Instrument,
    check: &str,
    found: &BTreeMap<&str, Shown<'a>>,
    names: &BTreeSet<(bool, &'a str)>,
) -> Vec<Shown<'a>> {
    let asked = instrument.asked.get(check);
    let missing = |flaw: &'a str| Shown {
        flaw,
        cell: match asked {
            Some(asked) if !asked.contains(flaw) => Cell::Unasked,
            Some(_) | None => Cell::Absent,
        },
        reason: "",
    };
    names
        .iter()
        .map(|(_, flaw)| found.get(flaw).copied().unwrap_or_else(|| missing(flaw)))
        .collect()
}

fn sum<'c>(cells: impl IntoIterator<Item = &'c Shown<'c>>) -> String {
    let (mut caught, mut missed) = (0_usize, 0_usize);
    for shown in cells {
        match shown.cell {
            Cell::Caught => caught += 1,
            Cell::Missed | Cell::Left => missed += 1,
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
    let matrix = Matrix::whole(instrument);
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
        matrix: Matrix::whole(instrument),
    };
    template.render().map_err(ReportError::Html)
}

#[derive(Template)]
#[template(path = "matrix.html")]
struct MatrixTable<'a> {
    w: &'static Words,
    matrix: Matrix<'a>,
}
