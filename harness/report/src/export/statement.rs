//! What policy engines read: in-toto predicates `test-result/v0.1` and `svr/v0.2` about the record of a run.

use harness_evidence::{
    Outcome, Overall, Results, json_text, record_statement, sha256_hex, visible,
};
use serde_json::{Value, json};

/// A statement of all tests, by outcome. What did not come to a verdict stands under `failedTests`: nothing reads as fine by being left out.
///
/// `manifest_sha256` is the digest of the manifest over the record, hex.
#[must_use]
pub fn test_result_statement(results: &Results, manifest_sha256: &str) -> String {
    let with = |wanted: &dyn Fn(Outcome, bool) -> bool| {
        let cases = results.cases.iter();
        let named = cases.filter(|case| wanted(case.verdict.outcome, case.deviation.is_some()));
        named.map(|case| visible(&case.check)).collect::<Vec<_>>()
    };
    let result = match results.overall {
        Overall::Passed => "PASSED",
        Overall::PassedWithDeviations => "WARNED",
        Overall::Undecided | Overall::Incomplete | Overall::Failed => "FAILED",
    };
    let predicate = json!({
        "result": result,
        "configuration": [plan(results)],
        "passedTests": with(&|outcome, _| outcome == Outcome::Pass),
        "warnedTests": with(&|outcome, declared| outcome == Outcome::Fail && declared),
        "failedTests": with(&|outcome, declared| match outcome {
            Outcome::Fail => !declared,
            Outcome::Inconclusive | Outcome::Error | Outcome::NotRun => true,
            Outcome::Pass | Outcome::NotApplicable => false,
        }),
    });
    let kind = "https://in-toto.io/attestation/test-result/v0.1";
    record_statement(results, manifest_sha256, kind, &predicate)
}

/// A statement of the requirements that hold in the cases run: a line taken away never makes the picture better.
///
/// `manifest_sha256` is the digest of the manifest over the record, hex.
#[must_use]
pub fn summary_statement(results: &Results, manifest_sha256: &str) -> String {
    let holds = results
        .requirements
        .iter()
        .filter(|one| one.outcome == Outcome::Pass);
    let mut properties: Vec<_> = holds
        .map(|one| format!("PRUEFSTAND_{}", visible(&one.id)))
        .collect();
    if results.complete {
        properties.insert(0, "PRUEFSTAND_RUN_COMPLETE".to_owned());
    }
    let predicate = json!({
        "verifier": {
            // Another number where verdicts are made by other rules (svr: ids change with the logic).
            "id": format!("urn:pruefstand:judge:{}", results.tool.judge),
            "version": {"pruefstand": visible(&results.tool.version)},
            "policies": [plan(results)],
        },
        "timeCreated": visible(results.closed.as_ref().unwrap_or(&results.opened)),
        "properties": properties,
    });
    let kind = "https://in-toto.io/attestation/svr/v0.2";
    record_statement(results, manifest_sha256, kind, &predicate)
}

/// The plan as a resource: what was asked, by whose requirements. Its digest is that of the file in the record.
fn plan(results: &Results) -> Value {
    let mut plan = json!({"name": "plan.json", "uri": "data/plan.json"});
    if let (Some(fields), Ok(text)) = (plan.as_object_mut(), json_text(&results.plan)) {
        let digest = json!({"sha256": sha256_hex(text.as_bytes())});
        fields.insert("digest".to_owned(), digest);
    }
    plan
}
