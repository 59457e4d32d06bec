//! What a run says of itself: an in-toto statement (v1) that binds the whole record.

use serde_json::{Value, json};

use crate::chain::{Chain, ChainHead};
use crate::digest::hex;
use crate::{Applicability, Counts, Opening, PublicKey, Results, visible};

/// The type of in-toto statements.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// The type of what a run says of itself.
pub(crate) const RUN_PREDICATE: &str = "urn:pruefstand:messenger-run:v1";

/// The type of what is said when a bundle is sealed.
pub(crate) const SEAL_PREDICATE: &str = "urn:pruefstand:seal:v1";

/// By which rule the overall verdict was made; it changes with the fold of the results.
const DECISION_RULE: &str = "strict-1";

/// What a run's opening shows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicOpening {
    /// The id of the run's key.
    pub(crate) key_id: String,
    /// The auditor's nonce.
    pub(crate) nonce: Option<String>,
    /// SHA-256 of the program, hex.
    pub(crate) program: String,
}

impl PublicOpening {
    /// What the first event says, and the run's key.
    pub(crate) fn of(chain: &Chain) -> Option<(PublicKey, Self)> {
        let body = &chain.events.first()?.body;
        let text = |field: &str| body.get(field).and_then(Value::as_str);
        let key = PublicKey::from_pem(text("run_key")?).ok()?;
        let opening = Self {
            key_id: key.id(),
            nonce: text("nonce").map(str::to_owned),
            program: text("program")?.to_owned(),
        };
        Some((key, opening))
    }
}

impl Opening {
    pub(crate) fn public(&self) -> PublicOpening {
        PublicOpening {
            key_id: self.key.public().id(),
            nonce: self.nonce.clone(),
            program: self.program.clone(),
        }
    }
}

/// What a statement binds beside the results.
pub(crate) struct Sealed<'a> {
    /// What the log comes to.
    pub(crate) head: &'a ChainHead,
    /// How the run was opened.
    pub(crate) opening: &'a PublicOpening,
    /// SHA-256 of the manifest over the whole record, hex.
    pub(crate) manifest_sha256: &'a str,
}

/// The run's statement: a pure function of the record, so that a verifier makes it again and compares.
pub(crate) fn run_statement(results: &Results, sealed: &Sealed<'_>) -> String {
    let planned = |check: &&crate::PlannedCheck| check.applicability == Applicability::Planned;
    let requirements = Counts::of(results.requirements.iter().map(|one| one.outcome));
    let predicate = json!({
        "runId": results.plan.run,
        "nonce": sealed.opening.nonce,
        "complete": results.complete,
        "binding": results.plan.target.binding,
        "decisionRule": DECISION_RULE,
        "overall": results.overall,
        "requirements": requirements,
        "cases": {
            "planned": results.plan.checks.iter().filter(planned).count(),
            "outcomes": results.counts,
        },
        "calibration": {
            "caught": results.instrument.caught().0,
            "seeded": results.instrument.caught().1,
        },
        "events": {
            "count": sealed.head.count,
            "last": sealed.head.last,
            "root": hex(&sealed.head.root),
        },
        "tool": {
            "version": results.tool.version,
            "judge": results.tool.judge,
            "sha256": sealed.opening.program,
        },
        "opened": results.opened,
        "closed": results.closed,
        "runKey": sealed.opening.key_id,
    });
    record_statement(results, sealed.manifest_sha256, RUN_PREDICATE, &predicate)
}

/// An in-toto statement about the record of a run: about its target's manifest, the manifest over the record with this digest (hex), and
/// what was measured of the target.
#[must_use]
pub fn record_statement(
    results: &Results,
    manifest_sha256: &str,
    kind: &str,
    predicate: &Value,
) -> String {
    let target = visible(&results.plan.target.manifest);
    let measured = results.plan.target.artefacts.iter();
    // No name of a file can be one of ours.
    let measured: Vec<_> = measured
        .map(|one| {
            (
                format!("artefact/{}", visible(&one.name)),
                visible(&one.sha256),
            )
        })
        .collect();
    let mut subjects = vec![
        ("target-manifest", target.as_str()),
        (crate::bag::MANIFEST, manifest_sha256),
    ];
    subjects.extend(
        measured
            .iter()
            .map(|(name, sha256)| (name.as_str(), sha256.as_str())),
    );
    statement(&subjects, kind, predicate)
}

/// An in-toto statement about files, by name and SHA-256.
pub(crate) fn statement(subjects: &[(&str, &str)], kind: &str, predicate: &Value) -> String {
    let subject: Vec<_> = subjects
        .iter()
        .map(|(name, sha256)| json!({"name": name, "digest": {"sha256": sha256}}))
        .collect();
    let whole = json!({
        "_type": STATEMENT,
        "subject": subject,
        "predicateType": kind,
        "predicate": predicate,
    });
    whole.to_string()
}

/// The kind of a statement, and the digest that it gives of the manifest over the record.
pub(crate) fn about(text: &str) -> Option<(String, String)> {
    let value: Value = serde_json::from_str(text).ok()?;
    (value.get("_type")?.as_str()? == STATEMENT).then_some(())?;
    let mut named = value.get("subject")?.as_array()?.iter().filter(|subject| {
        subject.get("name").and_then(Value::as_str) == Some(crate::bag::MANIFEST)
    });
    let manifest = named.next()?;
    if named.next().is_some() {
        return None;
    }
    let digest = manifest.pointer("/digest/sha256")?.as_str()?;
    let kind = value.get("predicateType")?.as_str()?;
    Some((kind.to_owned(), digest.to_owned()))
}
