//! Registration with an invitation token (Matrix client-server API, user-interactive authentication).

use harness_driver::{Payload, Response, Secret};
use serde_json::{Value, json};

use super::{Account, exchange, not_registered, text};
use crate::{network::Http, target::TargetError};

const TOKEN_STAGE: &str = "m.login.registration_token";
const DUMMY_STAGE: &str = "m.login.dummy";

/// The first request and one for each stage of the longest flow that we know.
const MOST_REQUESTS: usize = 3;

/// Registers an account; no device comes with it.
pub(super) fn with_token(
    http: &Http,
    localpart: &str,
    password: &Secret,
    token: &Secret,
) -> Result<Account, TargetError> {
    let mut auth = Value::Null;
    for _ in 0..MOST_REQUESTS {
        let mut body =
            json!({ "username": localpart, "password": password.expose(), "inhibit_login": true });
        if let (Some(fields), false) = (body.as_object_mut(), auth.is_null()) {
            fields.insert("auth".to_owned(), auth);
        }
        let response = exchange(
            http,
            "POST",
            "/_matrix/client/v3/register",
            None,
            Payload::Json(body),
        )?;
        if let (200, Some(user)) = (response.status, text(&response, "user_id")) {
            return Ok(Account {
                user: user.to_owned(),
                localpart: localpart.to_owned(),
                password: password.clone(),
            });
        }
        auth = next_stage(&response, token).ok_or_else(|| not_registered(localpart, &response))?;
    }
    Err(TargetError::NotRegistered {
        localpart: localpart.to_owned(),
        status: 401,
        errcode: "after every stage".to_owned(),
    })
}

/// The `auth` object for the next stage of a registration, if the relay asks for a stage that we know and refused none.
#[must_use]
pub fn next_stage(response: &Response, token: &Secret) -> Option<Value> {
    let body = response.body.json().filter(|_| response.status == 401)?;
    if body.get("errcode").is_some() {
        return None;
    }
    let completed = body
        .get("completed")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let stages = body.get("flows")?.as_array()?.iter().find_map(|flow| {
        let stages = flow.get("stages")?.as_array()?;
        stages
            .iter()
            .all(|stage| stage == TOKEN_STAGE || stage == DUMMY_STAGE)
            .then_some(stages)
    })?;
    let next = stages.iter().find(|stage| !completed.contains(stage))?;
    let mut auth = json!({ "type": next, "session": body.get("session")? });
    if next == TOKEN_STAGE {
        auth.as_object_mut()?
            .insert("token".to_owned(), token.expose().into());
    }
    Some(auth)
}
