//! Guessing passwords.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use super::wire::{path, refused};
use crate::{
    check::{Check, Seeded, Stop, Subject},
    scene::{Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "relay-guessing-throttled",
    version: 1,
    subject: Subject::Relay,
    requirements: &["CLO-07"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "Guessing an account's password is throttled, does not tell whether the account exists, and does not lock anybody else out.",
    precondition: "Anna logs in with her password.",
    expected: "A wrong password and an unknown account get the same answer; after twenty guesses the next one is refused as too many; Bert still logs in.",
    needs: &[],
    twins: &[Seeded::relay(
        "relay-login-unlimited",
        "guesses-not-throttled",
    )],
    run: throttled,
}];

const GUESSES: usize = 20;

fn throttled(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, bert) = (scene.session("anna")?, scene.account("bert")?);
    scene.must_work(Role::Control, "control-lost", &anna)?;
    let nobody = scene.fresh_name("nobody");
    let (wrong, unknown) = (guess(scene, &anna.user, 0)?, guess(scene, &nobody, 0)?);
    let (wrong, unknown) = (answered(scene, &wrong), answered(scene, &unknown));
    scene.expect(
        Role::Attack,
        "account-existence-told",
        &[&wrong, &unknown],
        Claim::Same {},
    );
    for number in 1..GUESSES {
        guess(scene, &anna.user, number)?;
    }
    let last = guess(scene, &anna.user, GUESSES)?;
    scene.expect(
        Role::Attack,
        "guesses-not-throttled",
        &[&last],
        refused(429, "M_LIMIT_EXCEEDED"),
    );
    let bert = scene.log_in_raw(bert)?;
    scene.must_work(Role::State, "others-locked-out", &bert)?;
    scene.must_work(Role::State, "session-lost", &anna)
}

fn guess(scene: &mut Scene, user: &str, number: usize) -> Result<Seen, Stop> {
    let body = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": user },
        "password": format!("guess number {number}"),
    });
    scene.ask(None, "POST", &path(&["login"]), Payload::Json(body))
}

/// What a caller can tell two refusals apart by: status and code.
fn answered(scene: &mut Scene, seen: &Seen) -> Seen {
    let value = json!({ "status": seen.value.get("status"), "errcode": seen.value.get("errcode") });
    scene.note_seen("the answer to a guess", Witness::Wire, value)
}
