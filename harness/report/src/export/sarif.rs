//! SARIF 2.1.0 (OASIS): failures for code scanning, and everything for whoever wants it.

use harness_evidence::{CaseResult, Outcome, PlannedCheck, Results, Severity, visible};
use serde_json::{Value, json};

/// Only what failed: code scanning shows everything else as an alert, too.
pub(super) fn findings(results: &Results) -> Value {
    log(results, &|case| case.verdict.outcome == Outcome::Fail)
}

/// Every check.
pub(super) fn full(results: &Results) -> Value {
    log(results, &|_| true)
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

fn log(results: &Results, wanted: &dyn Fn(&CaseResult) -> bool) -> Value {
    let cases: Vec<_> = results.cases.iter().filter(|case| wanted(case)).collect();
    let rules: Vec<_> = results.plan.checks.iter().map(rule).collect();
    let artifacts: Vec<_> = cases.iter().filter(|case| carried_out(case)).collect();
    let place = |case: &CaseResult| artifacts.iter().position(|one| one.check == case.check);
    let rows: Vec<_> = cases
        .iter()
        .map(|case| result(results, case, place(case)))
        .collect();
    let artifacts: Vec<_> = artifacts
        .iter()
        .map(|case| {
            json!({
                "location": {"uri": format!("data/{}", visible(&case.transcript))},
                "hashes": {"sha-256": case.sha256},
                "mimeType": "application/json",
            })
        })
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Prüfstand",
                "semanticVersion": results.tool.version,
                "rules": rules,
            }},
            "automationDetails": {"id": format!("pruefstand/{}", visible(&results.plan.run))},
            "invocations": [invocation(results)],
            "artifacts": artifacts,
            "results": rows,
        }],
    })
}

/// Whether the run was whole, and what no result says.
fn invocation(results: &Results) -> Value {
    let open: Vec<_> = results
        .cases
        .iter()
        .filter(|case| matches!(case.verdict.outcome, Outcome::Error | Outcome::NotRun))
        .map(|case| {
            let text = format!(
                "{}: {}",
                visible(&case.check),
                visible(&case.verdict.reason)
            );
            json!({"level": "warning", "message": {"text": text}, "descriptor": {"id": case.check}})
        })
        .collect();
    json!({
        "executionSuccessful": results.complete,
        "startTimeUtc": results.opened,
        "commandLine": visible(&results.command),
        "toolExecutionNotifications": open,
    })
}

fn rule(check: &PlannedCheck) -> Value {
    // What a user loses, on the scale of CVSS, for consoles that sort by it.
    let severity = match check.severity {
        Severity::Must => "8.0",
        Severity::Should => "5.0",
        Severity::May => "2.0",
    };
    let tags: Vec<_> = check
        .requirements
        .iter()
        .chain(&check.attacks)
        .take(20)
        .collect();
    json!({
        "id": check.id,
        "shortDescription": {"text": text(&check.purpose)},
        "fullDescription": {"text": text(&check.expected)},
        "help": {"text": format!("pruefstand explain {}", check.id)},
        "properties": {"tags": tags, "security-severity": severity},
    })
}

fn result(results: &Results, case: &CaseResult, artifact: Option<usize>) -> Value {
    let check = results
        .plan
        .checks
        .iter()
        .position(|check| check.id == case.check);
    let severity = check
        .and_then(|n| results.plan.checks.get(n))
        .map(|check| check.severity);
    let (kind, level) = match case.verdict.outcome {
        Outcome::Fail if severity == Some(Severity::Must) => ("fail", "error"),
        Outcome::Fail => ("fail", "warning"),
        Outcome::Pass => ("pass", "none"),
        Outcome::Inconclusive | Outcome::Error | Outcome::NotRun => ("open", "none"),
        Outcome::NotApplicable => ("notApplicable", "none"),
    };
    let said = [case.verdict.reason.as_str(), case.verdict.detail.as_str()];
    let said: Vec<_> = said
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(visible)
        .collect();
    let place = json!({"uri": format!("data/{}", visible(&case.transcript)), "index": artifact});
    let locations = match artifact {
        Some(_) => json!([{"physicalLocation": {"artifactLocation": place}}]),
        // Consoles want a place; where nothing was carried out it is the plan.
        None => json!([{"physicalLocation": {"artifactLocation": {"uri": "data/plan.json"}}}]),
    };
    let mut result = json!({
        "ruleId": case.check,
        "ruleIndex": check,
        "kind": kind,
        "level": level,
        "message": {"text": text(&said.join(": "))},
        "locations": locations,
        "partialFingerprints": {"case/v1": case.check},
        "properties": {"outcome": word(case.verdict.outcome)},
    });
    if let (Some(fields), Some(reason)) = (result.as_object_mut(), &case.deviation) {
        let declared =
            json!([{"kind": "external", "status": "accepted", "justification": visible(reason)}]);
        fields.insert("suppressions".to_owned(), declared);
    }
    result
}

fn carried_out(case: &CaseResult) -> bool {
    !case.sha256.is_empty()
}

/// SARIF takes no empty text.
fn text(text: &str) -> String {
    match visible(text) {
        empty if empty.is_empty() => "–".to_owned(),
        text => text,
    }
}

/// What must hold of every log and no schema says; the places where it does not.
#[cfg(test)]
pub(super) fn broken(log: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    let count = |pointer: &str| {
        log.pointer(pointer)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    let rules = count("/runs/0/tool/driver/rules");
    let artifacts = count("/runs/0/artifacts");
    let results = log.pointer("/runs/0/results").and_then(Value::as_array);
    for (n, result) in results.into_iter().flatten().enumerate() {
        let index = |pointer: &str| {
            result
                .pointer(pointer)
                .and_then(Value::as_u64)
                .map(|n| usize::try_from(n).unwrap_or(usize::MAX))
        };
        if index("/ruleIndex").is_none_or(|index| index >= rules) {
            broken.push(format!("result {n}: ruleIndex"));
        }
        if index("/locations/0/physicalLocation/artifactLocation/index")
            .is_some_and(|index| index >= artifacts)
        {
            broken.push(format!("result {n}: artifact index"));
        }
        if result["kind"] != "fail" && result["level"] != "none" {
            broken.push(format!("result {n}: level of a result that did not fail"));
        }
        if result
            .pointer("/message/text")
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            broken.push(format!("result {n}: empty message"));
        }
    }
    for n in 0..artifacts {
        let hash = log.pointer(&format!("/runs/0/artifacts/{n}/hashes/sha-256"));
        if hash.and_then(Value::as_str).map(str::len) != Some(64) {
            broken.push(format!("artifact {n}: hash"));
        }
    }
    broken
}
