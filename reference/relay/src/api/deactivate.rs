use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::OptionalBody;
use super::caller::Caller;
use super::password::{self, PasswordProof};
use super::reply::Reply;
use crate::domain::account::{account, devices, remove_device, save_account};
use crate::domain::person::{erase, export};
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::secret::PasswordHash;

/// The end of an account, and what the relay holds of it.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/client/v3/account/deactivate", post(deactivate))
        .route(
            "/_matrix/client/unstable/dev.pruefstand/account/export",
            get(show),
        )
}

#[derive(Deserialize)]
struct End {
    auth: Option<PasswordProof>,
    #[serde(default)]
    erase: bool,
}

/// With `erase` everything goes; without it nobody can log in any more and the rest stays (spec, "Account deactivation").
async fn deactivate(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    OptionalBody(end): OptionalBody<End>,
) -> Result<Reply<Value>, Refusal> {
    password::confirm(&relay, &caller, end.auth).await?;
    let (now, user) = (relay.now(), caller.session.user);
    if end.erase {
        let conduct = relay.conduct.clone();
        let receipt = relay
            .write(move |tables| {
                tables.wipe();
                erase(tables, &user, now, &conduct)
            })
            .await?;
        relay.log.erased(now, receipt.rows);
    } else {
        let nobody = PasswordHash::of_nobody(relay.password_memory)?;
        relay
            .write(move |tables| {
                for (device, _) in devices(tables, &user)? {
                    remove_device(tables, &user, &device, false)?;
                }
                let missing = || Refusal::not_found("there is no such user");
                let mut found = account(tables, &user)?.ok_or_else(missing)?;
                found.password = nobody;
                save_account(tables, &user, &found)
            })
            .await?;
    }
    Ok(Reply(json!({ "id_server_unbind_result": "no-support" })))
}

/// Everything that the relay holds of the caller (GDPR Art. 15 and 20), files as their ids.
async fn show(State(relay): State<Arc<Relay>>, caller: Caller) -> Result<Reply<Value>, Refusal> {
    relay
        .read(move |tables| export(tables, caller.user()).map(Reply))
        .await
}
