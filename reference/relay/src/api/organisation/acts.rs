use std::sync::Arc;

use axum::extract::State;
use reference_organisation::Entry;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{STATEMENTS, organisation, signed, tenant_of};
use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::api::reply::Reply;
use crate::api::route::Parameters;
use crate::domain::acts::{self, Page};
use crate::refusal::Refusal;
use crate::relay::Relay;

#[derive(Deserialize)]
pub(super) struct From {
    #[serde(default)]
    from: u64,
}

/// Entries of the log, for members: they need the revocations in it.
pub(super) async fn page(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Parameters(From { from }): Parameters<From>,
) -> Result<Reply<Page>, Refusal> {
    organisation(&relay)?;
    let shared = Arc::clone(&relay);
    relay
        .read(move |tables| {
            tenant_of(tables, &caller)?;
            let log = organisation(&shared)?.durable_log(tables)?;
            acts::page(tables, &log, from).map(Reply)
        })
        .await
}

/// The next entry. Its signatures are what lets it in, not an account of whoever brings it.
pub(super) async fn append(
    State(relay): State<Arc<Relay>>,
    Body(body): Body<Value>,
) -> Result<Reply<Value>, Refusal> {
    organisation(&relay)?;
    relay.throttle.request(STATEMENTS, relay.now())?;
    let entry: Entry = signed(&body)?;
    let shared = Arc::clone(&relay);
    let head = relay
        .write(move |tables| {
            let mut log = organisation(&shared)?.log(tables)?;
            acts::append(tables, &mut log, &entry, shared.now(), &shared.conduct)
        })
        .await?;
    Ok(Reply(json!({ "head": head })))
}
