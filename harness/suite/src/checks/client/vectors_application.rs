//! Test vectors on what stands above the primitives: signed objects, attachments, verification, backup.

use harness_evidence::{Severity, Witness};

use super::vectors::run;
use crate::check::{Check, Need, Seeded, Subject};

const PRECONDITION: &str = "The driver runs vectors through the product's own code.";

/// What a product need not have is named in the observation, and counts for nothing.
const EXPECTED: &str = "Every valid vector of the set gives its result; every invalid one is refused. Operations on what a product need not have are named and prove nothing.";

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "vectors-signed-json",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &[
            "ATK-SRV-03",
            "ATK-SRV-04",
            "ATK-DIR-10",
            "ATK-DIR-14",
            "ATK-DIR-15",
            "ATK-OLM-01",
            "ATK-OLM-02",
        ],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Canonical JSON, signed objects, device keys, cross-signing keys, Olm plaintexts and base64 have one reading, and every binding in them is checked.",
        precondition: PRECONDITION,
        expected: EXPECTED,
        needs: &[Need::Verb("vec.run")],
        twins: &[
            Seeded::client("canonjson-dup-key", "invalid-vector-accepted"),
            Seeded::client("device-keys-slot-not-checked", "invalid-vector-accepted"),
            Seeded::client("xsign-usage-not-checked", "invalid-vector-accepted"),
            Seeded::client("olm-no-sender-check", "invalid-vector-accepted"),
            Seeded::client("sender-device-keys-no-signature", "invalid-vector-accepted"),
        ],
        run: |scene| run(scene, &["vec-j"]),
    },
    Check {
        id: "vectors-attachments",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &["ATK-ATT-01", "ATK-ATT-06"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Encrypted files open only as the sender described them: hash, key, IV, version, address.",
        precondition: PRECONDITION,
        expected: EXPECTED,
        needs: &[Need::Verb("vec.run")],
        twins: &[
            Seeded::client("att-hash-optional", "invalid-vector-accepted"),
            Seeded::client("att-use-before-check", "invalid-vector-accepted"),
        ],
        run: |scene| run(scene, &["vec-a"]),
    },
    Check {
        id: "vectors-verification",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &[
            "ATK-VER-01",
            "ATK-VER-02",
            "ATK-VER-03",
            "ATK-VER-05",
            "ATK-VER-06",
        ],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Short authentication strings, commitments, MACs of keys and codes are those of the specification, and nothing near them is taken.",
        precondition: PRECONDITION,
        expected: EXPECTED,
        needs: &[Need::Verb("vec.run")],
        twins: &[
            Seeded::client("sas-info-without-keys", "valid-vector-refused"),
            Seeded::client("sas-skip-commitment", "invalid-vector-accepted"),
            Seeded::client("sas-ignore-mac-result", "invalid-vector-accepted"),
            Seeded::client("sas-empty-mac-ok", "invalid-vector-accepted"),
            Seeded::client("sas-accept-legacy", "invalid-vector-accepted"),
        ],
        run: |scene| run(scene, &["vec-s"]),
    },
    Check {
        id: "vectors-backup",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &["ATK-BAK-02", "ATK-BAK-04", "ATK-BAK-11"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Files of keys, backups, stored secrets, recovery keys and wrapped keys open for their owner and unchanged, and never at a price that is too low or too high.",
        precondition: PRECONDITION,
        expected: EXPECTED,
        needs: &[Need::Verb("vec.run")],
        twins: &[
            Seeded::client("backup-key-unsigned-ok", "invalid-vector-accepted"),
            Seeded::client("kdf-floor-missing", "invalid-vector-accepted"),
        ],
        run: |scene| run(scene, &["vec-b"]),
    },
];
