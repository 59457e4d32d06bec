use std::sync::Arc;

use axum::extract::State;
use reference_organisation::{Authorised, Policy};
use serde_json::Value;

use super::{STATEMENTS, organisation, signed, tenant_of};
use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::api::reply::{Reply, empty};
use crate::domain::policy;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// The newest policy of the caller's tenant.
pub(super) async fn newest(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
) -> Result<Reply<Value>, Refusal> {
    organisation(&relay)?;
    let newest = relay
        .read(move |tables| policy::newest(tables, &tenant_of(tables, &caller)?))
        .await?;
    newest
        .map(Reply)
        .ok_or_else(|| Refusal::not_found("there is no policy yet"))
}

/// Its signature is what lets a policy in, not an account of whoever brings it.
pub(super) async fn publish(
    State(relay): State<Arc<Relay>>,
    Body(body): Body<Value>,
) -> Result<Reply<Value>, Refusal> {
    organisation(&relay)?;
    relay.throttle.request(STATEMENTS, relay.now())?;
    let next: Authorised<Policy> = signed(&body)?;
    let shared = Arc::clone(&relay);
    relay
        .write(move |tables| {
            let (now, conduct) = (shared.now(), &shared.conduct);
            policy::publish(tables, organisation(&shared)?, &next, now, conduct)
        })
        .await?;
    Ok(empty())
}
