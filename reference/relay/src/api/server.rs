use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use super::caller::Caller;
use super::reply::Reply;
use crate::domain::new_room::ROOM_VERSION;
use crate::relay::Relay;

/// What the relay is and can do.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/client/versions", get(versions))
        .route("/_matrix/client/v3/capabilities", get(capabilities))
        .route("/_matrix/client/v3/pushrules/", get(push_rules))
}

async fn versions(State(relay): State<Arc<Relay>>) -> Reply<Value> {
    let versions: Vec<String> = (1..=19).map(|minor| format!("v1.{minor}")).collect();
    let (name, version) = crate::PRODUCT
        .split_once('/')
        .unwrap_or((crate::PRODUCT, ""));
    Reply(json!({
        "versions": versions,
        "unstable_features": {},
        "dev.pruefstand.client_minimum": relay.clients.minimum.map(|minimum| minimum.to_string()),
        "server": { "name": name, "version": version },
    }))
}

async fn capabilities(_caller: Caller) -> Reply<Value> {
    Reply(json!({ "capabilities": {
        "m.room_versions": { "default": ROOM_VERSION, "available": { ROOM_VERSION: "stable" } },
        "m.change_password": { "enabled": false },
        "m.set_displayname": { "enabled": true },
        "m.set_avatar_url": { "enabled": false },
        "m.3pid_changes": { "enabled": false },
        "m.get_login_token": { "enabled": false },
    } }))
}

/// The relay pushes nothing, so it has no rules; stock clients ask before their first sync.
async fn push_rules(_caller: Caller) -> Reply<Value> {
    Reply(json!({ "global": {
        "override": [], "content": [], "room": [], "sender": [], "underride": [],
    } }))
}
