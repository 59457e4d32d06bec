//! One case as a result: what it came to, and where in its transcript that stands.

use harness_evidence::{
    CaseResult, Entry, Judgement, Outcome, Results, Role, Severity, Transcript, json_text,
    sha256_hex, visible,
};
use serde_json::{Value, json};

use super::{text, word};
use crate::export::{Read, uri};

/// How many steps of a failure are told.
const STEP_LIMIT: usize = 100;

pub(super) fn result(
    results: &Results,
    case: &CaseResult,
    artifact: Option<usize>,
    read: Read<'_>,
) -> Value {
    let checks = &results.plan.checks;
    let rule = checks.iter().position(|check| check.id == case.check);
    let severity = rule.and_then(|n| checks.get(n)).map(|check| check.severity);
    let (kind, level) = kind(case.verdict.outcome, severity);
    let said = [case.verdict.reason.as_str(), case.verdict.detail.as_str()];
    let said: Vec<_> = said.into_iter().filter(|one| !one.is_empty()).collect();
    let record = (case.verdict.outcome == Outcome::Fail)
        .then(|| Record::of(case, read))
        .flatten();
    let decisive = record.as_ref().and_then(|record| record.decisive(case));
    let mut fields = json!({
        "ruleId": visible(&case.check),
        "kind": kind,
        "level": level,
        "message": {"text": text(&said.join(": "))},
        "locations": [location(case, artifact, decisive)],
        "partialFingerprints": {"case/v1": visible(&case.check)},
        "properties": {"outcome": word(case.verdict.outcome)},
    });
    if let Some(fields) = fields.as_object_mut() {
        fields.extend(rule.map(|rule| ("ruleIndex".to_owned(), json!(rule))));
        if let Some(reason) = &case.deviation {
            let declared = json!([{"kind": "external", "status": "accepted", "justification": visible(reason)}]);
            fields.insert("suppressions".to_owned(), declared);
        }
        let steps = record.map(|record| record.steps(case, artifact));
        if let Some(steps) = steps.filter(|steps| !steps.is_empty()) {
            let flow = json!([{"threadFlows": [{"locations": steps}]}]);
            fields.insert("codeFlows".to_owned(), flow);
        }
    }
    fields
}

/// What is not a failure has no level.
fn kind(outcome: Outcome, severity: Option<Severity>) -> (&'static str, &'static str) {
    match (outcome, severity) {
        (Outcome::Fail, Some(Severity::Should)) => ("fail", "warning"),
        (Outcome::Fail, Some(Severity::May)) => ("fail", "note"),
        (Outcome::Fail, Some(Severity::Must) | None) => ("fail", "error"),
        (Outcome::Pass, _) => ("pass", "none"),
        (Outcome::Inconclusive | Outcome::Error | Outcome::NotRun, _) => ("open", "none"),
        (Outcome::NotApplicable, _) => ("notApplicable", "none"),
    }
}

/// The transcript, and the line in it if that is known; where nothing was carried out it is the plan, for consoles want a place.
fn location(case: &CaseResult, artifact: Option<usize>, line: Option<usize>) -> Value {
    let Some(index) = artifact else {
        return json!({"physicalLocation": {"artifactLocation": {"uri": "data/plan.json"}}});
    };
    let place = json!({"uri": uri("data/", &case.transcript), "index": index});
    match line {
        Some(line) => {
            json!({"physicalLocation": {"artifactLocation": place, "region": {"startLine": line}}})
        }
        None => json!({"physicalLocation": {"artifactLocation": place}}),
    }
}

/// A transcript with the line at which each of its entries begins.
struct Record {
    transcript: Transcript,
    lines: Vec<usize>,
}

impl Record {
    /// Only if the text that the bench writes for it is the one that the digest is of: otherwise lines would be guesses.
    fn of(case: &CaseResult, read: Read<'_>) -> Option<Self> {
        let transcript = read(&case.transcript)?;
        let text = json_text(&transcript).ok()?;
        let lines = if sha256_hex(text.as_bytes()) == case.sha256 {
            // Entries stand two levels deep, each with its brace on a line of its own.
            let lines = (1..).zip(text.lines());
            lines
                .filter(|(_, line)| *line == "    {")
                .map(|(n, _)| n)
                .collect()
        } else {
            Vec::new()
        };
        Some(Self { transcript, lines })
    }

    fn line(&self, entry: usize) -> Option<usize> {
        self.lines.get(entry).copied()
    }

    /// The line of the first expectation that was violated.
    fn decisive(&self, case: &CaseResult) -> Option<usize> {
        let mut judgements = case.verdict.judgements.iter();
        let violated = judgements.find(|one| one.held == Some(false))?;
        self.line(violated.expectation)
    }

    /// The expectations in the order of the case, each with what was seen.
    fn steps(&self, case: &CaseResult, artifact: Option<usize>) -> Vec<Value> {
        let judgements = case.verdict.judgements.iter().take(STEP_LIMIT);
        let steps = judgements.filter_map(|judgement| {
            let Entry::Expectation(expectation) =
                self.transcript.entries.get(judgement.expectation)?
            else {
                return None;
            };
            let line = self.line(judgement.expectation);
            let mut location = location(case, artifact, line);
            let said = step(expectation.role, &expectation.code, judgement);
            if let Some(fields) = location.as_object_mut() {
                fields.insert("message".to_owned(), json!({"text": said}));
            }
            Some(json!({"location": location}))
        });
        steps.collect()
    }
}

fn step(role: Role, code: &str, judgement: &Judgement) -> String {
    let role = match role {
        Role::Control => "control",
        Role::Applied => "attack applied",
        Role::Attack => "attack",
        Role::Twin => "valid twin",
        Role::State => "state",
    };
    let held = match judgement.held {
        Some(true) => "held",
        Some(false) => "violated",
        None => "undecided",
    };
    text(&format!("{role}, {code}: {held}; {}", judgement.seen))
}
