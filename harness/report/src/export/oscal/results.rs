//! The assessment results: an observation a case, a finding a requirement, a risk a requirement that does not hold.

use harness_evidence::{CaseResult, Outcome, RequirementResult, Results, visible};
use serde_json::{Value, json};

use super::{Names, code, objective_id, prop, text};
use crate::export::{sarif::word, uri};

/// The results of a run.
pub(in crate::export) fn results(results: &Results) -> Value {
    let names = Names(results);
    let cases: Vec<_> = results
        .cases
        .iter()
        .filter(|case| !case.sha256.is_empty())
        .collect();
    let resources: Vec<_> = cases.iter().map(|case| resource(&names, case)).collect();
    let mut document = json!({
        "uuid": names.uuid("assessment-results"),
        "metadata": names.metadata("Assessment results"),
        "import-ap": {"href": "oscal-assessment-plan.json"},
        "results": [result(&names, results, &cases)],
    });
    if let (Some(fields), false) = (document.as_object_mut(), resources.is_empty()) {
        fields.insert("back-matter".to_owned(), json!({"resources": resources}));
    }
    json!({"assessment-results": document})
}

fn result(names: &Names<'_>, results: &Results, cases: &[&CaseResult]) -> Value {
    let failed = |one: &&RequirementResult| one.outcome == Outcome::Fail;
    let inapplicable = |one: &&RequirementResult| one.outcome == Outcome::NotApplicable;
    let (absent, applicable): (Vec<_>, Vec<_>) =
        results.requirements.iter().partition(inapplicable);
    let observations: Vec<_> = cases
        .iter()
        .map(|case| observation(names, results, case))
        .chain(absent.iter().map(|one| absence(names, results, one)))
        .collect();
    let findings: Vec<_> = applicable
        .iter()
        .map(|one| finding(names, results, one))
        .collect();
    let risks: Vec<_> = results
        .requirements
        .iter()
        .filter(failed)
        .map(|one| risk(names, one))
        .collect();
    let mut result = json!({
        "uuid": names.uuid("result"),
        "title": format!("Run {}", text(&results.plan.run)),
        "description": "Every requirement in the cases that were run; a test without source code contributes to an examination, it is none.",
        "start": visible(&results.opened),
        "props": [
            prop("complete", &results.complete.to_string()),
            prop("binding", &results.plan.target.binding),
            prop("seeded-flaws-caught", &format!("{} of {}", results.instrument.caught().0, results.instrument.caught().1)),
        ],
        "local-definitions": definitions(names, results),
        "reviewed-controls": names.controls(),
    });
    if let Some(fields) = result.as_object_mut() {
        if let Some(log) = log(names, results, cases) {
            fields.insert("assessment-log".to_owned(), log);
        }
        fields.extend(
            results
                .closed
                .as_ref()
                .map(|at| ("end".to_owned(), json!(visible(at)))),
        );
        for (name, list) in [
            ("observations", observations),
            ("risks", risks),
            ("findings", findings),
        ] {
            if !list.is_empty() {
                fields.insert(name.to_owned(), json!(list));
            }
        }
    }
    result
}

/// One entry, the run, with the tasks of the plan that it carried out.
fn log(names: &Names<'_>, results: &Results, cases: &[&CaseResult]) -> Option<Value> {
    let planned = |case: &&&CaseResult| results.plan.checks.iter().any(|one| one.id == case.check);
    let tasks = cases.iter().filter(planned);
    let tasks: Vec<_> = tasks
        .map(|case| json!({"task-uuid": names.task(&case.check)}))
        .collect();
    if tasks.is_empty() {
        return None;
    }
    let mut entry = json!({
        "uuid": names.uuid("log"),
        "title": format!("Run {}", text(&results.plan.run)),
        "start": visible(&results.opened),
        "related-tasks": tasks,
    });
    if let (Some(fields), Some(closed)) = (entry.as_object_mut(), &results.closed) {
        fields.insert("end".to_owned(), json!(visible(closed)));
    }
    Some(json!({"entries": [entry]}))
}

/// The target and the bench.
fn definitions(names: &Names<'_>, results: &Results) -> Value {
    let target = &results.plan.target;
    let component = |uuid: String, kind: &str, title: &str, description: &str| json!({"uuid": uuid, "type": kind, "title": text(title), "description": description, "status": {"state": "operational"}});
    let said = names.parts();
    let bench = format!(
        "version {}, judge {}",
        text(&results.tool.version),
        results.tool.judge
    );
    json!({
        "components": [component(names.uuid("target"), "software", &target.name, &said)],
        "assessment-assets": {
            "components": [component(names.uuid("bench"), "software", "Prüfstand", &bench)],
            "assessment-platforms": [{
                "uuid": names.uuid("platform"),
                "title": "the machine of the run",
                "uses-components": [{"component-uuid": names.uuid("bench")}],
            }],
        },
    })
}

fn observation(names: &Names<'_>, results: &Results, case: &CaseResult) -> Value {
    let purpose = results
        .plan
        .checks
        .iter()
        .find(|check| check.id == case.check);
    let planned = purpose.is_some();
    let purpose = purpose.map_or("", |check| check.purpose.as_str());
    let mut origin = json!({"actors": [{"type": "tool", "actor-uuid": names.uuid("bench")}]});
    if let (Some(fields), true) = (origin.as_object_mut(), planned) {
        // The task stands in the plan.
        fields.insert(
            "related-tasks".to_owned(),
            json!([{"task-uuid": names.task(&case.check)}]),
        );
    }
    json!({
        "uuid": names.uuid(&format!("observation/{}", case.check)),
        "title": text(&case.check),
        "description": description(purpose, &case.verdict.detail),
        "methods": ["TEST"],
        "types": ["control-objective"],
        "origins": [origin],
        "subjects": [{"subject-uuid": names.uuid("target"), "type": "component"}],
        "collected": visible(results.closed.as_ref().unwrap_or(&results.opened)),
        "props": [prop("outcome", word(case.verdict.outcome)), prop("reason", &case.verdict.reason)],
        "relevant-evidence": [{"href": format!("#{}", names.uuid(&format!("resource/{}", case.check))), "description": "transcript of the case"}],
    })
}

/// A requirement that does not apply is no finding: only who says so is told.
fn absence(names: &Names<'_>, results: &Results, one: &RequirementResult) -> Value {
    let rule = one.rule.as_deref().unwrap_or("no check on it applies");
    json!({
        "uuid": names.uuid(&format!("absence/{}", one.id)),
        "title": text(&one.id),
        "description": text(&one.text_en),
        "methods": ["EXAMINE"],
        "subjects": [{"subject-uuid": names.uuid("target"), "type": "component"}],
        "collected": visible(&results.opened),
        "props": [prop("outcome", word(one.outcome)), prop("reason", rule)],
    })
}

/// What a check is for, and what was seen.
fn description(purpose: &str, detail: &str) -> String {
    match detail {
        "" => text(purpose),
        detail => format!("{} {}", text(purpose), code(detail)),
    }
}

fn resource(names: &Names<'_>, case: &CaseResult) -> Value {
    json!({
        "uuid": names.uuid(&format!("resource/{}", case.check)),
        "title": format!("transcript of {}", text(&case.check)),
        "rlinks": [{
            "href": uri("../data/", &case.transcript),
            "media-type": "application/json",
            "hashes": [{"algorithm": "SHA-256", "value": visible(&case.sha256)}],
        }],
    })
}

fn finding(names: &Names<'_>, results: &Results, one: &RequirementResult) -> Value {
    let (state, reason) = match one.outcome {
        Outcome::Pass => ("satisfied", "pass"),
        Outcome::Fail => ("not-satisfied", "fail"),
        _ => ("not-satisfied", "other"),
    };
    let seen = one.checks.iter().filter(|id| {
        let case = results.cases.iter().find(|case| case.check == **id);
        case.is_some_and(|case| !case.sha256.is_empty())
    });
    let seen: Vec<_> = seen
        .map(|id| json!({"observation-uuid": names.uuid(&format!("observation/{id}"))}))
        .collect();
    let mut finding = json!({
        "uuid": names.uuid(&format!("finding/{}", one.id)),
        "title": text(&one.id),
        "description": text(&one.text_en),
        "props": [prop("outcome", word(one.outcome))],
        "target": {
            "type": "objective-id",
            "target-id": objective_id(&one.id),
            "status": {"state": state, "reason": reason},
        },
    });
    if let Some(fields) = finding.as_object_mut() {
        if !seen.is_empty() {
            fields.insert("related-observations".to_owned(), json!(seen));
        }
        if one.outcome == Outcome::Fail {
            let risk = json!([{"risk-uuid": names.uuid(&format!("risk/{}", one.id))}]);
            fields.insert("related-risks".to_owned(), risk);
        }
    }
    finding
}

fn risk(names: &Names<'_>, one: &RequirementResult) -> Value {
    json!({
        "uuid": names.uuid(&format!("risk/{}", one.id)),
        "title": format!("{} does not hold", text(&one.id)),
        "description": text(&one.text_en),
        "statement": "A check failed; its transcript shows how.",
        "status": "open",
    })
}
