use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::body::Content;
use super::caller::Caller;
use super::reply::Reply;
use super::route::{Parameters, Route};
use crate::conduct::Flaw;
use crate::domain::event::{NewEvent, SentBy};
use crate::domain::history::{self, PageWish, for_client, sight};
use crate::domain::membership::{Change, MemberState, change};
use crate::domain::power::authorise;
use crate::domain::room::{MEMBER, NOW, append, state_event};
use crate::domain::tenant::may_change;
use crate::domain::transaction::Transaction;
use crate::json::{INEXACT, has_exact_numbers};
use crate::position::RoomPosition;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// Events of rooms: sending and reading.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route(
            "/_matrix/client/v3/rooms/{room_id}/send/{event_type}/{txn_id}",
            put(send),
        )
        .route("/_matrix/client/v3/rooms/{room_id}/state", get(state))
        .route(
            "/_matrix/client/v3/rooms/{room_id}/state/{event_type}",
            get(state_without_key).put(put_state_without_key),
        )
        .route(
            "/_matrix/client/v3/rooms/{room_id}/state/{event_type}/",
            get(state_without_key).put(put_state_without_key),
        )
        .route(
            "/_matrix/client/v3/rooms/{room_id}/state/{event_type}/{state_key}",
            get(state_with_key).put(put_state),
        )
        .route("/_matrix/client/v3/rooms/{room_id}/messages", get(messages))
        .route(
            "/_matrix/client/v3/rooms/{room_id}/event/{event_id}",
            get(event),
        )
}

#[derive(Deserialize)]
struct PageQuery {
    from: Option<String>,
    to: Option<String>,
    dir: Direction,
    limit: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
enum Direction {
    #[serde(rename = "b")]
    Backwards,
    #[serde(rename = "f")]
    Forwards,
}

#[derive(Deserialize)]
struct StateFormat {
    format: Option<String>,
}

#[derive(Deserialize)]
struct MemberContent {
    membership: MemberState,
    reason: Option<String>,
    #[serde(rename = "dev.pruefstand.member")]
    signed: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct MessagesAnswer {
    chunk: Vec<Box<RawValue>>,
    start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
}

async fn send(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((room, kind, txn)): Route<(OwnedRoomId, String, String)>,
    Content(content): Content,
) -> Result<Reply<Value>, Refusal> {
    plain(&[&kind, &txn])?;
    exact(&relay, &content)?;
    let (conduct, now) = (relay.conduct.clone(), relay.now());
    let pushes = relay.sender.get().is_some();
    let woken = pushes.then(|| (room.clone(), caller.session.user.clone(), content.clone()));
    let event_id = relay
        .write_message(move |tables| {
            let session = caller.session;
            let transaction = Transaction::new(&session, &["send", room.as_str(), &kind], &txn);
            authorise(tables, &room, &session.user, (&kind, None, content.get()))?;
            if let Some(event_id) = transaction.answered(tables, &conduct)? {
                return Ok(event_id);
            }
            let sender = session.user.clone();
            let sent_by = Some(SentBy {
                session,
                transaction: txn,
            });
            let new = NewEvent {
                kind,
                sender,
                content,
                state_key: None,
                sent_by,
            };
            let event_id = append(tables, &room, new, now)?;
            transaction.answer(tables, event_id.as_str())?;
            Ok(event_id.into())
        })
        .await?;
    if let Some((room, sender, content)) = woken {
        relay.push(&room, &sender, content.get()).await;
    }
    Ok(Reply(json!({ "event_id": event_id })))
}

async fn put_state_without_key(
    relay: State<Arc<Relay>>,
    caller: Caller,
    Route((room, kind)): Route<(OwnedRoomId, String)>,
    content: Content,
) -> Result<Reply<Value>, Refusal> {
    put_state(relay, caller, Route((room, kind, String::new())), content).await
}

async fn put_state(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((room, kind, state_key)): Route<(OwnedRoomId, String, String)>,
    Content(content): Content,
) -> Result<Reply<Value>, Refusal> {
    plain(&[&kind, &state_key])?;
    exact(&relay, &content)?;
    let (sender, now) = (caller.session.user, relay.now());
    if kind == MEMBER {
        let wish = member_change(sender, &state_key, &content)?;
        return put_member(&relay, room, wish).await;
    }
    let event_id: OwnedEventId = relay
        .write(move |tables| {
            authorise(
                tables,
                &room,
                &sender,
                (&kind, Some(&state_key), content.get()),
            )?;
            let state_key = Some(state_key);
            append(
                tables,
                &room,
                NewEvent {
                    kind,
                    sender,
                    content,
                    state_key,
                    sent_by: None,
                },
                now,
            )
        })
        .await?;
    Ok(Reply(json!({ "event_id": event_id })))
}

/// Numbers of an event are integers that every reader reads alike (room version 6 and later).
fn exact(relay: &Relay, content: &RawValue) -> Result<(), Refusal> {
    if has_exact_numbers(content.get()) || relay.conduct.has(Flaw::TakesInexactNumbers) {
        return Ok(());
    }
    Err(Refusal::bad_json(INEXACT))
}

async fn put_member(
    relay: &Relay,
    room: OwnedRoomId,
    wish: Change,
) -> Result<Reply<Value>, Refusal> {
    let (conduct, now) = (relay.conduct.clone(), relay.now());
    let (seeker, target) = (wish.sender.clone(), wish.target.clone());
    let event_id = relay
        .write_naming(&seeker, move |tables| {
            may_change(tables, &room, &wish, &conduct)?;
            change(tables, &room, wish, now)?;
            let event = state_event(tables, &room, (MEMBER, target.as_str()), NOW)?;
            event
                .map(|event| event.event_id)
                .ok_or_else(Refusal::internal)
        })
        .await?;
    Ok(Reply(json!({ "event_id": event_id })))
}

/// A membership written as state goes the same way as the endpoints made for it.
fn member_change(sender: OwnedUserId, target: &str, content: &RawValue) -> Result<Change, Refusal> {
    let content: MemberContent = serde_json::from_str(content.get())
        .map_err(|error| Refusal::bad_json("membership is not well formed").because(error))?;
    let target = UserId::parse(target)
        .map_err(|_error| Refusal::invalid("the state key of a membership is a user id"))?;
    let MemberContent {
        membership: to,
        reason,
        signed,
    } = content;
    Ok(Change {
        sender,
        target,
        to,
        reason,
        is_direct: None,
        signed,
    })
}

async fn state(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
) -> Result<Reply<Vec<Box<RawValue>>>, Refusal> {
    let conduct = relay.conduct.clone();
    relay
        .read(move |tables| {
            let sight = sight(tables, &room, &caller.session, &conduct)?;
            let events = history::state(tables, &room, sight)?;
            for_client(events, &caller.session, Some(&room)).map(Reply)
        })
        .await
}

async fn state_without_key(
    relay: State<Arc<Relay>>,
    caller: Caller,
    Route((room, kind)): Route<(OwnedRoomId, String)>,
    format: Parameters<StateFormat>,
) -> Result<Reply<Box<RawValue>>, Refusal> {
    state_with_key(relay, caller, Route((room, kind, String::new())), format).await
}

async fn state_with_key(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((room, kind, state_key)): Route<(OwnedRoomId, String, String)>,
    Parameters(format): Parameters<StateFormat>,
) -> Result<Reply<Box<RawValue>>, Refusal> {
    let conduct = relay.conduct.clone();
    relay
        .read(move |tables| {
            let sight = sight(tables, &room, &caller.session, &conduct)?;
            let event = history::state_of(tables, &room, sight, (&kind, &state_key))?;
            Ok(Reply(match format.format.as_deref() {
                Some("event") => event.for_client(&caller.session, Some(&room))?,
                _ => event.content,
            }))
        })
        .await
}

async fn messages(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(room): Route<OwnedRoomId>,
    Parameters(query): Parameters<PageQuery>,
) -> Result<Reply<MessagesAnswer>, Refusal> {
    let position = |text: Option<String>| text.map(|text| text.parse::<RoomPosition>()).transpose();
    let wish = PageWish {
        from: position(query.from)?,
        to: position(query.to)?,
        backwards: query.dir == Direction::Backwards,
        limit: query.limit.unwrap_or(10).clamp(1, LONGEST_PAGE),
    };
    let conduct = relay.conduct.clone();
    relay
        .read(move |tables| {
            let sight = sight(tables, &room, &caller.session, &conduct)?;
            let page = history::page(tables, &room, sight, &wish)?;
            Ok(Reply(MessagesAnswer {
                chunk: for_client(page.events, &caller.session, Some(&room))?,
                start: page.start.to_string(),
                end: page.end.map(|end| end.to_string()),
            }))
        })
        .await
}

async fn event(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((room, id)): Route<(OwnedRoomId, OwnedEventId)>,
) -> Result<Reply<Box<RawValue>>, Refusal> {
    let conduct = relay.conduct.clone();
    relay
        .read(move |tables| {
            let sight = sight(tables, &room, &caller.session, &conduct)?;
            let event = history::event(tables, &room, sight, &id)?;
            event.for_client(&caller.session, Some(&room)).map(Reply)
        })
        .await
}

/// Refuses names that are longer than the spec allows for identifiers.
pub(super) fn plain(names: &[&str]) -> Result<(), Refusal> {
    match names.iter().map(|name| name.len()).max() {
        Some(longest) if longest > LONGEST_NAME => {
            Err(Refusal::too_large("name", longest, LONGEST_NAME))
        }
        _ => Ok(()),
    }
}

/// Events in one page of history.
const LONGEST_PAGE: usize = 1000;
/// Bytes of an event type, a state key or a transaction id (spec, "Size limits").
const LONGEST_NAME: usize = 255;
