//! What a Matrix homeserver shows of itself to somebody without an account.

use std::collections::BTreeMap;

use harness_driver::{Payload, Request};
use harness_evidence::Switch;
use serde_json::Value;

use super::Relay;
use crate::{
    network::Http,
    target::{RelaySpec, TargetError},
};

/// Endpoints that are there if the relay has something; without a token they refuse, but are not unknown.
const ENDPOINTS: [(Switch, &str, &str); 4] = [
    (Switch::Media, "GET", "/_matrix/client/v1/media/config"),
    (Switch::Push, "GET", "/_matrix/client/v3/pushers"),
    (
        Switch::Directory,
        "POST",
        "/_matrix/client/v3/user_directory/search",
    ),
    (
        Switch::Backup,
        "GET",
        "/_matrix/client/v3/room_keys/version",
    ),
];

/// Answers to a request without token or body that only a known endpoint gives.
const TELLING: [u16; 4] = [200, 400, 401, 403];

/// An endpoint that nobody has: a relay that answers it like a real one shows nothing by its answers.
const NOWHERE: &str = "/_matrix/client/v3/b7e1c0d4";

/// Where a server tells another one who it is; it answers there only if it talks to servers of others.
const FEDERATION: &str = "/_matrix/federation/v1/version";

/// How one can log in.
const LOGIN: &str = "/_matrix/client/v3/login";

impl Relay {
    /// What it was seen to offer, each with where; what the manifest says that the bench can use counts as seen.
    ///
    /// # Errors
    ///
    /// If it does not answer.
    pub(crate) fn offers(&self, spec: &RelaySpec) -> Result<BTreeMap<Switch, String>, TargetError> {
        let http = Http::new(self.base());
        let mut seen = offered_by(spec);
        for (switch, method, path) in ENDPOINTS {
            let (unknown, _) = ask(&http, method, NOWHERE)?;
            let (status, _) = ask(&http, method, path)?;
            if status != unknown && TELLING.contains(&status) {
                seen.insert(switch, format!("{method} {path}"));
            }
        }
        if ask(&http, "GET", FEDERATION)?.0 == 200 {
            seen.insert(Switch::Federation, format!("GET {FEDERATION}"));
        }
        if has_password_flow(&ask(&http, "GET", LOGIN)?.1) {
            seen.insert(Switch::Passwords, format!("GET {LOGIN}"));
        }
        Ok(seen)
    }
}

/// Status and body of the answer to a request without a token.
fn ask(http: &Http, method: &str, path: &str) -> Result<(u16, Value), TargetError> {
    let request = Request {
        id: "offers".to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        token: None,
        body: Payload::Empty,
    };
    let answer = http.send(&request).map_err(|error| TargetError::NoAnswer {
        reason: error.to_string(),
    })?;
    let body = answer.response.body.json().cloned().unwrap_or_default();
    Ok((answer.response.status, body))
}

/// What the manifest tells the bench to use.
fn offered_by(spec: &RelaySpec) -> BTreeMap<Switch, String> {
    let offers = |name: &str| spec.offers.iter().any(|offer| offer == name);
    let said = [
        (
            Switch::Expiry,
            offers("retention"),
            "relay.offers retention",
        ),
        (
            Switch::Push,
            offers("push-gateways"),
            "relay.offers push-gateways",
        ),
        (
            Switch::Invitations,
            spec.accounts.gives_invitations(),
            "relay.accounts gives invitations",
        ),
    ];
    said.into_iter()
        .filter(|(_, is_said, _)| *is_said)
        .map(|(switch, _, place)| (switch, place.to_owned()))
        .collect()
}

fn has_password_flow(login: &Value) -> bool {
    let flows = login.get("flows").and_then(Value::as_array);
    let mut types = flows
        .into_iter()
        .flatten()
        .filter_map(|flow| flow.get("type"));
    types.any(|kind| kind == "m.login.password")
}
