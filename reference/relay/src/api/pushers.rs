use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Body;
use super::caller::Caller;
use super::reply::{Reply, empty};
use crate::conduct::Flaw;
use crate::domain::pusher::{Pusher, pushers, put, remove};
use crate::push::EVENT_ID_ONLY;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// How phones are woken.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/client/v3/pushers", get(list))
        .route("/_matrix/client/v3/pushers/set", post(set))
}

/// A wish for a pusher. Names of app and device would only be kept to be shown again, so they are not.
#[derive(Deserialize)]
struct Wish {
    app_id: String,
    pushkey: String,
    kind: Option<String>,
    data: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    url: Option<String>,
    format: Option<String>,
}

async fn list(State(relay): State<Arc<Relay>>, caller: Caller) -> Result<Reply<Value>, Refusal> {
    let found = relay
        .read(move |tables| pushers(tables, caller.user()))
        .await?;
    let shown: Vec<_> = found
        .into_iter()
        .map(|pusher| {
            json!({
                "kind": "http", "app_id": pusher.app_id, "pushkey": pusher.pushkey,
                "app_display_name": "", "device_display_name": "", "lang": "",
                "data": { "url": pusher.url, "format": EVENT_ID_ONLY },
            })
        })
        .collect();
    Ok(Reply(json!({ "pushers": shown })))
}

async fn set(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Body(wish): Body<Wish>,
) -> Result<Reply<Value>, Refusal> {
    // Spec: app ids have at most 64 characters, keys at most 512 bytes.
    if wish.app_id.len() > 64 || wish.pushkey.len() > 512 || wish.pushkey.is_empty() {
        return Err(Refusal::invalid(
            "app id or push key is too long, or the key is empty",
        ));
    }
    let user = caller.session.user;
    let Some(kind) = wish.kind else {
        relay
            .write(move |tables| remove(tables, &user, (&wish.app_id, &wish.pushkey)))
            .await?;
        return Ok(empty());
    };
    let url = target(&relay, &kind, wish.data)?;
    let pusher = Pusher {
        device: caller.session.device,
        app_id: wish.app_id,
        pushkey: wish.pushkey,
        url,
    };
    let limit = relay.limits.devices;
    relay
        .write(move |tables| put(tables, &user, &pusher, limit))
        .await?;
    Ok(empty())
}

/// Where a pusher points to, if it is a declared gateway and nothing of an event is to be pushed.
fn target(relay: &Relay, kind: &str, data: Option<Target>) -> Result<String, Refusal> {
    if kind != "http" {
        return Err(Refusal::invalid("pushers are of kind http"));
    }
    let missing = || Refusal::bad_json("field data.url is missing");
    let Target { url, format } = data.ok_or_else(missing)?;
    let url = url.ok_or_else(missing)?;
    if format.as_deref() != Some(EVENT_ID_ONLY) {
        return Err(Refusal::invalid("the format of pushers is event_id_only"));
    }
    if !relay.push_rules.allows(&url) && !relay.conduct.has(Flaw::PushesAnywhere) {
        return Err(Refusal::forbidden(
            "the relay does not push to this gateway",
        ));
    }
    relay.start_pushing();
    Ok(url)
}
