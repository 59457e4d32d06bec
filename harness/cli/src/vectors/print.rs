//! How the comparison is printed.

use std::{
    collections::BTreeSet,
    io::{self, Write as _},
};

use harness_evidence::visible;
use pruefstand_vectors::{Outcome, Vector};
use serde_json::{Value, json};

use super::compared::{Column, Compared, Verdict};
use crate::{args::Format, failure::Failure};

/// How many vectors a line of the table names; JSON has all.
const NAMED: usize = 8;

/// How many missing answers of an implementation are told one by one.
const TOLD: usize = 20;

/// A comparison and what could not be compared.
pub(super) struct Printed<'a> {
    pub(super) compared: &'a Compared<'a>,
    /// One line a file or runner that is broken.
    pub(super) broken: &'a [String],
}

impl Printed<'_> {
    /// Results go to standard output, what is broken to standard error, a line each.
    pub(super) fn write(&self, format: Format) -> Result<(), Failure> {
        for line in self.broken.iter().cloned().chain(self.failures()) {
            // Nobody is left to tell if standard error is closed.
            drop(writeln!(
                anstream::stderr(),
                "pruefstand: {}",
                visible(&line)
            ));
        }
        let mut output = anstream::stdout();
        match format {
            Format::Json => {
                let text = serde_json::to_string_pretty(&self.json()).map_err(io::Error::from)?;
                writeln!(output, "{text}")?;
            }
            Format::Table => {
                for line in self.table().iter().chain(&self.differences()) {
                    writeln!(output, "{}", visible(line))?;
                }
            }
        }
        Ok(())
    }

    /// Whether something is missing, or not as it was measured.
    pub(super) fn is_undecided(&self) -> bool {
        let columns = &self.compared.columns;
        let is_odd = |column: &Column| {
            self.compared.failed(column).next().is_some()
                || self.compared.changed(column).next().is_some()
        };
        !self.broken.is_empty() || self.compared.vectors.is_empty() || columns.iter().any(is_odd)
    }

    fn failures(&self) -> impl Iterator<Item = String> {
        self.compared.columns.iter().flat_map(|column| {
            let mut failed = self.compared.failed(column);
            let told = failed.by_ref().take(TOLD);
            let told = told.map(|(id, reason)| format!("vector {id}: {} {reason}", column.name));
            let mut lines: Vec<String> = told.collect();
            let more = failed.count();
            if more > 0 {
                lines.push(format!(
                    "{}: and {more} more vectors without an answer",
                    column.name
                ));
            }
            lines
        })
    }

    /// A line a class, a column an implementation.
    fn table(&self) -> Vec<String> {
        let vectors = &self.compared.vectors;
        let classes: BTreeSet<&str> = vectors.iter().map(|vector| vector.class.as_str()).collect();
        let mut rows = vec![self.head()];
        for class in classes {
            let mut row = vec![class.to_owned(), counts(vectors, Some(class))];
            row.extend(self.compared.columns.iter().map(|column| {
                let classes = self.compared.classes(column);
                classes.get(class).map(cell).unwrap_or_default()
            }));
            rows.push(row);
        }
        let mut sum = vec!["all".to_owned(), counts(vectors, None)];
        sum.extend(self.compared.columns.iter().map(|column| {
            let judged = self.compared.judged(column);
            let right = { judged }.filter(|(_, verdict)| *verdict == Verdict::Right);
            format!("{} right", right.count())
        }));
        rows.push(sum);
        aligned(&rows)
    }

    fn head(&self) -> Vec<String> {
        let fixed = ["class", "valid + invalid"].map(str::to_owned);
        let names = self
            .compared
            .columns
            .iter()
            .map(|column| column.name.clone());
        fixed.into_iter().chain(names).collect()
    }

    /// A line for each kind of difference of an implementation in a class, and for what has changed since it was measured.
    fn differences(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for column in &self.compared.columns {
            for (class, verdicts) in self.compared.classes(column) {
                let differing = verdicts
                    .iter()
                    .filter(|(verdict, _)| is_difference(**verdict));
                lines.extend(differing.map(|(verdict, vectors)| {
                    let (name, phrase) = (&column.name, verdict.phrase());
                    format!("{class}: {name} {phrase}: {}", ids(vectors))
                }));
            }
            let changed = self.compared.changed(column);
            lines.extend(changed.map(|(vector, was, is)| {
                let (name, id) = (&column.name, &vector.id);
                format!("{id}: {name} was measured as {was} and is {is}; run vectors/measure")
            }));
        }
        if !lines.is_empty() {
            lines.insert(0, String::new());
        }
        lines
    }

    fn json(&self) -> Value {
        let columns = &self.compared.columns;
        let vectors = self
            .compared
            .vectors
            .iter()
            .enumerate()
            .map(|(at, vector)| {
                let seen = columns.iter().filter_map(|column| {
                    let seen = column.seen.get(at)?.measured();
                    Some((column.name.clone(), json!(seen)))
                });
                json!({
                    "id": vector.id, "class": vector.class, "operation": vector.operation,
                    "comment": vector.comment, "result": vector.result,
                    "seen": seen.collect::<serde_json::Map<_, _>>(),
                })
            });
        let differences = columns.iter().flat_map(|column| {
            let judged = self.compared.judged(column);
            let differing = judged.filter(|(_, verdict)| is_difference(*verdict));
            differing.map(|(vector, verdict)| {
                json!({
                    "implementation": column.name, "class": vector.class, "id": vector.id,
                    "difference": verdict.phrase(),
                })
            })
        });
        let changed = columns.iter().flat_map(|column| {
            self.compared.changed(column).map(|(vector, was, is)| {
                json!({ "implementation": column.name, "id": vector.id, "measured": was, "seen": is })
            })
        });
        json!({
            "implementations": columns.iter().map(|column| &column.name).collect::<Vec<_>>(),
            "vectors": vectors.collect::<Vec<_>>(),
            "differences": differences.collect::<Vec<_>>(),
            "changed": changed.collect::<Vec<_>>(),
            "errors": self.broken.iter().cloned().chain(self.failures()).collect::<Vec<_>>(),
        })
    }
}

fn is_difference(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Takes
        | Verdict::Refuses
        | Verdict::Otherwise
        | Verdict::Late
        | Verdict::Crashes => true,
        Verdict::Right | Verdict::Unsupported | Verdict::Failed => false,
    }
}

/// How many valid and invalid vectors there are, in a class or in all.
fn counts(vectors: &[&Vector], class: Option<&str>) -> String {
    let chosen = vectors
        .iter()
        .filter(|vector| class.is_none_or(|class| vector.class == class));
    let all: Vec<&&Vector> = chosen.collect();
    let valid = all.iter().filter(|vector| vector.result == Outcome::Valid);
    let valid = valid.count();
    format!("{valid} + {}", all.len() - valid)
}

/// `right`, or what is not, with its number.
fn cell(verdicts: &std::collections::BTreeMap<Verdict, Vec<&Vector>>) -> String {
    let others = verdicts
        .iter()
        .filter(|(verdict, _)| **verdict != Verdict::Right);
    let others: Vec<String> = others
        .map(|(verdict, vectors)| {
            let word = match verdict {
                Verdict::Right => "right",
                Verdict::Takes => "takes",
                Verdict::Refuses => "refuses",
                Verdict::Otherwise => "other output",
                Verdict::Late => "late",
                Verdict::Unsupported => "unsupported",
                Verdict::Crashes => "crashes",
                Verdict::Failed => "no answer",
            };
            format!("{word} {}", vectors.len())
        })
        .collect();
    match others.is_empty() {
        true => "right".to_owned(),
        false => others.join(", "),
    }
}

fn ids(vectors: &[&Vector]) -> String {
    let named: Vec<&str> = { vectors.iter() }
        .take(NAMED)
        .map(|vector| vector.id.as_str())
        .collect();
    match vectors.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// Rows as lines whose columns stand below each other.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate();
        let cells: Vec<String> = cells
            .map(|(at, cell)| format!("{cell:0$}", width(at)))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
