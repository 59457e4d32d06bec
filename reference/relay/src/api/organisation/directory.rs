use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{STATEMENTS, organisation, signed, tenant_of};
use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::api::reply::{Reply, empty};
use crate::api::route::Route;
use crate::domain::directory::{self, Next};
use crate::refusal::Refusal;
use crate::relay::Relay;

/// What holds the newest directory of the caller's tenant together.
pub(super) async fn newest(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
) -> Result<Reply<Value>, Refusal> {
    organisation(&relay)?;
    let conduct = relay.conduct.clone();
    let newest = relay
        .read(move |tables| {
            let tenant = directory::served(tables, tenant_of(tables, &caller)?, &conduct)?;
            directory::newest(tables, &tenant)
        })
        .await?;
    newest
        .map(Reply)
        .ok_or_else(|| Refusal::not_found("there is no directory yet"))
}

/// One of its pages, counted from 0.
pub(super) async fn page(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(number): Route<u64>,
) -> Result<Reply<Value>, Refusal> {
    organisation(&relay)?;
    let conduct = relay.conduct.clone();
    let page = relay
        .read(move |tables| {
            let tenant = directory::served(tables, tenant_of(tables, &caller)?, &conduct)?;
            directory::page(tables, &tenant, number)
        })
        .await?;
    let page = page.ok_or_else(|| Refusal::not_found("there is no such page"))?;
    Ok(Reply(json!({ "page": page })))
}

#[derive(Deserialize)]
pub(super) struct Brought {
    directory: Value,
    pages: Vec<String>,
}

/// Its signature is what lets a directory in, not an account of whoever brings it.
pub(super) async fn publish(
    State(relay): State<Arc<Relay>>,
    Body(Brought { directory, pages }): Body<Brought>,
) -> Result<Reply<Value>, Refusal> {
    organisation(&relay)?;
    relay.throttle.request(STATEMENTS, relay.now())?;
    let directory = signed(&directory)?;
    let next = Next { directory, pages };
    let shared = Arc::clone(&relay);
    relay
        .write(move |tables| {
            let (now, conduct) = (shared.now(), &shared.conduct);
            directory::publish(tables, organisation(&shared)?, &next, now, conduct)
        })
        .await?;
    Ok(empty())
}
