use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use ruma::{OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::body::Body;
use super::caller::Caller;
use super::reply::Reply;
use super::route::{Parameters, Route};
use crate::domain::event::Event;
use crate::domain::history::{for_client, sight, state};
use crate::domain::membership::{MemberState, joined_members, joined_rooms, require_joined};
use crate::domain::new_room::{RoomWish, create_room};
use crate::domain::room::{MEMBER, NOW, parse, state_event};
use crate::domain::tenant::may_meet;
use crate::position::RoomPosition;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// Rooms and who is in them.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/client/v3/createRoom", post(create))
        .route("/_matrix/client/v3/joined_rooms", get(rooms))
        .route("/_matrix/client/v3/rooms/{room_id}/members", get(members))
        .route(
            "/_matrix/client/v3/rooms/{room_id}/joined_members",
            get(joined),
        )
}

#[derive(Deserialize)]
struct MemberWish {
    at: Option<String>,
    membership: Option<MemberState>,
    not_membership: Option<MemberState>,
}

/// What a membership event tells of a member.
#[derive(Deserialize)]
struct MemberContent {
    membership: MemberState,
    displayname: Option<String>,
    avatar_url: Option<String>,
}

#[derive(Serialize)]
struct JoinedMember {
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<String>,
}

async fn create(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Body(wish): Body<RoomWish>,
) -> Result<Reply<Value>, Refusal> {
    let conduct = relay.conduct.clone();
    let (server, limit, now) = (relay.server.clone(), relay.limits.rooms, relay.now());
    let seeker = caller.user().to_owned();
    let room = relay
        .write_naming(&seeker, move |tables| {
            for target in wish.invited() {
                may_meet(tables, caller.user(), target, &conduct)?;
            }
            create_room(tables, caller.user(), &server, (wish, limit), now)
        })
        .await?;
    Ok(Reply(json!({ "room_id": room })))
}

async fn rooms(State(relay): State<Arc<Relay>>, caller: Caller) -> Result<Reply<Value>, Refusal> {
    let rooms = relay
        .read(move |tables| joined_rooms(tables, caller.user()))
        .await?;
    Ok(Reply(json!({ "joined_rooms": rooms })))
}

async fn members(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
    Parameters(wish): Parameters<MemberWish>,
) -> Result<Reply<Value>, Refusal> {
    let at = wish
        .at
        .as_deref()
        .map(str::parse::<RoomPosition>)
        .transpose()?;
    let conduct = relay.conduct.clone();
    let chunk: Vec<Box<RawValue>> = relay
        .read(move |tables| {
            let mut sight = sight(tables, &room, &caller.session, &conduct)?;
            sight.through = sight.through.min(at.map_or(NOW, |at| at.0));
            let wanted = |event: &Event| {
                let content = parse::<MemberContent>(event);
                event.kind == MEMBER
                    && content.is_ok_and(|content| {
                        wish.membership
                            .is_none_or(|wanted| content.membership == wanted)
                            && wish.not_membership != Some(content.membership)
                    })
            };
            let events = state(tables, &room, sight)?;
            let events = events.into_iter().filter(|(_, event)| wanted(event));
            for_client(events, &caller.session, Some(&room))
        })
        .await?;
    Ok(Reply(json!({ "chunk": chunk })))
}

async fn joined(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
) -> Result<Reply<Value>, Refusal> {
    let joined: BTreeMap<OwnedUserId, JoinedMember> = relay
        .read(move |tables| {
            require_joined(tables, &room, caller.user())?;
            let mut joined = BTreeMap::new();
            for user in joined_members(tables, &room)? {
                let event = state_event(tables, &room, (MEMBER, user.as_str()), NOW)?;
                if let Some(content) = event.map(|event| parse::<MemberContent>(&event)) {
                    let MemberContent {
                        displayname,
                        avatar_url,
                        ..
                    } = content?;
                    joined.insert(
                        user,
                        JoinedMember {
                            display_name: displayname,
                            avatar_url,
                        },
                    );
                }
            }
            Ok(joined)
        })
        .await?;
    Ok(Reply(json!({ "joined": joined })))
}
