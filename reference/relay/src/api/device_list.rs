use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use ruma::OwnedUserId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Body;
use super::caller::{Caller, Removed};
use super::keys::bounded;
use super::reply::{Reply, empty};
use crate::domain::device_statements::{append, statements};
use crate::domain::removed_devices::erased;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// The extension `dev.pruefstand.devices`: signed lists of devices.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route(
            "/_matrix/client/unstable/dev.pruefstand/devices/query",
            post(query),
        )
        .route(
            "/_matrix/client/unstable/dev.pruefstand/devices/append",
            post(add),
        )
        .route(
            "/_matrix/client/unstable/dev.pruefstand/devices/erased",
            post(take_word),
        )
}

/// From which statement on each list is wanted.
#[derive(Deserialize)]
struct QueryBody {
    users: BTreeMap<OwnedUserId, u64>,
}

#[derive(Deserialize)]
struct AppendBody {
    statement: Value,
}

#[derive(Deserialize)]
struct ErasedBody {
    word: Value,
}

async fn query(
    State(relay): State<Arc<Relay>>,
    _caller: Caller,
    Body(body): Body<QueryBody>,
) -> Result<Reply<Value>, Refusal> {
    bounded("users", body.users.len(), relay.limits.recipients)?;
    relay
        .read(move |tables| {
            let mut lists = BTreeMap::new();
            for (user, from) in body.users {
                let found = statements(tables, &user, from)?;
                if !found.is_empty() {
                    lists.insert(user, found);
                }
            }
            Ok(Reply(json!({ "lists": lists })))
        })
        .await
}

async fn add(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Body(body): Body<AppendBody>,
) -> Result<Reply<Value>, Refusal> {
    relay
        .write(move |tables| append(tables, caller.user(), &body.statement))
        .await?;
    Ok(empty())
}

async fn take_word(
    State(relay): State<Arc<Relay>>,
    Removed { session, token }: Removed,
    Body(body): Body<ErasedBody>,
) -> Result<Reply<Value>, Refusal> {
    let bounds = (relay.limits.to_device_queue, relay.now());
    relay
        .write(move |tables| erased(tables, &session, &token, &body.word, bounds))
        .await?;
    Ok(empty())
}
