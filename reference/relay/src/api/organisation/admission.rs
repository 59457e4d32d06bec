use std::sync::Arc;

use axum::extract::State;
use reference_organisation::Admission;
use ruma::OwnedUserId;
use serde_json::Value;

use super::{organisation, signed, tenant_of};
use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::api::reply::{Reply, empty};
use crate::api::route::Route;
use crate::domain::{admission, tenant};
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
            tenant::may_meet(tables, caller.user(), &user, &conduct)?;
            admission::admission(tables, &user)
        })
        .await?;
    found
        .map(Reply)
        .ok_or_else(|| Refusal::not_found("there is no such admission"))
}
