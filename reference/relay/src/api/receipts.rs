use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use ruma::{OwnedEventId, OwnedRoomId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::OptionalBody;
use super::caller::Caller;
use super::reply::{Reply, empty};
use super::route::Route;
use crate::conduct::Conduct;
use crate::domain::account_data::{self, Scope};
use crate::domain::event::raw;
use crate::domain::history::{event, sight};
use crate::domain::membership::require_joined;
use crate::domain::receipt::{self, Receipt, ReceiptKind};
use crate::refusal::Refusal;
use crate::relay::Relay;

/// How far the caller has read.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new().route(
        "/_matrix/client/v3/rooms/{room_id}/receipt/{receipt_type}/{event_id}",
        post(put),
    )
}

/// The kinds of the path; the marker is account data by another name.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
enum Kind {
    #[serde(rename = "m.read")]
    Read,
    #[serde(rename = "m.read.private")]
    ReadPrivate,
    #[serde(rename = "m.fully_read")]
    FullyRead,
}

#[derive(Deserialize)]
struct ReceiptBody {
    thread_id: Option<String>,
}

async fn put(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route((room, kind, id)): Route<(OwnedRoomId, Kind, OwnedEventId)>,
    OptionalBody(body): OptionalBody<ReceiptBody>,
) -> Result<Reply<Value>, Refusal> {
    if body
        .thread_id
        .as_ref()
        .is_some_and(|thread| thread.is_empty() || thread.len() > 255)
    {
        return Err(Refusal::invalid(
            "thread id is empty or longer than 255 bytes",
        ));
    }
    let (limit, ts) = (relay.limits.account_data, relay.now());
    relay
        .write(move |tables| {
            require_joined(tables, &room, caller.user())?;
            let sight = sight(tables, &room, &caller.session, &Conduct::honest())?;
            let event = event(tables, &room, sight, &id)?.event_id;
            let (user, thread) = (caller.session.user, body.thread_id);
            let shared = |kind| Receipt {
                user: user.clone(),
                kind,
                event: event.clone(),
                thread,
                ts,
            };
            match kind {
                Kind::Read => receipt::put(tables, &room, &shared(ReceiptKind::Read)),
                Kind::ReadPrivate => receipt::put(tables, &room, &shared(ReceiptKind::ReadPrivate)),
                Kind::FullyRead => {
                    let content = raw(&json!({ "event_id": event }))?;
                    let scope = Scope {
                        user: &user,
                        room: Some(&room),
                    };
                    account_data::put(tables, scope, FULLY_READ, content, limit)
                }
            }
        })
        .await?;
    Ok(empty())
}

/// Type of the account data that holds the marker.
const FULLY_READ: &str = "m.fully_read";
