//! SARIF 2.1.0 (OASIS): failures for code scanning, and everything for whoever wants it.

mod result;

use harness_evidence::{
    CaseResult, Outcome, PlannedCheck, RequirementResult, Results, Severity, visible,
};
use serde_json::{Value, json};

use super::{Read, uri};

/// Only what failed: code scanning shows everything else as an alert, too.
pub(super) fn findings(results: &Results, read: Read<'_>) -> Value {
    log(results, read, &|case| case.verdict.outcome == Outcome::Fail)
}

/// Every check.
pub(super) fn full(results: &Results, read: Read<'_>) -> Value {
    log(results, read, &|_| true)
}

/// An outcome in the word that data use.
pub(super) fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Inconclusive => "inconclusive",
        Outcome::Error => "error",
        Outcome::NotRun => "not-run",
        Outcome::NotApplicable => "not-applicable",
    }
}

fn log(results: &Results, read: Read<'_>, wanted: &dyn Fn(&CaseResult) -> bool) -> Value {
    let cases: Vec<_> = results.cases.iter().filter(|case| wanted(case)).collect();
    let recorded: Vec<_> = cases.iter().filter(|case| carried_out(case)).collect();
    let place = |case: &CaseResult| recorded.iter().position(|one| one.check == case.check);
    let rows = cases
        .iter()
        .map(|case| result::result(results, case, place(case), read));
    let rows: Vec<_> = rows.collect();
    let artifacts: Vec<_> = recorded.iter().map(|case| artifact(case)).collect();
    let rules = results.plan.checks.iter().map(|check| rule(results, check));
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Prüfstand",
                "semanticVersion": visible(&results.tool.version),
                "rules": rules.collect::<Vec<_>>(),
                "supportedTaxonomies": [{"name": TAXONOMY, "index": 0}],
            }},
            "automationDetails": {"id": format!("pruefstand/{}", visible(&results.plan.run))},
            "invocations": [invocation(results)],
            "taxonomies": [taxonomy(results)],
            "artifacts": artifacts,
            "results": rows,
        }],
    })
}

/// The requirements as a taxonomy, so that a viewer can group results by them.
const TAXONOMY: &str = "Prüfstand requirements";

fn taxonomy(results: &Results) -> Value {
    let taxon = |one: &RequirementResult| {
        json!({
            "id": visible(&one.id),
            "shortDescription": {"text": text(&one.text_en)},
            "properties": {"outcome": word(one.outcome), "sources": visible(&one.sources.join("; "))},
        })
    };
    let taxa: Vec<_> = results.requirements.iter().map(taxon).collect();
    json!({"name": TAXONOMY, "taxa": taxa})
}

fn artifact(case: &CaseResult) -> Value {
    json!({
        "location": {"uri": uri("data/", &case.transcript)},
        "hashes": {"sha-256": visible(&case.sha256)},
        "mimeType": "application/json",
    })
}

/// Whether the run was whole, and what no result says.
fn invocation(results: &Results) -> Value {
    let open = results.cases.iter();
    let open = open.filter(|case| matches!(case.verdict.outcome, Outcome::Error | Outcome::NotRun));
    let notices: Vec<_> = open.map(|case| notice(results, case)).collect();
    let mut invocation = json!({
        "executionSuccessful": results.complete,
        "startTimeUtc": visible(&results.opened),
        "commandLine": visible(&results.command),
        "toolExecutionNotifications": notices,
    });
    if let (Some(fields), Some(closed)) = (invocation.as_object_mut(), &results.closed) {
        fields.insert("endTimeUtc".to_owned(), json!(visible(closed)));
    }
    invocation
}

fn notice(results: &Results, case: &CaseResult) -> Value {
    let id = visible(&case.check);
    let told = format!("{}: {}", case.check, case.verdict.reason);
    let checks = &results.plan.checks;
    let index = checks.iter().position(|check| check.id == case.check);
    json!({
        "level": "warning",
        "message": {"text": text(&told)},
        "descriptor": {"id": word(case.verdict.outcome)},
        "associatedRule": index.map_or_else(|| json!({"id": id}), |index| json!({"id": id, "index": index})),
    })
}

fn rule(results: &Results, check: &PlannedCheck) -> Value {
    // What a user loses, on the scale of CVSS, for consoles that sort by it.
    let severity = match check.severity {
        Severity::Must => "8.0",
        Severity::Should => "5.0",
        Severity::May => "2.0",
    };
    let tags = check.requirements.iter().chain(&check.attacks);
    // Consoles keep twenty.
    let tags: Vec<_> = tags.take(20).map(|tag| visible(tag)).collect();
    let related = check.requirements.iter().filter_map(|id| {
        let index = results.requirements.iter().position(|one| one.id == *id)?;
        let component = json!({"name": TAXONOMY, "index": 0});
        Some(json!({
            "target": {"id": visible(id), "index": index, "toolComponent": component},
            "kinds": ["relevant"],
        }))
    });
    json!({
        "id": visible(&check.id),
        "shortDescription": {"text": text(&check.purpose)},
        "fullDescription": {"text": text(&check.expected)},
        "help": {"text": text(&format!("pruefstand explain {}", check.id))},
        "relationships": related.collect::<Vec<_>>(),
        "properties": {"tags": tags, "security-severity": severity},
    })
}

fn carried_out(case: &CaseResult) -> bool {
    !case.sha256.is_empty()
}

/// A message. SARIF takes no empty one, reads `{0}` in it as a place to fill (so braces are doubled, 3.11.5) and `[x](y)` as a link
/// (so brackets that could make one are escaped, 3.11.6).
fn text(text: &str) -> String {
    let text = visible(text).replace('{', "{{").replace('}', "}}");
    if text.is_empty() {
        "–".to_owned()
    } else if text.contains("](") {
        text.replace('[', "\\[").replace(']', "\\]")
    } else {
        text
    }
}
