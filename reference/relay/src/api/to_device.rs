use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::put;
use serde::Deserialize;
use serde_json::Value;

use super::body::Body;
use super::caller::Caller;
use super::events::plain;
use super::keys::bounded;
use super::reply::{Reply, empty};
use super::route::Route;
use crate::conduct::{Conduct, Flaw};
use crate::domain::tenant::elsewhere;
use crate::domain::to_device::{Messages, send};
use crate::domain::transaction::Transaction;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::store::Tables;
use ruma::UserId;

/// Messages from device to device.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new().route(
        "/_matrix/client/v3/sendToDevice/{event_type}/{txn_id}",
        put(send_messages),
    )
}

#[derive(Deserialize)]
struct MessagesBody {
    messages: Messages,
}

async fn send_messages(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((kind, txn)): Route<(String, String)>,
    Body(body): Body<MessagesBody>,
) -> Result<Reply<Value>, Refusal> {
    plain(&[&kind, &txn])?;
    let contents = body.messages.0.values().flat_map(BTreeMap::values);
    bounded(
        "messages",
        contents.clone().count(),
        relay.limits.recipients,
    )?;
    let largest = contents
        .map(|content| content.get().len())
        .max()
        .unwrap_or(0);
    if largest > relay.limits.event_bytes {
        return Err(Refusal::too_large(
            "message",
            largest,
            relay.limits.event_bytes,
        ));
    }
    let conduct = relay.conduct.clone();
    let bounds = (relay.limits.to_device_queue, relay.now());
    let transaction = Transaction::new(&caller.session, &["to_device", &kind], &txn);
    relay
        .write_message(move |tables| {
            if transaction.answered(tables, &conduct)?.is_none() {
                let messages = within_tenant(tables, caller.user(), body.messages, &conduct)?;
                send(tables, caller.user(), &kind, &messages, bounds)?;
                transaction.answer(tables, "")?;
            }
            Ok(())
        })
        .await?;
    Ok(empty())
}

/// What is for users of other tenants goes nowhere, as what is for users who do not exist.
fn within_tenant(
    tables: &dyn Tables,
    sender: &UserId,
    mut messages: Messages,
    conduct: &Conduct,
) -> Result<Messages, Refusal> {
    let apart = elsewhere(tables, sender, messages.0.keys())?;
    if !apart.is_empty() && !conduct.has(Flaw::TenantToDevice) {
        messages.0.retain(|user, _| !apart.contains(user));
    }
    Ok(messages)
}
