//! Test vectors on the messages of Olm and Megolm and the keys that they need.

use harness_evidence::{Severity, Witness};

use super::vectors::run;
use crate::check::{Check, Need, Seeded, Subject};

const PRECONDITION: &str = "The driver runs vectors through the product's own code.";

const EXPECTED: &str =
    "Every valid vector of the set gives its result; every invalid one is refused.";

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "vectors-olm",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &["ATK-OLM-16", "ATK-OLM-19"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Messages of an open channel have one form, open once, and move nothing when they are refused; gaps and lost keys have their limits.",
        precondition: PRECONDITION,
        expected: EXPECTED,
        needs: &[Need::Verb("vec.run")],
        twins: &[
            Seeded::client("accept-noncanonical-wire", "invalid-vector-accepted"),
            Seeded::client("accept-noncanonical-curve-key", "invalid-vector-accepted"),
            Seeded::client("commit-before-auth", "valid-vector-refused"),
        ],
        run: |scene| run(scene, &["vec-o"]),
    },
    Check {
        id: "vectors-olm-prekey",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &["ATK-OLM-05", "ATK-OLM-09", "ATK-OLM-16", "ATK-OLM-17"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Messages that open a channel come from whom they name, open once, and use up no key when they are refused; claimed keys are signed by their device.",
        precondition: PRECONDITION,
        expected: EXPECTED,
        needs: &[Need::Verb("vec.run")],
        twins: &[
            Seeded::client("prekey-replay-ok", "invalid-vector-accepted"),
            Seeded::client("accept-noncanonical-wire", "invalid-vector-accepted"),
            Seeded::client("accept-noncanonical-curve-key", "invalid-vector-accepted"),
            Seeded::client("otk-removed-before-decrypt", "valid-vector-refused"),
        ],
        run: |scene| run(scene, &["vec-p"]),
    },
    Check {
        id: "vectors-megolm",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &[
            "ATK-OLM-16",
            "ATK-MEGOLM-02",
            "ATK-MEGOLM-08",
            "ATK-MEGOLM-09",
            "ATK-MEGOLM-10",
            "ATK-MEGOLM-22",
            "ATK-SRV-03",
        ],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Group messages are signed by their sender, have one form and one reading, are shown once, and only in their room.",
        precondition: PRECONDITION,
        expected: EXPECTED,
        needs: &[Need::Verb("vec.run")],
        twins: &[
            Seeded::client("megolm-skip-signature", "invalid-vector-accepted"),
            Seeded::client("accept-noncanonical-wire", "invalid-vector-accepted"),
            Seeded::client("no-replay-index", "invalid-vector-accepted"),
            Seeded::client("replay-key-is-ciphertext-hash", "invalid-vector-accepted"),
            Seeded::client("megolm-sender-not-bound", "invalid-vector-accepted"),
            Seeded::client("no-room-binding", "invalid-vector-accepted"),
            Seeded::client("json-first-key-wins", "invalid-vector-accepted"),
        ],
        run: |scene| run(scene, &["vec-m"]),
    },
    Check {
        id: "vectors-megolm-keys",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-11"],
        attacks: &["ATK-MEGOLM-11"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Keys of group sessions have one form and a sound signing key, never replace a better one, and their ratchet moves as specified and never past its end.",
        precondition: PRECONDITION,
        expected: EXPECTED,
        needs: &[Need::Verb("vec.run")],
        twins: &[
            Seeded::client("accept-noncanonical-wire", "invalid-vector-accepted"),
            Seeded::client("accept-small-order-signing-key", "invalid-vector-accepted"),
            Seeded::client("import-overwrites-session", "invalid-vector-accepted"),
        ],
        run: |scene| run(scene, &["vec-k"]),
    },
];
