//! A relay that serves an organisation: what it lets in, puts in force and keeps apart. The bench plays the organisation.

pub(super) mod acts;
pub(super) mod directory;
pub(super) mod enrolment;
pub(super) mod existence;
pub(super) mod policy;
pub(super) mod tenants;

use harness_driver::{Payload, Secret};
use harness_evidence::{Claim, Role};
use serde_json::{Value, json};

use super::wire::path;
use crate::{
    check::Stop,
    scene::{Scene, Seen, Session},
};

/// Where the extensions for organisations lie.
fn own(name: &str) -> String {
    format!("/_matrix/client/unstable/dev.pruefstand/{name}")
}

/// Members get this version of what the organisation has signed.
fn serves(
    scene: &mut Scene,
    member: &Session,
    what: &str,
    (role, code): (Role, &str),
    version: u64,
) -> Result<Seen, Stop> {
    let seen = scene.ask(Some(member), "GET", &own(what), Payload::Empty)?;
    let claim = Claim::Is {
        pointer: "/body/statement/body/version".to_owned(),
        value: json!(version),
    };
    scene.expect(role, code, &[&seen], claim);
    Ok(seen)
}

/// A registration with a token in its one stage.
fn registration(name: &str, token: &Secret) -> Value {
    json!({
        "username": name,
        "password": "Enrolled-Password-7",
        "inhibit_login": true,
        "auth": { "type": "m.login.registration_token", "token": token.expose(), "session": "single-stage" },
    })
}

/// Registers `name` with a token, as an observation.
fn enrol(scene: &mut Scene, name: &str, token: &Secret) -> Result<Seen, Stop> {
    let body = Payload::Json(registration(name, token));
    scene.ask(None, "POST", &path(&["register"]), body)
}
