//! OSCAL 1.2 (NIST, CC0): the plan of a run and its results against the requirements of the catalogue.
//!
//! A product test has no system security plan, so `import-ssp` points to a resource that describes the target.

mod component;
mod plan;
mod results;

use harness_evidence::{Outcome, Results, visible};
use serde_json::{Value, json};
use uuid::Uuid;

use super::markdown::{code, escaped};

pub(super) use component::component_definition;
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

    /// What the parts of the target call themselves.
    fn parts(&self) -> String {
        let target = &self.0.plan.target;
        format!(
            "Relay: {}; client: {}",
            code(&target.relay),
            code(&target.client)
        )
    }

    fn metadata(&self, title: &str) -> Value {
        let run = self.0;
        json!({
            "title": format!("{title}: {}", text(&run.plan.target.name)),
            "last-modified": visible(run.closed.as_ref().unwrap_or(&run.opened)),
            "version": visible(&run.plan.run),
            "oscal-version": VERSION,
            "remarks": "No certificate, no approval, no BSI seal: the technical result of a self-assessment.",
        })
    }

    /// The requirements that apply, as controls.
    fn controls(&self) -> Value {
        let ids = self
            .0
            .requirements
            .iter()
            .filter(|one| one.outcome != Outcome::NotApplicable)
            .map(|one| json!({"control-id": control(&one.id)}));
        match ids.collect::<Vec<_>>() {
            none if none.is_empty() => json!({"control-selections": [{"include-all": {}}]}),
            some => json!({"control-selections": [{"include-controls": some}]}),
        }
    }
}

/// A requirement's id as a control: a token (OSCAL: a letter or `_`, then letters, digits, `.`, `-`, `_`) in lower case.
fn control(id: &str) -> String {
    let ours = |character: char| character.is_ascii_alphanumeric() || ".-_".contains(character);
    let token: String = id
        .to_ascii_lowercase()
        .chars()
        .map(|character| if ours(character) { character } else { '_' })
        .collect();
    match token.chars().next() {
        Some(first) if first.is_ascii_alphabetic() || first == '_' => token,
        _ => format!("_{token}"),
    }
}

/// The id of the objective that a requirement states.
fn objective_id(id: &str) -> String {
    format!("{}_obj", control(id))
}

/// One line of markup that is not empty, in which no text of others is markup.
fn text(text: &str) -> String {
    escaped(&value(text))
}

/// One line that is not empty and that nothing reads as markup.
fn value(text: &str) -> String {
    match visible(text).trim() {
        "" => "–".to_owned(),
        text => text.to_owned(),
    }
}

/// A property of ours. OSCAL takes no empty value.
fn prop(name: &str, text: &str) -> Value {
    json!({"name": name, "ns": NAMESPACE, "value": value(text)})
}
