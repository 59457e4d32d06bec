//! OSCAL 1.2 (NIST, CC0): the plan of a run and its results against the requirements of the catalogue.
//!
//! A product test has no system security plan, so `import-ssp` points to a resource that describes the target.

mod plan;
mod results;

use harness_evidence::{Results, visible};
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) use plan::plan;
pub(super) use results::results;

/// The version that is written; the BSI's own catalogues have it.
const VERSION: &str = "1.2.2";
/// The name space of properties that are ours.
const NAMESPACE: &str = "urn:pruefstand:oscal";

/// Names of things in one run: the same things have the same names in both documents, and in the same run rendered again.
struct Names<'a>(&'a Results);

impl Names<'_> {
    /// UUID version 5 over run and path.
    fn uuid(&self, path: &str) -> String {
        let run = &self.0.plan.run;
        Uuid::new_v5(
            &Uuid::NAMESPACE_URL,
            format!("urn:pruefstand:{run}:{path}").as_bytes(),
        )
        .to_string()
    }

    fn check(&self, id: &str) -> String {
        self.uuid(&format!("activity/{id}"))
    }

    fn task(&self, id: &str) -> String {
        self.uuid(&format!("task/{id}"))
    }

    fn metadata(&self, title: &str) -> Value {
        let run = self.0;
        json!({
            "title": format!("{title}: {}", text(&run.plan.target.name)),
            "last-modified": run.closed.as_ref().unwrap_or(&run.opened),
            "version": visible(&run.plan.run),
            "oscal-version": VERSION,
            "remarks": "No certificate, no approval, no BSI seal: the technical result of a self-assessment.",
        })
    }

    /// The requirements that were looked at, as controls.
    fn controls(&self) -> Value {
        let ids = self
            .0
            .requirements
            .iter()
            .map(|one| json!({"control-id": control(&one.id)}));
        match ids.collect::<Vec<_>>() {
            none if none.is_empty() => json!({"control-selections": [{"include-all": {}}]}),
            some => json!({"control-selections": [{"include-controls": some}]}),
        }
    }
}

/// A requirement's id as a control: a token in lower case.
fn control(id: &str) -> String {
    id.to_ascii_lowercase()
}

/// One line that is not empty.
fn text(text: &str) -> String {
    match visible(text).trim() {
        "" => "–".to_owned(),
        text => text.to_owned(),
    }
}

/// A property of ours. OSCAL takes no empty value.
fn prop(name: &str, value: &str) -> Value {
    json!({"name": name, "ns": NAMESPACE, "value": text(value)})
}

/// What must hold of both documents and no schema says; the places where it does not.
#[cfg(test)]
pub(super) fn broken(document: &Value) -> Vec<String> {
    let mut own = Vec::new();
    let mut used = Vec::new();
    walk(document, &mut |key, value| match (key, value.as_str()) {
        ("uuid", Some(id)) => own.push(id.to_owned()),
        (key, Some(id)) if key.ends_with("-uuid") && key != "component-uuid" => {
            used.push(id.to_owned())
        }
        ("href", Some(link)) => used.extend(link.strip_prefix('#').map(str::to_owned)),
        ("value", Some("")) => used.push("an empty value".to_owned()),
        _ => {}
    });
    let mut broken: Vec<_> = used.into_iter().filter(|id| !own.contains(id)).collect();
    let mut sorted = own.clone();
    sorted.sort();
    broken.extend(
        sorted
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| pair[0].clone()),
    );
    walk(document, &mut |key, value| {
        if key == "hashes" && value[0]["value"].as_str().map(str::len) != Some(64) {
            broken.push(format!("hash {value}"));
        }
    });
    broken
}

#[cfg(test)]
fn walk(value: &Value, see: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            see(key, value);
            walk(value, see);
        }),
        Value::Array(all) => all.iter().for_each(|one| walk(one, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
