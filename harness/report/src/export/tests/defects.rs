//! Every invariant holds of a run with every outcome in it, and a seeded defect breaks it.

use harness_evidence::Transcript;
use serde_json::{Value, json};

use super::invariants;
use crate::export::{oscal, sarif, summary_statement, test_result_statement};
use crate::fixture::{results, transcript};

fn read(path: &str) -> Option<Transcript> {
    transcript(path, "harmless")
}

/// A uuid that nothing has.
fn other() -> Value {
    json!("6ba7b811-9dad-51d1-80b4-00c04fd430c8")
}

/// Puts a value at a place and sees an invariant tell it.
#[track_caller]
fn breaks(
    whole: &Value,
    pointer: &str,
    value: Value,
    told: &str,
    look: &dyn Fn(&Value) -> Vec<String>,
) {
    assert_eq!(look(whole), Vec::<String>::new());
    let mut document = whole.clone();
    let place = document.pointer_mut(pointer);
    *place.unwrap_or_else(|| panic!("{pointer} is not there")) = value;
    let broken = look(&document);
    assert!(
        broken.iter().any(|line| line.contains(told)),
        "{pointer}: {broken:?}"
    );
}

#[test]
fn of_sarif() {
    let results = results("harmless");
    let look = |log: &Value| invariants::sarif(log, &results);
    let result = "/runs/0/results/0";
    let place = format!("{result}/locations/0/physicalLocation/artifactLocation");
    let step = format!(
        "{result}/codeFlows/0/threadFlows/0/locations/0/location/physicalLocation/artifactLocation"
    );
    for (pointer, value, told) in [
        (format!("{result}/ruleIndex"), json!(999), "ruleIndex"),
        (format!("{result}/ruleIndex"), json!(0), "ruleIndex"),
        (format!("{result}/ruleIndex"), Value::Null, "ruleIndex"),
        (format!("{place}/index"), json!(999), "artifact index"),
        (format!("{place}/index"), json!(1), "artifact index"),
        (format!("{step}/index"), json!(999), "artifact index"),
        (format!("{result}/kind"), json!("pass"), "did not fail"),
        (format!("{result}/message/text"), json!(""), "empty message"),
        (
            "/runs/0/artifacts/0/hashes/sha-256".to_owned(),
            json!("00"),
            "length of hash",
        ),
        (
            "/runs/0/artifacts/0/hashes/sha-256".to_owned(),
            json!("00".repeat(32)),
            "digest of the record",
        ),
        (
            "/runs/0/artifacts/0/location/uri".to_owned(),
            json!("data/else.json"),
            "digest of the record",
        ),
        (
            "/runs/0/tool/driver/rules/0/relationships/0/target/index".to_owned(),
            json!(999),
            "taxon",
        ),
        (
            "/runs/0/taxonomies/0/taxa/2/id".to_owned(),
            json!("X"),
            "taxon",
        ),
        (
            "/runs/0/invocations/0/toolExecutionNotifications/0/associatedRule/index".to_owned(),
            json!(999),
            "notification",
        ),
    ] {
        breaks(
            &sarif::findings(&results, &read),
            &pointer,
            value,
            told,
            &look,
        );
    }
    assert_eq!(look(&sarif::full(&results, &read)), Vec::<String>::new());
}

/// A run's results with their plan, and a look at them.
#[track_caller]
fn breaks_results(defects: &[(&str, Value, &str)]) {
    let results = results("harmless");
    let plan = oscal::plan(&results);
    let whole = oscal::results(&results);
    let look = |document: &Value| invariants::oscal_results(document, &plan, &results);
    for (pointer, value, told) in defects {
        let pointer = format!("/assessment-results/{pointer}");
        breaks(&whole, &pointer, value.clone(), told, &look);
    }
}

#[test]
fn of_oscal_results_and_their_references() {
    let results = oscal::results(&results("harmless"));
    let uuid = results["assessment-results"]["uuid"].clone();
    let seen = "results/0/observations/0";
    let place = |path: &str| format!("{seen}/{path}");
    let platform = "results/0/local-definitions/assessment-assets/assessment-platforms/0";
    breaks_results(&[
        (&place("subjects/0/subject-uuid"), other(), "dangling"),
        (&place("origins/0/actors/0/actor-uuid"), other(), "dangling"),
        (
            &place("origins/0/related-tasks/0/task-uuid"),
            other(),
            "dangling",
        ),
        (
            &place("relevant-evidence/0/href"),
            json!("#nowhere"),
            "dangling",
        ),
        (
            "results/0/findings/1/related-observations/0/observation-uuid",
            other(),
            "dangling",
        ),
        ("results/0/risks/0/uuid", other(), "dangling"),
        (
            &format!("{platform}/uses-components/0/component-uuid"),
            other(),
            "dangling",
        ),
        ("results/0/uuid", uuid, "twice"),
        (&place("props/0/value"), json!(""), "empty value"),
    ]);
}

#[test]
fn of_oscal_results_against_plan_and_record() {
    let link = "back-matter/resources/0/rlinks/0";
    let target = "results/0/findings/0/target";
    breaks_results(&[
        (&format!("{link}/hashes/0/value"), json!("00"), "hash"),
        (
            &format!("{link}/hashes/0/algorithm"),
            json!("SHA-512"),
            "hash",
        ),
        (
            &format!("{link}/hashes/0/value"),
            json!("00".repeat(32)),
            "not in the record",
        ),
        (
            &format!("{link}/href"),
            json!("../data/else.json"),
            "not in the record",
        ),
        (
            &format!("{target}/target-id"),
            json!("x_obj"),
            "not in the plan",
        ),
        (
            &format!("{target}/status/state"),
            json!("satisfied"),
            "differ",
        ),
        ("results/0/findings", json!([]), "counts"),
        ("results/0/risks", json!([]), "counts"),
    ]);
}

#[test]
fn of_the_other_oscal_documents() {
    let results = results("harmless");
    let look = |document: &Value| invariants::oscal(document, &Value::Null);
    let plan = oscal::plan(&results);
    for (pointer, value, told) in [
        (
            "/assessment-plan/import-ssp/href",
            json!("#nowhere"),
            "dangling",
        ),
        (
            "/assessment-plan/tasks/0/associated-activities/0/activity-uuid",
            other(),
            "dangling",
        ),
        (
            "/assessment-plan/tasks/0/uuid",
            plan["assessment-plan"]["uuid"].clone(),
            "twice",
        ),
        (
            "/assessment-plan/local-definitions/activities/0/description",
            json!(""),
            "empty",
        ),
    ] {
        breaks(&plan, pointer, value, told, &look);
    }
    let component = oscal::component_definition(&results);
    let implementation = "/component-definition/components/0/control-implementations";
    assert!(
        component.pointer(implementation).is_none(),
        "nothing holds in this run"
    );
    let component = oscal::component_definition(&crate::fixture::passed());
    let source = format!("{implementation}/0/source");
    breaks(&component, &source, json!("#nowhere"), "dangling", &look);
    let requirement = format!("{implementation}/0/implemented-requirements/0");
    assert_eq!(
        component.pointer(&requirement).unwrap()["control-id"],
        "e2e-08"
    );
}

#[test]
fn of_statements() {
    let results = results("harmless");
    let look = |statement: &Value| invariants::test_result(statement, &results);
    let whole = test_result_statement(&results, &"ab".repeat(32));
    let whole: Value = serde_json::from_str(&whole).unwrap();
    for (pointer, value, told) in [
        ("/predicate/failedTests", json!([]), "on [0, 0, 0]"),
        ("/predicate/warnedTests", json!([]), "on [0, 0, 0]"),
        (
            "/predicate/passedTests/0",
            json!("megolm-01-replay"),
            "on [1, 0, 1]",
        ),
        ("/predicate/result", json!("PASSED"), "passed with failed"),
        ("/subject/1/digest/sha256", json!("ab"), "digest"),
        ("/predicate/configuration", json!([]), "nothing at"),
    ] {
        breaks(&whole, pointer, value, told, &look);
    }
}

#[test]
fn of_summaries() {
    let mut results = crate::fixture::passed();
    let look = |statement: &Value| invariants::summary(statement, &results);
    let whole = summary_statement(&results, &"ab".repeat(32));
    let whole: Value = serde_json::from_str(&whole).unwrap();
    for (pointer, value, told) in [
        (
            "/predicate/properties/1",
            json!("PRUEFSTAND_KEY-01"),
            "do not hold",
        ),
        ("/predicate/properties", json!([]), "left out"),
        ("/predicate/verifier/policies", json!([]), "nothing at"),
        (
            "/predicate/verifier/policies/0/digest/sha256",
            json!(""),
            "digest of",
        ),
        ("/predicate/timeCreated", Value::Null, "no time"),
        ("/subject/0/digest/sha256", json!("ab"), "digest of"),
    ] {
        breaks(&whole, pointer, value, told, &look);
    }
    // A run that was broken off has a time, too.
    results.closed = None;
    let whole = summary_statement(&results, &"ab".repeat(32));
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(invariants::summary(&whole, &results), Vec::<String>::new());
    assert_eq!(whole["predicate"]["timeCreated"], results.opened);
}
