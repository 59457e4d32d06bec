//! The figures, and what was missed, as Markdown.

use std::collections::BTreeMap;

use crate::{
    fate::{Fate, Told},
    mutant::Mutant,
};

/// Every fate, in the order of the table's columns.
const FATES: [Fate; 7] = [
    Fate::Failed,
    Fate::Disturbed,
    Fate::TimedOut,
    Fate::Missed,
    Fate::NotReached,
    Fate::NotWoven,
    Fate::Unviable,
];

/// A table by folder, and the list of what was missed.
pub(crate) fn table(mutants: &[Mutant], told: &[Told]) -> String {
    let mut folders: BTreeMap<String, BTreeMap<Fate, usize>> = BTreeMap::new();
    let mut missed: BTreeMap<Fate, Vec<&str>> = BTreeMap::new();
    for told in told {
        let Some(mutant) = mutants.get(told.mutant) else {
            continue;
        };
        for row in [folder(mutant), "all".to_owned()] {
            *folders
                .entry(row)
                .or_default()
                .entry(told.fate)
                .or_default() += 1;
        }
        if matches!(told.fate, Fate::Missed | Fate::NotReached) {
            missed.entry(told.fate).or_default().push(&mutant.name);
        }
    }
    let mut out = String::from(
        "| part | judged | noticed | failed | disturbed | timed out | missed | not reached | not woven | unviable |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for (name, fates) in &folders {
        out.extend(row(name, fates));
    }
    for (fate, names) in &mut missed {
        names.sort_unstable();
        out.push_str(&format!("\n{fate:?}\n"));
        for name in names {
            out.push_str(&format!("- {name}\n"));
        }
    }
    out
}

/// A line of the table; none for a part of which nothing was judged.
fn row(name: &str, fates: &BTreeMap<Fate, usize>) -> Option<String> {
    let count = |fate: &Fate| fates.get(fate).copied().unwrap_or(0);
    let noticed: usize = [Fate::Failed, Fate::Disturbed, Fate::TimedOut]
        .iter()
        .map(count)
        .sum();
    let judged = noticed + count(&Fate::Missed) + count(&Fate::NotReached);
    let percent = (100 * noticed).checked_div(judged)?;
    let columns: Vec<String> = FATES.iter().map(|fate| count(fate).to_string()).collect();
    Some(format!(
        "| {name} | {judged} | {percent} % | {} |\n",
        columns.join(" | ")
    ))
}

/// `client/border` of `reference/client/src/border/key.rs`; `client` of a file at the root of its crate.
fn folder(mutant: &Mutant) -> String {
    let parts: Vec<_> = mutant
        .file
        .iter()
        .filter_map(|part| part.to_str())
        .collect();
    match parts.as_slice() {
        [_, part, _, folder, _, ..] => format!("{part}/{folder}"),
        [_, part, ..] => (*part).to_owned(),
        _ => String::new(),
    }
}
