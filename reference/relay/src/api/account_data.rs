use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::body::{Body, Content};
use super::caller::Caller;
use super::events::plain;
use super::reply::{Reply, empty};
use super::route::Route;
use crate::conduct::Flaw;
use crate::domain::account_data::{self, Scope};
use crate::domain::filter::{self, Filter};
use crate::domain::membership::{member, not_in_room};
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::store::Tables;

/// What a user keeps for himself: account data and filters.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route(
            "/_matrix/client/v3/user/{user_id}/account_data/{data_type}",
            get(read_global).put(write_global),
        )
        .route(
            "/_matrix/client/v3/user/{user_id}/rooms/{room_id}/account_data/{data_type}",
            get(read_room).put(write_room),
        )
        .route(
            "/_matrix/client/v3/user/{user_id}/filter",
            post(write_filter),
        )
        .route(
            "/_matrix/client/v3/user/{user_id}/filter/{filter_id}",
            get(read_filter),
        )
}

async fn read_global(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((user, kind)): Route<(OwnedUserId, String)>,
) -> Result<Reply<Box<RawValue>>, Refusal> {
    owner_only(&relay, &caller, &user)?;
    read(&relay, user, None, kind).await
}

async fn read_room(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((user, room, kind)): Route<(OwnedUserId, OwnedRoomId, String)>,
) -> Result<Reply<Box<RawValue>>, Refusal> {
    owner_only(&relay, &caller, &user)?;
    read(&relay, user, Some(room), kind).await
}

async fn write_global(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((user, kind)): Route<(OwnedUserId, String)>,
    Content(content): Content,
) -> Result<Reply<Value>, Refusal> {
    owner_only(&relay, &caller, &user)?;
    write(&relay, user, None, (kind, content)).await
}

async fn write_room(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((user, room, kind)): Route<(OwnedUserId, OwnedRoomId, String)>,
    Content(content): Content,
) -> Result<Reply<Value>, Refusal> {
    owner_only(&relay, &caller, &user)?;
    write(&relay, user, Some(room), (kind, content)).await
}

/// Account data is its owner's alone.
fn owner_only(relay: &Relay, caller: &Caller, user: &UserId) -> Result<(), Refusal> {
    match caller.must_be(user) {
        Err(_) if relay.conduct.has(Flaw::AccountDataIdor) => Ok(()),
        checked => checked,
    }
}

async fn read(
    relay: &Relay,
    user: OwnedUserId,
    room: Option<OwnedRoomId>,
    kind: String,
) -> Result<Reply<Box<RawValue>>, Refusal> {
    relay
        .read(move |tables| {
            let scope = Scope {
                user: &user,
                room: room.as_deref(),
            };
            account_data::content(tables, scope, &kind).map(Reply)
        })
        .await
}

async fn write(
    relay: &Relay,
    user: OwnedUserId,
    room: Option<OwnedRoomId>,
    (kind, content): (String, Box<RawValue>),
) -> Result<Reply<Value>, Refusal> {
    plain(&[&kind])?;
    // Spec: these are the relay's to write.
    if kind == "m.fully_read" || kind == "m.push_rules" {
        let status = http::StatusCode::METHOD_NOT_ALLOWED;
        return Err(Refusal::new(
            status,
            "M_BAD_JSON",
            "this type has an endpoint of its own",
        ));
    }
    let limit = relay.limits.account_data;
    relay
        .write(move |tables| {
            if let Some(room) = &room {
                require_known(tables, room, &user)?;
            }
            let scope = Scope {
                user: &user,
                room: room.as_deref(),
            };
            account_data::put(tables, scope, &kind, content, limit)
        })
        .await?;
    Ok(empty())
}

/// Data is kept for rooms that the user has had to do with.
fn require_known(tables: &dyn Tables, room: &RoomId, user: &UserId) -> Result<(), Refusal> {
    member(tables, room, user)?
        .map(|_| ())
        .ok_or_else(not_in_room)
}

async fn write_filter(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(user): Route<OwnedUserId>,
    Body(content): Body<Box<RawValue>>,
) -> Result<Reply<Value>, Refusal> {
    caller.must_be(&user)?;
    if content.get().len() > relay.limits.event_bytes {
        return Err(Refusal::too_large(
            "filter",
            content.get().len(),
            relay.limits.event_bytes,
        ));
    }
    Filter::parse(content.get())?;
    let limit = relay.limits.account_data;
    let id = relay
        .write(move |tables| filter::put(tables, &user, &content, limit))
        .await?;
    Ok(Reply(json!({ "filter_id": id })))
}

async fn read_filter(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((user, id)): Route<(OwnedUserId, String)>,
) -> Result<Reply<Box<RawValue>>, Refusal> {
    caller.must_be(&user)?;
    relay
        .read(move |tables| filter::stored(tables, &user, &id).map(Reply))
        .await
}
