use std::sync::Arc;

use axum::extract::State;
use reference_organisation::Admission;
use ruma::OwnedUserId;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{organisation, signed, tenant_of};
use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::api::reply::{Reply, empty};
use crate::api::route::Route;
use crate::domain::admission;
use crate::domain::tenant::Sight;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// The caller's own, once.
pub(super) async fn put(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Body(body): Body<Value>,
) -> Result<Reply<Value>, Refusal> {
    organisation(&relay)?;
    let own: Admission = signed(&body)?;
    let shared = Arc::clone(&relay);
    relay
        .write(move |tables| admission::put(tables, organisation(&shared)?, caller.user(), &own))
        .await?;
    Ok(empty())
}

/// That of a user of the caller's tenant.
pub(super) async fn show(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(user): Route<OwnedUserId>,
) -> Result<Reply<Value>, Refusal> {
    organisation(&relay)?;
    let conduct = relay.conduct.clone();
    let found = relay
        .read(move |tables| {
            tenant_of(tables, &caller)?;
            match Sight::of(tables, caller.user(), &conduct)?.reaches(tables, &user)? {
                true => admission::admission(tables, &user),
                false => Ok(None),
            }
        })
        .await?;
    found
        .map(Reply)
        .ok_or_else(|| Refusal::not_found("there is no such admission"))
}

/// Users that one question may name.
const MOST_USERS: usize = 1_000;

#[derive(Deserialize)]
pub(super) struct Question {
    users: Vec<OwnedUserId>,
}

/// Those of many users at once. Whoever is of another tenant, has none, or does not exist, is simply not in the answer.
pub(super) async fn query(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Body(Question { users }): Body<Question>,
) -> Result<Reply<Value>, Refusal> {
    organisation(&relay)?;
    if users.len() > MOST_USERS {
        return Err(Refusal::bad_json(format!("at most {MOST_USERS} users")));
    }
    let conduct = relay.conduct.clone();
    let found = relay
        .read(move |tables| {
            tenant_of(tables, &caller)?;
            let sight = Sight::of(tables, caller.user(), &conduct)?;
            let mut found = Map::new();
            for user in users {
                if sight.reaches(tables, &user)? {
                    let known = admission::admission(tables, &user)?;
                    found.extend(known.map(|known| (user.to_string(), known)));
                }
            }
            Ok(found)
        })
        .await?;
    Ok(Reply(json!({ "admissions": found })))
}
