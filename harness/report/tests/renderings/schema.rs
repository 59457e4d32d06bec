//! NIST's own schema takes every OSCAL document, whatever a target says.

use harness_evidence::Results;
use harness_report::exports;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::corpus::HOSTILE;
use crate::fixture::{passed, results, transcript};

const SCHEMA: &str = include_str!("../schemas/oscal-complete-1.2.2.json");

fn schema() -> Validator {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn documents(results: &Results) -> Vec<(String, Value)> {
    let exports = exports(results, &|path| transcript(path, "harmless")).unwrap();
    let documents = exports
        .into_iter()
        .filter(|(name, _)| name.starts_with("oscal-"));
    documents
        .map(|(name, text)| (name, serde_json::from_str(&text).unwrap()))
        .collect()
}

#[test]
fn the_schema_takes_all_three_documents() {
    let schema = schema();
    let some = HOSTILE.into_iter().step_by(17).map(results);
    for results in [results("harmless"), passed()].into_iter().chain(some) {
        let documents = documents(&results);
        assert_eq!(documents.len(), 3);
        for (name, document) in documents {
            let errors = schema
                .iter_errors(&document)
                .map(|error| error.to_string().chars().take(300).collect());
            assert_eq!(
                errors.collect::<Vec<String>>(),
                Vec::<String>::new(),
                "{name}"
            );
        }
    }
}

#[test]
fn the_schema_refuses_seeded_defects() {
    let schema = schema();
    let mut documents = documents(&results("harmless"));
    for (file, pointer, value) in [
        (
            "oscal-assessment-plan.json",
            "/assessment-plan/uuid",
            json!("none"),
        ),
        (
            "oscal-assessment-results.json",
            "/assessment-results/results/0/findings/0/target/status/state",
            json!("fine"),
        ),
        (
            "oscal-assessment-results.json",
            "/assessment-results/results/0/start",
            json!("2026-11-23T03:00:00"),
        ),
        (
            "oscal-component-definition.json",
            "/component-definition/metadata/oscal-version",
            json!(""),
        ),
    ] {
        let (_, document) = documents.iter_mut().find(|(name, _)| name == file).unwrap();
        let place = document.pointer_mut(pointer).unwrap();
        let before = std::mem::replace(place, value);
        assert!(!schema.is_valid(document), "{pointer}");
        *document.pointer_mut(pointer).unwrap() = before;
        assert!(schema.is_valid(document));
    }
}
