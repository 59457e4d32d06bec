//! The table at the end of a run.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};
use harness_evidence::{CaseResult, Outcome, Overall, Results, visible_within};

use crate::Language;
use crate::facts::{DESELECTED, Facts};
use crate::words::symbol;

/// The longest text in a cell, in characters.
const CELL_LIMIT: usize = 60;

/// How many checks and reasons are named before the rest is only counted.
const REASON_LIMIT: usize = 12;

/// Table, verdict and reasons; with `colour`, in ANSI colours beside words and shapes.
#[must_use]
pub fn terminal(results: &Results, language: Language, colour: bool) -> String {
    let facts = Facts::new(results, language.words());
    let words = facts.words;
    let paint = Paint(colour);
    let mut text = format!("{}\n\n", words.page.not_a_certificate);
    text += &table(&facts, paint);
    text += "\n";
    text += &paint.apply(
        overall_style(results.overall).bold(),
        &format!("{} {}", facts.symbol(), facts.heading()),
    );
    text += &format!(": {}\n", facts.sentence());
    let reasons = facts.reasons();
    for reason in reasons.iter().take(REASON_LIMIT) {
        text += &format!("  - {}\n", visible_within(reason, 200));
    }
    if let Some(more @ 1..) = reasons.len().checked_sub(REASON_LIMIT) {
        let more = crate::words::fill(words.page.more, &[("count", &more.to_string())]);
        text += &format!("  - {more}\n");
    }
    text += &format!("{}: {}\n", words.labels.run, facts.completeness());
    text += &format!("{}: {}\n", words.labels.quality, facts.quality());
    text
}

fn table(facts: &Facts<'_>, paint: Paint) -> String {
    let labels = &facts.words.labels;
    let header = [
        labels.check,
        labels.outcome,
        labels.witness,
        labels.twins,
        labels.ids,
        labels.reason,
    ];
    let mut rows: Vec<(Style, [String; 6])> =
        vec![(Style::new().bold(), header.map(ToOwned::to_owned))];
    let mut quiet: BTreeMap<(Outcome, String), usize> = BTreeMap::new();
    for case in &facts.results.cases {
        if is_quiet(case) {
            *quiet
                .entry((case.verdict.outcome, reason(facts, case)))
                .or_default() += 1;
        } else {
            rows.push((style(case.verdict.outcome), row(facts, case)));
        }
    }
    rows.extend(quiet.into_iter().map(|((outcome, reason), count)| {
        let check = format!("{count} × {}", labels.check);
        let outcome_words = format!("{} {}", symbol(outcome), facts.words.outcome(outcome));
        let none = || "–".to_owned();
        (
            style(outcome),
            [check, outcome_words, none(), none(), none(), reason],
        )
    }));
    let widths: [usize; 6] = std::array::from_fn(|column| {
        let cells = rows.iter().filter_map(|(_, row)| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    });
    rows.iter()
        .map(|(style, row)| {
            let cells = row.iter().zip(widths).enumerate();
            let cells: Vec<_> = cells
                .map(|(column, (cell, width))| {
                    let padded = format!("{cell:width$}");
                    if column == 1 {
                        paint.apply(*style, &padded)
                    } else {
                        padded
                    }
                })
                .collect();
            cells.join("  ").trim_end().to_owned() + "\n"
        })
        .collect()
}

/// Whether a case says nothing of its own, so that all alike share a row.
fn is_quiet(case: &CaseResult) -> bool {
    let outcome = case.verdict.outcome;
    outcome == Outcome::NotApplicable
        || (outcome == Outcome::NotRun && case.verdict.reason == DESELECTED)
}

fn reason(facts: &Facts<'_>, case: &CaseResult) -> String {
    let verdict = &case.verdict;
    let reason = match (&case.deviation, verdict.detail.is_empty()) {
        (Some(deviation), _) => format!("{}: {deviation}", facts.words.page.declared_short),
        (None, true) => verdict.reason.clone(),
        (None, false) => format!("{}: {}", verdict.reason, verdict.detail),
    };
    visible_within(&reason, CELL_LIMIT)
}

/// Check, outcome, witness, twins, requirement and attack ids, reason.
fn row(facts: &Facts<'_>, case: &CaseResult) -> [String; 6] {
    let words = facts.words;
    let verdict = &case.verdict;
    let outcome = format!(
        "{} {}",
        symbol(verdict.outcome),
        words.outcome(verdict.outcome)
    );
    let witness = verdict
        .witness
        .map_or("–", |witness| words.witness(witness));
    let (caught, twins) = facts.results.instrument.caught_by(&case.check);
    let ids = facts.check(&case.check).map(|check| {
        let ids: Vec<_> = check
            .requirements
            .iter()
            .chain(&check.attacks)
            .map(String::as_str)
            .collect();
        ids.join(" ")
    });
    [
        visible_within(&case.check, CELL_LIMIT),
        outcome,
        witness.to_owned(),
        format!("{caught}/{twins}"),
        visible_within(&ids.unwrap_or_default(), CELL_LIMIT),
        reason(facts, case),
    ]
}

/// Whether colours are written at all.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn apply(self, style: Style, text: &str) -> String {
        if self.0 {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

fn style(outcome: Outcome) -> Style {
    let style = Style::new();
    match outcome {
        Outcome::Pass => style.fg_color(Some(AnsiColor::Green.into())),
        Outcome::Fail => style.fg_color(Some(AnsiColor::Red.into())).bold(),
        Outcome::Inconclusive | Outcome::Error | Outcome::NotRun => {
            style.fg_color(Some(AnsiColor::Yellow.into()))
        }
        Outcome::NotApplicable => style.dimmed(),
    }
}

fn overall_style(overall: Overall) -> Style {
    match overall {
        Overall::Passed => style(Outcome::Pass),
        Overall::Failed => style(Outcome::Fail),
        Overall::PassedWithDeviations | Overall::Undecided | Overall::Incomplete => {
            style(Outcome::Inconclusive)
        }
    }
}
