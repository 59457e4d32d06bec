//! A comparison for people: the loudest change first, whatever it is about.

use harness_evidence::Outcome;

use super::words::DiffWords;
use super::{Change, Comparison, Kind, Side};
use crate::Language;
use crate::words::Words;

pub(super) fn text(comparison: &Comparison, language: Language) -> String {
    let (words, diff) = (language.words(), DiffWords::of(language));
    let (old, new) = (&comparison.old, &comparison.new);
    let mut lines = vec![
        words.page.not_a_certificate.to_owned(),
        String::new(),
        format!("{}: {} → {}", diff.title, old.run, new.run),
        format!("  {}", side(old, words)),
        format!("→ {}", side(new, words)),
    ];
    if old.object != new.object {
        lines.push(diff.other_object.to_owned());
    }
    if old.judge != new.judge {
        lines.push(diff.other_rules.to_owned());
    }
    if !comparison.versions.is_empty() {
        let checks = comparison.versions.join(", ");
        lines.push(format!("{}: {checks}", diff.other_versions));
    }
    if comparison.loudest().is_none() {
        lines.extend([String::new(), diff.nothing.to_owned()]);
    }
    for kind in [Kind::Lost, Kind::New, Kind::Still, Kind::Fixed] {
        for (title, changes) in [
            (diff.requirements, &comparison.requirements),
            (diff.checks, &comparison.checks),
            (diff.twins, &comparison.twins),
        ] {
            lines.extend(section(kind, title, changes, words, diff));
        }
    }
    lines.join("\n") + "\n"
}

fn side(side: &Side, words: &Words) -> String {
    let [heading, _] = words.overall(side.overall);
    let [name, relay, client] = &side.object;
    let object: Vec<_> = [name, relay, client]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(String::as_str)
        .collect();
    format!("{}, {}: {heading}", side.opened, object.join(", "))
}

fn section(
    kind: Kind,
    title: &str,
    changes: &[Change],
    words: &Words,
    diff: &DiffWords,
) -> Vec<String> {
    let of: Vec<_> = changes
        .iter()
        .filter(|change| change.kind == kind)
        .collect();
    if of.is_empty() {
        return Vec::new();
    }
    let head = format!(
        "{} {} ({title}: {})",
        kind.symbol(),
        diff.kind(kind),
        of.len()
    );
    let outcome = |outcome: Option<Outcome>| outcome.map_or(diff.unknown, |one| words.outcome(one));
    let rows = of.into_iter().map(|change| {
        let (before, now) = (outcome(change.before), outcome(change.now));
        let reason = match change.reason.as_str() {
            "" => String::new(),
            reason => format!(", {reason}"),
        };
        format!("  {}: {before} → {now}{reason}", change.id)
    });
    [String::new(), head].into_iter().chain(rows).collect()
}
