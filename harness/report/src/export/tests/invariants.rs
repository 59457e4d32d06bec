//! What must hold of every export and no schema says. Each function tells the places where it does not.

use std::collections::BTreeSet;

use harness_evidence::{CaseResult, Outcome, Results};
use serde_json::Value;

/// Calls `see` with every field of every object, outermost first.
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

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    let found = value.pointer(pointer).and_then(Value::as_array);
    found.map_or(&[], Vec::as_slice)
}

fn number(value: &Value, pointer: &str) -> Option<usize> {
    let number = value.pointer(pointer)?.as_u64()?;
    Some(usize::try_from(number).unwrap_or(usize::MAX))
}

/// The case whose transcript stands at a relative path behind `folder`.
fn case_at<'a>(results: &'a Results, folder: &str, path: &str) -> Option<&'a CaseResult> {
    let path = path.strip_prefix(folder)?;
    let path = percent_encoding::percent_decode_str(path)
        .decode_utf8()
        .ok()?;
    results.cases.iter().find(|case| case.transcript == path)
}

/// Of a SARIF log against the results it is of.
pub(super) fn sarif(log: &Value, results: &Results) -> Vec<String> {
    let mut broken = Vec::new();
    let run = &log["runs"][0];
    let (rules, artifacts) = (list(run, "/tool/driver/rules"), list(run, "/artifacts"));
    let taxa = list(run, "/taxonomies/0/taxa");
    for (n, rule) in rules.iter().enumerate() {
        for relation in list(rule, "/relationships") {
            let taxon = number(relation, "/target/index").and_then(|index| taxa.get(index));
            if taxon.is_none_or(|taxon| taxon["id"] != relation["target"]["id"]) {
                broken.push(format!("rule {n}: taxon"));
            }
        }
    }
    for (n, artifact) in artifacts.iter().enumerate() {
        let path = artifact["location"]["uri"].as_str().unwrap_or_default();
        let case = case_at(results, "data/", path);
        let digest = &artifact["hashes"]["sha-256"];
        if digest.as_str().map(str::len) != Some(64) {
            broken.push(format!("artifact {n}: length of hash"));
        }
        if case.is_none_or(|case| *digest != case.sha256) {
            broken.push(format!("artifact {n}: not the digest of the record"));
        }
    }
    for (n, result) in list(run, "/results").iter().enumerate() {
        for told in sarif_result(result, rules, artifacts) {
            broken.push(format!("result {n}: {told}"));
        }
    }
    for notice in list(run, "/invocations/0/toolExecutionNotifications") {
        let rule = number(notice, "/associatedRule/index").and_then(|index| rules.get(index));
        if rule.is_none_or(|rule| rule["id"] != notice["associatedRule"]["id"]) {
            broken.push("notification: rule".to_owned());
        }
    }
    broken
}

fn sarif_result(result: &Value, rules: &[Value], artifacts: &[Value]) -> Vec<&'static str> {
    let mut broken = Vec::new();
    let rule = number(result, "/ruleIndex").and_then(|index| rules.get(index));
    if rule.is_none_or(|rule| rule["id"] != result["ruleId"]) {
        broken.push("ruleIndex");
    }
    let mut places = Vec::new();
    walk(result, &mut |key, value| {
        if key == "artifactLocation" {
            places.push(value.clone());
        }
    });
    for place in places.iter().filter(|place| place.get("index").is_some()) {
        let artifact = number(place, "/index").and_then(|index| artifacts.get(index));
        if artifact.is_none_or(|artifact| artifact["location"]["uri"] != place["uri"]) {
            broken.push("artifact index");
        }
    }
    if result["kind"] != "fail" && result["level"] != "none" {
        broken.push("level of a result that did not fail");
    }
    if result["message"]["text"].as_str().is_none_or(str::is_empty) {
        broken.push("empty message");
    }
    broken
}

/// Of one OSCAL document: identifiers are unique, references resolve in it or in `other`, hashes fit their algorithm.
pub(super) fn oscal(document: &Value, other: &Value) -> Vec<String> {
    let (mut own, mut used, mut broken) = (Vec::new(), Vec::new(), Vec::new());
    walk(document, &mut |key, value| match (key, value.as_str()) {
        ("uuid", Some(id)) => own.push(id.to_owned()),
        (key, Some(id)) if key.ends_with("-uuid") => used.push(id.to_owned()),
        ("href" | "source", Some(link)) => used.extend(link.strip_prefix('#').map(str::to_owned)),
        ("value" | "title" | "description" | "prose", Some("")) => {
            broken.push(format!("empty {key}"))
        }
        ("hashes", None) => {
            let hash = &value[0];
            let length = hash["value"].as_str().map(str::len);
            if hash["algorithm"] != "SHA-256" || length != Some(64) {
                broken.push(format!("hash {hash}"));
            }
        }
        _ => {}
    });
    let mut known: BTreeSet<_> = own.iter().cloned().collect();
    if known.len() != own.len() {
        broken.push("a uuid is there twice".to_owned());
    }
    walk(other, &mut |key, value| {
        if key == "uuid" {
            known.extend(value.as_str().map(str::to_owned));
        }
    });
    let dangling = used.into_iter().filter(|id| !known.contains(id));
    broken.extend(dangling.map(|id| format!("dangling {id}")));
    broken
}

/// Of OSCAL results against the plan and the record: objectives are stated, evidence is that of the record, counts add up.
pub(super) fn oscal_results(document: &Value, plan: &Value, results: &Results) -> Vec<String> {
    let mut broken = oscal(document, plan);
    let mut objectives = BTreeSet::new();
    for objective in list(
        plan,
        "/assessment-plan/local-definitions/objectives-and-methods",
    ) {
        objectives.extend(
            list(objective, "/parts")
                .iter()
                .filter_map(|part| part["id"].as_str()),
        );
    }
    let result = &document["assessment-results"]["results"][0];
    let findings = list(result, "/findings");
    for finding in findings {
        let target = finding["target"]["target-id"].as_str().unwrap_or_default();
        if !objectives.contains(target) {
            broken.push(format!("objective {target:?} is not in the plan"));
        }
        let satisfied = finding["target"]["status"]["state"] == "satisfied";
        let outcome = list(finding, "/props")
            .iter()
            .find(|prop| prop["name"] == "outcome");
        if satisfied != outcome.is_some_and(|prop| prop["value"] == "pass") {
            broken.push(format!("{target}: state and outcome differ"));
        }
    }
    for resource in list(document, "/assessment-results/back-matter/resources") {
        let link = &resource["rlinks"][0];
        let case = case_at(
            results,
            "../data/",
            link["href"].as_str().unwrap_or_default(),
        );
        if case.is_none_or(|case| link["hashes"][0]["value"] != case.sha256) {
            broken.push("evidence that is not in the record".to_owned());
        }
    }
    let of = |outcome| {
        results
            .requirements
            .iter()
            .filter(|one| one.outcome == outcome)
            .count()
    };
    let applicable = results.requirements.len() - of(Outcome::NotApplicable);
    if findings.len() != applicable || list(result, "/risks").len() != of(Outcome::Fail) {
        broken.push("counts of findings or risks".to_owned());
    }
    broken
}

/// Of a test-result statement: every applicable case is on exactly one list, and its list is that of its outcome.
pub(super) fn test_result(statement: &Value, results: &Results) -> Vec<String> {
    let mut broken = Vec::new();
    let names = |name: &str| -> Vec<_> {
        let all = list(&statement["predicate"], &format!("/{name}")).iter();
        all.filter_map(|one| one.as_str().map(str::to_owned))
            .collect()
    };
    let lists = ["passedTests", "warnedTests", "failedTests"].map(names);
    for case in &results.cases {
        let expected = match case.verdict.outcome {
            Outcome::NotApplicable => [0, 0, 0],
            Outcome::Pass => [1, 0, 0],
            Outcome::Fail if case.deviation.is_some() => [0, 1, 0],
            Outcome::Fail | Outcome::Inconclusive | Outcome::Error | Outcome::NotRun => [0, 0, 1],
        };
        let name = harness_evidence::visible(&case.check);
        let found = [0, 1, 2].map(|n| lists[n].iter().filter(|one| **one == name).count());
        if found != expected {
            broken.push(format!("{name}: on {found:?}"));
        }
    }
    let fine = statement["predicate"]["result"] == "PASSED";
    if fine && !(lists[1].is_empty() && lists[2].is_empty()) {
        broken.push("passed with failed tests".to_owned());
    }
    broken.extend(digests(statement, "/predicate/configuration"));
    broken
}

/// Of a summary statement: exactly what holds is named, by a verifier with its policies (svr 0.2: both required), at a time.
pub(super) fn summary(statement: &Value, results: &Results) -> Vec<String> {
    let mut broken = digests(statement, "/predicate/verifier/policies");
    let predicate = &statement["predicate"];
    let named = list(predicate, "/properties")
        .iter()
        .filter_map(Value::as_str);
    let named: BTreeSet<_> = named
        .filter(|name| *name != "PRUEFSTAND_RUN_COMPLETE")
        .collect();
    let holding = results
        .requirements
        .iter()
        .filter(|one| one.outcome == Outcome::Pass);
    let holding: BTreeSet<_> = holding
        .map(|one| format!("PRUEFSTAND_{}", one.id))
        .collect();
    if named != holding.iter().map(String::as_str).collect() {
        broken.push("properties that do not hold, or one that is left out".to_owned());
    }
    if !predicate["timeCreated"].is_string() || !predicate["verifier"]["id"].is_string() {
        broken.push("no time or no verifier".to_owned());
    }
    broken
}

/// Whether subjects and the resources at a place have digests, and the place has any.
fn digests(statement: &Value, pointer: &str) -> Vec<String> {
    let (subjects, resources) = (list(statement, "/subject"), list(statement, pointer));
    let mut broken = Vec::new();
    if resources.is_empty() {
        broken.push(format!("nothing at {pointer}"));
    }
    for resource in subjects.iter().chain(resources) {
        if resource["digest"]["sha256"].as_str().map(str::len) != Some(64) {
            broken.push(format!("digest of {}", resource["name"]));
        }
    }
    broken
}
