//! A relay that serves an organisation: what it lets in, puts in force and keeps apart. The bench plays the organisation.

pub(super) mod acts;
pub(super) mod directory;
pub(super) mod enrolment;
pub(super) mod existence;
pub(super) mod policy;
pub(super) mod tenants;

use harness_driver::{Payload, Secret};
use serde_json::{Value, json};

use super::wire::path;
use crate::{
    check::Stop,
    scene::{Scene, Seen},
};

/// Where the extensions for organisations lie.
fn own(name: &str) -> String {
    format!("/_matrix/client/unstable/dev.pruefstand/{name}")
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
