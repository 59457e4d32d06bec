//! The component definition: what the target was seen to implement, in the cases of one run.

use harness_evidence::{Outcome, RequirementResult, Results};
use serde_json::{Value, json};

use super::{Names, control, prop, text};

/// The target as a component with every requirement that holds. What failed, or was not decided, is left out: being on this
/// list says that something is implemented.
pub(in crate::export) fn component_definition(results: &Results) -> Value {
    let names = Names(results);
    let target = &results.plan.target;
    let catalogue = names.uuid("catalogue-resource");
    let holding = results.requirements.iter();
    let holding = holding.filter(|one| one.outcome == Outcome::Pass);
    let implemented: Vec<_> = holding.map(|one| requirement(&names, one)).collect();
    let mut component = json!({
        "uuid": names.uuid("component"),
        "type": "software",
        "title": text(&target.name),
        "description": names.parts(),
        "props": [
            prop("manifest-sha256", &target.manifest),
            prop("binding", &target.binding),
        ],
    });
    if let (Some(fields), false) = (component.as_object_mut(), implemented.is_empty()) {
        let implementation = json!([{
            "uuid": names.uuid("control-implementation"),
            "source": format!("#{catalogue}"),
            "description": format!("In the cases of run {} only; other versions, configurations and operators are not covered.", text(&results.plan.run)),
            "implemented-requirements": implemented,
        }]);
        fields.insert("control-implementations".to_owned(), implementation);
    }
    json!({"component-definition": {
        "uuid": names.uuid("component-definition"),
        "metadata": names.metadata("Component definition"),
        "components": [component],
        "back-matter": {"resources": [{
            "uuid": catalogue,
            "title": "Prüfstand requirements",
            "description": format!("The catalogue of the bench, version {}; its ids in lower case are the control ids here.", text(&results.tool.version)),
        }]},
    }})
}

fn requirement(names: &Names<'_>, one: &RequirementResult) -> Value {
    json!({
        "uuid": names.uuid(&format!("implemented/{}", one.id)),
        "control-id": control(&one.id),
        "description": text(&one.text_en),
        "props": [prop("checks", &one.checks.len().to_string())],
    })
}
