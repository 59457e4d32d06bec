//! Test vectors, run through the client's own code: nothing is asked of the relay.

use std::collections::BTreeMap;

use harness_driver::VectorResult;
use harness_evidence::{Claim, Role, Severity, Witness};
use pruefstand_vectors::{Outcome, Vector, sets};
use serde_json::json;

use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "vectors-curve25519",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &["ATK-DIR-11", "ATK-DIR-12"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "X25519 and its public keys: published secrets are reproduced, small-order and non-canonical keys refused.",
        precondition: "The driver runs vectors through the product's own code.",
        expected: "Every valid vector of the sets vec-x and wycheproof-x25519 gives its result; every invalid one is refused.",
        needs: &[Need::Verb("vec.run")],
        twins: &[
            Seeded::client("accept-noncanonical-curve-key", "invalid-vector-accepted"),
            Seeded::client("dh-no-contributory-check", "invalid-vector-accepted"),
        ],
        run: |scene| run(scene, &["vec-x", "wycheproof-x25519"]),
    },
    Check {
        id: "vectors-ed25519",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Ed25519 keys, signatures and signed JSON: valid ones are accepted, malleable, weak and ambiguous ones refused.",
        precondition: "The driver runs vectors through the product's own code.",
        expected: "Every valid vector of the sets vec-e, wycheproof-ed25519 and cctv-ed25519 is accepted; every invalid one is refused.",
        needs: &[Need::Verb("vec.run")],
        twins: &[Seeded::client(
            "accept-small-order-signing-key",
            "invalid-vector-accepted",
        )],
        run: |scene| run(scene, &["vec-e", "wycheproof-ed25519", "cctv-ed25519"]),
    },
    Check {
        id: "vectors-symmetric",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "AES-256-GCM, HMAC-SHA256 and HKDF-SHA256: published results are reproduced, changed ciphertexts and tags refused.",
        precondition: "The driver runs vectors through the primitives that the product uses.",
        expected: "Every valid vector of the sets wycheproof-aes-256-gcm, wycheproof-hmac-sha256 and wycheproof-hkdf-sha256 gives its result; every invalid one is refused.",
        needs: &[Need::Verb("vec.run")],
        twins: &[Seeded::client(
            "checks-switched-off",
            "invalid-vector-accepted",
        )],
        run: |scene| {
            run(
                scene,
                &[
                    "wycheproof-aes-256-gcm",
                    "wycheproof-hmac-sha256",
                    "wycheproof-hkdf-sha256",
                ],
            )
        },
    },
];

/// Puts every vector of these sets to the product.
pub(super) fn run(scene: &mut Scene, names: &[&str]) -> Result<(), Stop> {
    let sets = sets().map_err(|error| Stop::harness(error.to_string()))?;
    let chosen = sets.iter().filter(|set| names.contains(&set.name.as_str()));
    let (mut valid, mut invalid) = (Tally::default(), Tally::default());
    for vector in chosen.flat_map(|set| &set.vectors) {
        let tally = match vector.result {
            Outcome::Valid => &mut valid,
            Outcome::Invalid => &mut invalid,
        };
        tally.count(vector, scene.run_vector(vector)?);
    }
    let valid = scene.note_seen("the valid vectors", Witness::Driver, valid.value());
    let invalid = scene.note_seen("the invalid vectors", Witness::Driver, invalid.value());
    let some = |pointer: &str, least, most| Claim::Within {
        pointer: pointer.to_owned(),
        least,
        most,
    };
    scene.expect(
        Role::Control,
        "no-valid-vector-right",
        &[&valid],
        some("/right", 1, u64::MAX),
    );
    scene.expect(
        Role::Attack,
        "invalid-vector-accepted",
        &[&invalid],
        some("/wrong", 0, 0),
    );
    scene.expect(
        Role::Attack,
        "valid-vector-refused",
        &[&valid],
        some("/wrong", 0, 0),
    );
    let all = some("/unsupported", 0, 0);
    scene.expect(
        Role::Twin,
        "operation-unsupported",
        &[&valid, &invalid],
        all,
    );
    Ok(())
}

/// How the product did on vectors of one kind.
#[derive(Default)]
struct Tally {
    right: usize,
    wrong: Vec<String>,
    unsupported: Vec<String>,
    /// Vectors of each operation that the product need not have and has not.
    not_there: BTreeMap<String, usize>,
}

impl Tally {
    fn count(&mut self, vector: &Vector, seen: Option<VectorResult>) {
        let Some(seen) = seen else {
            if vector.is_optional() {
                *self.not_there.entry(vector.operation.clone()).or_default() += 1;
            } else {
                self.unsupported.push(vector.operation.clone());
            }
            return;
        };
        let accepted = vector.result == Outcome::Valid;
        // Not every operation puts something out; where the vector says what, it counts.
        let output = vector.output.is_none() || seen.output == vector.output;
        if seen.accepted == accepted && (!accepted || output) {
            self.right += 1;
        } else {
            self.wrong.push(vector.id.clone());
        }
    }

    fn value(mut self) -> serde_json::Value {
        self.unsupported.sort();
        self.unsupported.dedup();
        json!({
            "right": self.right,
            "wrong": self.wrong,
            "unsupported": self.unsupported,
            "not_there": self.not_there,
        })
    }
}
