use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::body::Body;
use super::caller::Caller;
use super::reply::{Reply, empty};
use super::route::Route;
use crate::domain::account::{account, save_account};
use crate::domain::event::NewEvent;
use crate::domain::membership::{MemberState, joined_rooms, signed};
use crate::domain::room::{MEMBER, append};
use crate::domain::tenant::Sight;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// Names that people show each other; to be seen by accounts of this relay only.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/client/v3/profile/{user_id}", get(show))
        .route(
            "/_matrix/client/v3/profile/{user_id}/displayname",
            get(show).put(rename),
        )
}

#[derive(Deserialize)]
struct NewName {
    displayname: Option<String>,
}

#[derive(Serialize)]
struct Joined<'a> {
    membership: MemberState,
    #[serde(skip_serializing_if = "Option::is_none")]
    displayname: Option<&'a str>,
    #[serde(
        rename = "dev.pruefstand.member",
        skip_serializing_if = "Option::is_none"
    )]
    signed: Option<Box<RawValue>>,
}

async fn show(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(user): Route<OwnedUserId>,
) -> Result<Reply<Value>, Refusal> {
    let conduct = relay.conduct.clone();
    let found = relay
        .read(move |tables| {
            let known = Sight::of(tables, caller.user(), &conduct)?.reaches(tables, &user)?;
            Ok(account(tables, &user)?.filter(|_| known))
        })
        .await?;
    let found = found.ok_or_else(|| Refusal::not_found("there is no such user"))?;
    Ok(match found.displayname {
        Some(displayname) => Reply(json!({ "displayname": displayname })),
        None => empty(),
    })
}

/// The new name goes into every room that the user is in (spec, "Events on Change of Profile").
async fn rename(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(user): Route<OwnedUserId>,
    Body(body): Body<NewName>,
) -> Result<Reply<Value>, Refusal> {
    caller.must_be(&user)?;
    if body
        .displayname
        .as_ref()
        .is_some_and(|name| name.len() > 255)
    {
        return Err(Refusal::invalid("display name is longer than 255 bytes"));
    }
    let now = relay.now();
    relay
        .write(move |tables| {
            let missing = || Refusal::not_found("there is no such user");
            let mut found = account(tables, &user)?.ok_or_else(missing)?;
            found.displayname = body.displayname;
            save_account(tables, &user, &found)?;
            let displayname = found.displayname.as_deref();
            for room in joined_rooms(tables, &user)? {
                let content = Joined {
                    membership: MemberState::Join,
                    displayname,
                    signed: signed(tables, &room, &user)?,
                };
                let event = NewEvent::state(user.clone(), MEMBER, user.as_str(), &content)?;
                append(tables, &room, event, now)?;
            }
            Ok(())
        })
        .await?;
    Ok(empty())
}
