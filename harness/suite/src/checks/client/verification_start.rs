//! Group B: two users who verify each other, and start at the same moment.

use harness_evidence::{Claim, Role, Severity, Witness};

use crate::{
    check::{Check, Seeded, Stop, Subject},
    checks::client::{
        megolm::pair,
        screen::{VERIFY, insist, must_be_at, must_be_verified, strings},
        verification::accepted,
    },
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "verify-both-start",
    version: 1,
    subject: Subject::Client,
    requirements: &["KEY-02"],
    attacks: &[],
    severity: Severity::Should,
    witness: Witness::Driver,
    purpose: "Two users who start the comparison at the same moment are shown the same strings, and verify each other.",
    precondition: "Alice asks for the verification, Bob accepts, and both start before the start of the other one comes; then the same the other way round.",
    expected: "The start of the lower id counts (Matrix specification, m.key.verification.start): both screens show the same strings, and both show the other as verified.",
    needs: VERIFY,
    twins: &[Seeded::client("sas-both-starts-answered", "no-comparison")],
    run: both_start,
}];

fn both_start(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    for (one, other) in [(&alice, &bob), (&bob, &alice)] {
        let flow = accepted(scene, one, other)?;
        insist(scene.start_verification(one, &flow)?)?;
        insist(scene.start_verification(other, &flow)?)?;
        for _ in 0..3 {
            scene.sync(other)?;
            scene.sync(one)?;
        }
        for actor in [one, other] {
            must_be_at(scene, "no-comparison", actor, &flow, "compare")?;
        }
        let (ones, others) = (strings(scene, one, &flow)?, strings(scene, other, &flow)?);
        scene.expect(
            Role::Attack,
            "strings-differ",
            &[&ones, &others],
            Claim::Same {},
        );
        for actor in [one, other] {
            scene.confirm_verification(actor, &flow)?;
        }
        scene.sync_all(&[other, one])?;
        for (viewer, viewed) in [(one, other), (other, one)] {
            must_be_at(scene, "not-verified", viewer, &flow, "verified")?;
            must_be_verified(scene, Role::State, viewer, &viewed.user)?;
        }
    }
    Ok(())
}
