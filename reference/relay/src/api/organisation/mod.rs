//! What an organisation signed: stored and checked here, made elsewhere (`reference/protocol/organisation.md`).

mod acts;
mod admission;
mod directory;
mod policy;
mod question;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post, put};
use reference_organisation::{Tenant, read};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::caller::Caller;
use super::reply::Reply;
use crate::domain::account::account;
use crate::organisation::Organisation;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::store::Tables;

/// The extensions for organisations; on a relay without one they are not there.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route(
            "/_matrix/client/unstable/dev.pruefstand/charter",
            get(charter),
        )
        .route(
            "/_matrix/client/unstable/dev.pruefstand/policy",
            get(policy::newest).put(policy::publish),
        )
        .route(
            "/_matrix/client/unstable/dev.pruefstand/directory",
            get(directory::newest).put(directory::publish),
        )
        .route(
            "/_matrix/client/unstable/dev.pruefstand/directory/{number}",
            get(directory::page),
        )
        .route(
            "/_matrix/client/unstable/dev.pruefstand/admission",
            put(admission::put),
        )
        .route(
            "/_matrix/client/unstable/dev.pruefstand/admission/{user_id}",
            get(admission::show),
        )
        .route(
            "/_matrix/client/unstable/dev.pruefstand/admission/query",
            post(admission::query),
        )
        .route(
            "/_matrix/client/unstable/dev.pruefstand/acts",
            get(acts::page).post(acts::append),
        )
        .route(
            "/_matrix/client/unstable/dev.pruefstand/question",
            post(question::answer),
        )
}

async fn charter(
    State(relay): State<Arc<Relay>>,
    _caller: Caller,
) -> Result<Reply<Value>, Refusal> {
    let charter = relay.charter.as_ref().ok_or_else(none)?;
    reference_organisation::value_of(charter)
        .map(Reply)
        .map_err(|fault| Refusal::internal().because(fault))
}

/// The organisation of the relay.
fn organisation(relay: &Relay) -> Result<&Organisation, Refusal> {
    relay.organisation.as_ref().ok_or_else(none)
}

/// A signed object of a body, of its kind and in its one form; nothing is verified yet.
fn signed<T: Serialize + DeserializeOwned>(body: &Value) -> Result<T, Refusal> {
    read(body).map_err(|fault| Refusal::bad_json(fault.to_string()))
}

/// The caller's tenant.
fn tenant_of(tables: &dyn Tables, caller: &Caller) -> Result<Tenant, Refusal> {
    let enrolment = account(tables, caller.user())?.and_then(|account| account.enrolment);
    let stranger = || Refusal::forbidden("the account is not of the organisation");
    Ok(enrolment.ok_or_else(stranger)?.tenant)
}

fn none() -> Refusal {
    Refusal::unrecognized(http::StatusCode::NOT_FOUND)
}

/// What those without an account share of requests: who they are is known only once a signature was checked.
const STATEMENTS: &str = "statements of the organisation";
