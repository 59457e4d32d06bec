//! The entries of a transcript that decided a verdict.

use std::collections::BTreeSet;

use harness_evidence::{
    Claim, Entry, Exchange, Expectation, Finding, Firing, Message, Transcript, Verdict,
    visible_within,
};
use serde::Serialize;
use serde_json::Value;

/// How many entries an excerpt shows.
const ENTRY_LIMIT: usize = 10;

/// How many lines of a body an excerpt shows, and how long they may be.
const LINE_LIMIT: usize = 24;
const WIDTH_LIMIT: usize = 160;

/// An entry as text.
#[derive(Serialize)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) head: String,
    pub(super) body: Vec<String>,
    /// Whether the adversary interfered here, or the verdict hangs on it.
    pub(super) is_marked: bool,
}

/// The numbers of the decisive entries: what the adversary did, what the decisive expectation is about, and the steps
/// right before that.
pub(super) fn decisive(transcript: &Transcript, verdict: &Verdict) -> BTreeSet<usize> {
    let mut chosen = BTreeSet::new();
    if let Some((number, expectation)) = decisive_expectation(transcript, verdict) {
        chosen.insert(number);
        for about in &expectation.about {
            chosen.insert(*about);
            chosen.extend(about.checked_sub(1));
        }
    }
    let fired = transcript.entries.iter().enumerate().rev();
    let fired = fired.filter(|(_, entry)| has_fired(entry)).map(|(n, _)| n);
    let room = ENTRY_LIMIT.saturating_sub(chosen.len());
    chosen.extend(fired.take(room));
    let last = transcript.entries.len().checked_sub(1);
    let stopped = last.filter(|n| {
        let entry = transcript.entries.get(*n);
        matches!(entry, Some(Entry::Stopped { .. }))
    });
    chosen.extend(stopped);
    chosen.into_iter().take(ENTRY_LIMIT).collect()
}

/// The expectation that made the verdict what it is.
fn decisive_expectation<'t>(
    transcript: &'t Transcript,
    verdict: &Verdict,
) -> Option<(usize, &'t Expectation)> {
    let violated = verdict
        .judgements
        .iter()
        .filter(|one| one.held != Some(true));
    let mut expectations =
        violated.filter_map(
            |judgement| match transcript.entries.get(judgement.expectation) {
                Some(Entry::Expectation(expectation)) => Some((judgement.expectation, expectation)),
                _ => None,
            },
        );
    expectations.find(|(_, expectation)| expectation.code == verdict.reason)
}

pub(super) fn lines(transcript: &Transcript, numbers: &BTreeSet<usize>) -> Vec<Line> {
    let entries = transcript.entries.iter().enumerate();
    entries
        .filter(|(n, _)| numbers.contains(n))
        .map(|(number, entry)| {
            let (head, body) = text(entry);
            Line {
                number,
                head,
                body,
                is_marked: has_fired(entry) || matches!(entry, Entry::Expectation(_)),
            }
        })
        .collect()
}

pub(super) fn has_fired(entry: &Entry) -> bool {
    matches!(entry, Entry::Exchange(exchange) if !exchange.firings.is_empty())
}

fn text(entry: &Entry) -> (String, Vec<String>) {
    match entry {
        Entry::Call {
            actor,
            method,
            params,
            answer,
        } => (
            format!("{} ▸ {method}", name(actor)),
            [json("→", params), json("←", answer)].concat(),
        ),
        Entry::Exchange(exchange) => exchange_text(exchange),
        Entry::Observation {
            what,
            witness,
            value,
        } => {
            let witness = format!("{witness:?}").to_lowercase();
            (format!("{what} [{witness}]"), json("=", value))
        }
        Entry::Expectation(expectation) => (
            format!("{}: {}", expectation.code, claim_text(&expectation.claim)),
            Vec::new(),
        ),
        Entry::Stopped { fault, reason } => {
            let fault = format!("{fault:?}").to_lowercase();
            (format!("■ {fault}: {reason}"), Vec::new())
        }
    }
}

fn exchange_text(exchange: &Exchange) -> (String, Vec<String>) {
    let head = format!(
        "{} → {} [{}]",
        name(&exchange.actor),
        exchange.request.head,
        exchange.class
    );
    let mut body = json("→", &exchange.request.body);
    for Firing { rule, action, .. } in &exchange.firings {
        body.push(format!("✗ {rule}: {action}"));
    }
    let said = |mark: &str, message: &Message| {
        let mut lines = vec![format!("{mark} {}", message.head)];
        lines.extend(json(mark, &message.body));
        lines
    };
    if let Some(forwarded) = &exchange.forwarded {
        body.extend(said("⇒", forwarded));
    }
    if let Some(answered) = &exchange.answered
        && *answered != exchange.response
    {
        body.extend(said("⇐", answered));
    }
    body.extend(said("←", &exchange.response));
    (head, body)
}

/// Indented JSON, line by line, cut with a mark.
fn json(mark: &str, value: &Value) -> Vec<String> {
    if value.is_null() {
        return Vec::new();
    }
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let total = text.lines().count();
    let lines = text.lines().take(LINE_LIMIT).enumerate();
    let mut lines: Vec<_> = lines
        .map(|(n, line)| {
            let mark = if n == 0 { mark } else { " " };
            format!("{mark} {}", visible_within(line, WIDTH_LIMIT))
        })
        .collect();
    if total > LINE_LIMIT {
        lines.push(format!("  ⟨… {} more⟩", total - LINE_LIMIT));
    }
    lines
}

/// A claim as its name and what it names.
pub(super) fn claim_text(claim: &Claim) -> String {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(claim) else {
        return String::new();
    };
    let name = fields.remove("claim");
    let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
    let values = fields.iter().map(|(key, value)| format!(" {key}={value}"));
    let text = name.replace('_', " ") + &values.collect::<String>();
    visible_within(&text, WIDTH_LIMIT)
}

/// Whether a judgement held, as a finding would say it.
pub(super) fn finding(held: Option<bool>, seen: &str) -> Finding {
    match held {
        Some(true) => Finding::Held(seen.to_owned()),
        Some(false) => Finding::Violated(seen.to_owned()),
        None => Finding::Undecided(seen.to_owned()),
    }
}

pub(super) fn name(actor: &str) -> &str {
    if actor.is_empty() { "bench" } else { actor }
}
