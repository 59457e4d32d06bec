//! Group B: a peer that does not play an interactive verification by its rules.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    check::{Check, Seeded, Stop, Subject},
    checks::client::{
        company::{Company, set},
        dance::{Dance, Proof, prove_in},
        screen::{VERIFY, must_be_verified, must_not_be_verified, must_not_succeed, stage},
    },
    evil::{ForgedDevice, SMALL_ORDER, small_order_keys},
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "verify-commitment",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02"],
        attacks: &["ATK-VER-02"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "An ephemeral key that is not the one that was committed to ends the verification.",
        precondition: "Alice starts a verification with Mallory, who commits to one ephemeral key and sends another.",
        expected: "Alice is shown no strings for the other key; the next verification, played by the rules, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client(
            "sas-skip-commitment",
            "uncommitted-key-accepted",
        )],
        run: other_key,
    },
    Check {
        id: "verify-small-order",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02", "E2E-07"],
        attacks: &["ATK-DIR-11"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "An ephemeral key of small order ends the verification: anybody knows the secret that it yields.",
        precondition: "Alice starts a verification with Mallory, who commits to an ephemeral key of small order and sends it, once with each encoding.",
        expected: "Alice is shown no strings; the next verification, played by the rules, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client(
            "dh-no-contributory-check",
            "small-order-key-accepted",
        )],
        run: small_order,
    },
    Check {
        id: "verify-partial-mac",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02"],
        attacks: &["ATK-VER-06"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Only a key that the peer proves becomes trusted: an empty proof proves nothing.",
        precondition: "Alice and Mallory compare the same strings; Mallory's proof is empty, or names unknown keys only, or leaves the master key out, or has a wrong list of key ids.",
        expected: "Mallory's identity is not verified by any of them; the next verification, with a whole proof, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client("sas-empty-mac-ok", "empty-proof-verified")],
        run: partial_mac,
    },
    Check {
        id: "verify-older-method",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02"],
        attacks: &["ATK-VER-05"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A peer or relay cannot choose an older way of proof, key agreement or comparison than was offered.",
        precondition: "Alice starts a verification with Mallory; the answer chooses what Alice did not offer: the older proof, the older key agreement, another hash.",
        expected: "Alice is shown no strings for it; the next verification, played by the rules, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client("sas-accept-legacy", "older-method-taken")],
        run: older_method,
    },
];

/// The codes of stages in which the strings were accepted for comparison.
const SHOWN: [&str; 3] = ["compare", "confirmed", "verified"];

fn other_key(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let mut dance = Dance::begin(scene, &mut company)?;
    dance.accept(scene, &mut company, None)?;
    let other = ForgedDevice::new("", "").curve25519();
    dance.send_key(scene, &mut company, &other)?;
    must_show_nothing(scene, &company, "uncommitted-key-accepted", &dance.flow)?;
    must_succeed(scene, &mut company)
}

fn small_order(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    for key in small_order_keys().iter().take(SMALL_ORDER.len()) {
        let mut dance = Dance::begin(scene, &mut company)?;
        dance.accept(scene, &mut company, Some(key))?;
        dance.send_key(scene, &mut company, key)?;
        must_show_nothing(scene, &company, "small-order-key-accepted", &dance.flow)?;
    }
    must_succeed(scene, &mut company)
}

fn older_method(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    for (field, older) in [
        ("/message_authentication_code", "hkdf-hmac-sha256"),
        ("/key_agreement_protocol", "curve25519"),
        ("/hash", "sha1"),
    ] {
        let mut dance = Dance::begin(scene, &mut company)?;
        let mut accept = dance.sas.accept_for(dance.sas.ephemeral(), &dance.start);
        set(&mut accept, field, older);
        company.deliver(scene, "m.key.verification.accept", &accept)?;
        // Whoever takes it sends his key and goes on.
        if let Ok(theirs) = dance.step(scene, &mut company, "key") {
            let key = theirs.get("key").and_then(Value::as_str);
            dance.sas.take_key(key.unwrap_or_default())?;
            let own = dance.sas.ephemeral().to_owned();
            dance.send_key(scene, &mut company, &own)?;
        }
        must_show_nothing(scene, &company, "older-method-taken", &dance.flow)?;
    }
    must_succeed(scene, &mut company)
}

fn must_show_nothing(
    scene: &mut Scene,
    company: &Company,
    code: &str,
    flow: &str,
) -> Result<(), Stop> {
    let seen = stage(scene, &company.alice, flow)?;
    let shown = SHOWN.iter().map(|stage| json!(stage)).collect();
    scene.expect(
        Role::Attack,
        code,
        &[&seen],
        Claim::IsNot {
            pointer: "/stage".to_owned(),
            values: shown,
        },
    );
    must_not_be_verified(scene, code, &company.alice, &company.mallory.device.user)
}

fn partial_mac(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let partial = [
        ("empty-proof-verified", Proof::Nothing),
        ("unknown-key-verified", Proof::UnknownKey),
        ("unproven-master-verified", Proof::NoMaster),
        ("wrong-list-verified", Proof::WrongList),
    ];
    for (code, proof) in partial {
        let flow = prove(scene, &mut company, proof)?;
        if !matches!(proof, Proof::NoMaster) {
            must_not_succeed(scene, code, &company.alice, &flow)?;
        }
        must_not_be_verified(scene, code, &company.alice, &company.mallory.device.user)?;
    }
    must_succeed(scene, &mut company)
}

/// A verification up to Mallory's proof; both sides see the same strings.
fn prove(scene: &mut Scene, company: &mut Company, proof: Proof) -> Result<String, Stop> {
    let dance = Dance::begin(scene, company)?;
    prove_in(scene, company, dance, proof)
}

/// A verification played by the rules must succeed.
fn must_succeed(scene: &mut Scene, company: &mut Company) -> Result<(), Stop> {
    prove(scene, company, Proof::Whole)?;
    must_be_verified(
        scene,
        Role::Twin,
        &company.alice,
        &company.mallory.device.user,
    )
}
