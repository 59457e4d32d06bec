//! The assessment plan: one activity a check, one task a planned case.

use harness_evidence::{Applicability, PlannedCheck, RequirementResult, Results};
use serde_json::{Map, Value, json};

use super::{Names, control, objective_id, prop, text};

/// The plan of a run, fixed before its first request.
pub(in crate::export) fn plan(results: &Results) -> Value {
    let names = Names(results);
    let checks = &results.plan.checks;
    let planned = |check: &&PlannedCheck| check.applicability == Applicability::Planned;
    let activities: Vec<_> = checks.iter().map(|check| activity(&names, check)).collect();
    let tasks: Vec<_> = checks
        .iter()
        .filter(planned)
        .map(|check| task(&names, check))
        .collect();
    let objectives: Vec<_> = results.requirements.iter().map(objective).collect();
    let target = names.uuid("target-resource");
    let mut plan = json!({
        "uuid": names.uuid("assessment-plan"),
        "metadata": names.metadata("Assessment plan"),
        "import-ssp": {"href": format!("#{target}")},
        "reviewed-controls": names.controls(),
        "back-matter": {"resources": [{
            "uuid": target,
            "title": text(&results.plan.target.name),
            "description": names.parts(),
            "props": [prop("manifest-sha256", &results.plan.target.manifest)],
        }]},
    });
    if let Some(fields) = plan.as_object_mut() {
        let mut definitions = Map::new();
        for (name, list) in [
            ("objectives-and-methods", objectives),
            ("activities", activities),
        ] {
            if !list.is_empty() {
                definitions.insert(name.to_owned(), json!(list));
            }
        }
        if !definitions.is_empty() {
            fields.insert("local-definitions".to_owned(), json!(definitions));
        }
        if !tasks.is_empty() {
            fields.insert("tasks".to_owned(), json!(tasks));
        }
    }
    json!({"assessment-plan": plan})
}

/// What a finding is about: the objective that a requirement states.
fn objective(one: &RequirementResult) -> Value {
    json!({
        "control-id": control(&one.id),
        "description": text(&one.text_en),
        "parts": [{
            "id": objective_id(&one.id),
            "name": "assessment-objective",
            "prose": text(&one.text_en),
        }],
    })
}

fn activity(names: &Names<'_>, check: &PlannedCheck) -> Value {
    let controls: Vec<_> = check
        .requirements
        .iter()
        .map(|id| json!({"control-id": control(id)}))
        .collect();
    let mut activity = json!({
        "uuid": names.check(&check.id),
        "title": text(&check.id),
        "description": text(&check.purpose),
        "props": [prop("method", "TEST"), prop("check-version", &check.version.to_string())],
        "steps": [{
            "uuid": names.uuid(&format!("step/{}", check.id)),
            "description": text(&check.expected),
            "remarks": text(&check.precondition),
        }],
    });
    if let (Some(fields), false) = (activity.as_object_mut(), controls.is_empty()) {
        let selections = json!({"control-selections": [{"include-controls": controls}]});
        fields.insert("related-controls".to_owned(), selections);
    }
    activity
}

fn task(names: &Names<'_>, check: &PlannedCheck) -> Value {
    json!({
        "uuid": names.task(&check.id),
        "type": "action",
        "title": text(&check.id),
        "associated-activities": [{
            "activity-uuid": names.check(&check.id),
            "subjects": [{"type": "component", "include-all": {}}],
        }],
    })
}
