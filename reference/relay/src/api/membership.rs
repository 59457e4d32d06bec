use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use ruma::{OwnedRoomId, OwnedUserId, RoomId, RoomOrAliasId, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Body, OptionalBody};
use super::caller::Caller;
use super::reply::{Reply, empty};
use super::route::Route;
use crate::domain::account::account;
use crate::domain::membership::{Change, MemberState, change, forget, member, require_joined};
use crate::domain::tenant::may_change;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::store::Tables;

/// Coming and going.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/client/v3/join/{room_id_or_alias}", post(join_any))
        .route("/_matrix/client/v3/rooms/{room_id}/join", post(join))
        .route("/_matrix/client/v3/rooms/{room_id}/leave", post(leave))
        .route(
            "/_matrix/client/v3/rooms/{room_id}/forget",
            post(forget_room),
        )
        .route("/_matrix/client/v3/rooms/{room_id}/invite", post(invite))
        .route("/_matrix/client/v3/rooms/{room_id}/kick", post(kick))
        .route("/_matrix/client/v3/rooms/{room_id}/ban", post(ban))
        .route("/_matrix/client/v3/rooms/{room_id}/unban", post(unban))
}

#[derive(Deserialize)]
struct Own {
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Other {
    user_id: OwnedUserId,
    reason: Option<String>,
}

async fn join_any(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<String>,
    OptionalBody(body): OptionalBody<Own>,
) -> Result<Reply<Value>, Refusal> {
    let id = RoomOrAliasId::parse(room).map_err(|_error| Refusal::invalid("no room id"))?;
    let room = OwnedRoomId::try_from(id)
        .map_err(|_alias| Refusal::not_found("this relay has no room aliases"))?;
    join(State(relay), caller, Route(room), OptionalBody(body)).await
}

async fn join(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
    OptionalBody(body): OptionalBody<Own>,
) -> Result<Reply<Value>, Refusal> {
    own(&relay, &caller, &room, (MemberState::Join, body)).await?;
    Ok(Reply(json!({ "room_id": room })))
}

async fn leave(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
    OptionalBody(body): OptionalBody<Own>,
) -> Result<Reply<Value>, Refusal> {
    own(&relay, &caller, &room, (MemberState::Leave, body)).await?;
    Ok(empty())
}

async fn forget_room(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
) -> Result<Reply<Value>, Refusal> {
    relay
        .write(move |tables| forget(tables, &room, caller.user()))
        .await?;
    Ok(empty())
}

async fn invite(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
    Body(body): Body<Other>,
) -> Result<Reply<Value>, Refusal> {
    other(
        &relay,
        caller,
        room,
        (MemberState::Invite, body),
        |tables, _, target| {
            let known = account(tables, target)?.is_some();
            known
                .then_some(())
                .ok_or_else(|| Refusal::not_found("there is no such user"))
        },
    )
    .await
}

async fn kick(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
    Body(body): Body<Other>,
) -> Result<Reply<Value>, Refusal> {
    other(
        &relay,
        caller,
        room,
        (MemberState::Leave, body),
        |tables, room, target| {
            let banned = is_banned(tables, room, target)?;
            (!banned)
                .then_some(())
                .ok_or_else(|| Refusal::forbidden("the user is banned"))
        },
    )
    .await
}

async fn ban(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
    Body(body): Body<Other>,
) -> Result<Reply<Value>, Refusal> {
    other(&relay, caller, room, (MemberState::Ban, body), |_, _, _| {
        Ok(())
    })
    .await
}

async fn unban(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
    Body(body): Body<Other>,
) -> Result<Reply<Value>, Refusal> {
    other(
        &relay,
        caller,
        room,
        (MemberState::Leave, body),
        |tables, room, target| {
            let banned = is_banned(tables, room, target)?;
            banned
                .then_some(())
                .ok_or_else(|| Refusal::forbidden("the user is not banned"))
        },
    )
    .await
}

async fn own(
    relay: &Relay,
    caller: &Caller,
    room: &RoomId,
    (to, body): (MemberState, Own),
) -> Result<(), Refusal> {
    let (room, user, now) = (room.to_owned(), caller.session.user.clone(), relay.now());
    let conduct = relay.conduct.clone();
    relay
        .write(move |tables| {
            let sender = user.clone();
            let wish = Change {
                sender,
                target: user,
                to,
                reason: body.reason,
                is_direct: None,
                signed: None,
            };
            may_change(tables, &room, &wish, &conduct)?;
            change(tables, &room, wish, now)
        })
        .await
}

/// Changes somebody else's membership after `check`, which sees the same state as the change.
async fn other(
    relay: &Relay,
    caller: Caller,
    room: OwnedRoomId,
    (to, body): (MemberState, Other),
    check: impl FnOnce(&dyn Tables, &RoomId, &UserId) -> Result<(), Refusal> + Send + 'static,
) -> Result<Reply<Value>, Refusal> {
    let (sender, now) = (caller.session.user, relay.now());
    let conduct = relay.conduct.clone();
    let seeker = sender.clone();
    relay
        .write_naming(&seeker, move |tables| {
            let Other {
                user_id: target,
                reason,
            } = body;
            require_joined(tables, &room, &sender)?;
            check(tables, &room, &target)?;
            let wish = Change {
                sender,
                target,
                to,
                reason,
                is_direct: None,
                signed: None,
            };
            may_change(tables, &room, &wish, &conduct)?;
            change(tables, &room, wish, now)
        })
        .await?;
    Ok(empty())
}

fn is_banned(tables: &dyn Tables, room: &RoomId, target: &UserId) -> Result<bool, Refusal> {
    Ok(member(tables, room, target)?.is_some_and(|member| member.state == MemberState::Ban))
}
