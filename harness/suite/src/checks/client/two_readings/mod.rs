//! Texts with two readings: the relay hands out JSON that two honest readers understand differently.

mod relayed;
mod signed;

pub(super) use relayed::named_twice;

use harness_evidence::{Severity, Witness};
use serde_json::json;

use crate::check::{Check, Seeded, Subject};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "signed-json-two-readings",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-03", "E2E-09"],
        attacks: &["ATK-SRV-04"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "Of a signed object that names a key twice, nothing is used that its signature does not cover.",
        precondition: "Alice talks with Mallory, who is honest here; the relay lists another device of hers with its own key beside the signed one, then its own self-signing key beside hers.",
        expected: "Nothing is encrypted for the relay's key, and nothing for a device that only the relay's key has signed; the true device gets keys once it is listed as it is.",
        needs: &[],
        twins: &[Seeded::client("canonjson-dup-key", "other-reading-used")],
        run: signed::signed,
    },
    Check {
        id: "relayed-json-two-readings",
        version: 1,
        subject: Subject::Client,
        requirements: &["AVL-02", "E2E-06"],
        attacks: &["ATK-SRV-03"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Of an event that names a field twice, nothing is shown that a reader who takes the last one does not see (RFC 8259, 4).",
        precondition: "Alice, Bob and Mallory share a room; sender, type or content of an event stands there twice, in clear and inside the encryption; other answers are no JSON at all.",
        expected: "The first reading is never shown; what came in an answer that is no JSON is shown once after the next one; the next messages are shown.",
        needs: &[],
        twins: &[Seeded::client("json-first-key-wins", "first-reading-shown")],
        run: relayed::relayed,
    },
];

fn quoted(text: &str) -> String {
    json!(text).to_string()
}
