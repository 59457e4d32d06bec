//! Sessions: a revoked one is dead at once, everywhere.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use super::wire::{message, path, refused, send_path, status};
use crate::{
    check::{Check, Seeded, Stop, Subject},
    scene::{Scene, Session},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "relay-logout-revokes",
    version: 1,
    subject: Subject::Relay,
    requirements: &["CLO-08", "CLO-09"],
    attacks: &["ATK-LNK-04"],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "After logout the access token is dead at every endpoint, at once, and the device is gone.",
    precondition: "Anna has three sessions; the token of each works.",
    expected: "The session that logged out is refused as unknown everywhere; so is the rest after a logout of all; a session of another user goes on.",
    needs: &[],
    twins: &[Seeded::relay(
        "token-not-revoked",
        "token-alive-after-logout",
    )],
    run: logout,
}];

fn logout(scene: &mut Scene) -> Result<(), Stop> {
    let (first, bystander) = (scene.session("anna")?, scene.session("bert")?);
    let second = scene.log_in_raw(first.account.clone())?;
    let third = scene.log_in_raw(first.account.clone())?;
    let room = scene.plain_room(&first, &[])?;
    for session in [&first, &second, &third] {
        scene.must_work(Role::Control, "control-lost", session)?;
    }
    log_out(scene, &first, "logout")?;
    must_be_dead(scene, &first, &room)?;
    let devices = scene.ask(Some(&second), "GET", &path(&["devices"]), Payload::Empty)?;
    let two_left = Claim::Within {
        pointer: "/body/devices".to_owned(),
        least: 2,
        most: 2,
    };
    scene.expect(
        Role::Attack,
        "device-alive-after-logout",
        &[&devices],
        two_left,
    );
    log_out(scene, &second, "logout/all")?;
    for session in [&second, &third] {
        must_be_dead(scene, session, &room)?;
    }
    scene.must_work(Role::State, "other-session-ended", &bystander)?;
    let again = scene.log_in_raw(first.account)?;
    scene.must_work(Role::State, "login-broken", &again)
}

fn log_out(scene: &mut Scene, session: &Session, endpoint: &str) -> Result<(), Stop> {
    let path = format!("{}/{endpoint}", super::wire::V3);
    let seen = scene.ask(Some(session), "POST", &path, Payload::Json(json!({})))?;
    scene.expect(
        Role::Applied,
        "attack-not-applied",
        &[&seen],
        status(&[200]),
    );
    Ok(())
}

fn must_be_dead(scene: &mut Scene, session: &Session, room: &str) -> Result<(), Stop> {
    let user = session.user.as_str();
    for (method, path, body) in [
        ("GET", path(&["account", "whoami"]), Payload::Empty),
        (
            "GET",
            format!("{}?timeout=0", path(&["sync"])),
            Payload::Empty,
        ),
        ("GET", path(&["devices"]), Payload::Empty),
        ("GET", path(&["rooms", room, "state"]), Payload::Empty),
        (
            "PUT",
            send_path(room, "after-logout"),
            Payload::Json(message("after logout")),
        ),
        (
            "POST",
            path(&["keys", "query"]),
            Payload::Json(json!({ "device_keys": { user: [] } })),
        ),
        (
            "PUT",
            path(&["user", user, "account_data", "org.example.x"]),
            Payload::Json(json!({})),
        ),
        ("POST", path(&["logout"]), Payload::Json(json!({}))),
    ] {
        let seen = scene.ask(Some(session), method, &path, body)?;
        scene.expect(
            Role::Attack,
            "token-alive-after-logout",
            &[&seen],
            refused(401, "M_UNKNOWN_TOKEN"),
        );
    }
    Ok(())
}
