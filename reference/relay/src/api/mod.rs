//! The client-server API over HTTP: one file a subject, each with its routes.

mod account_data;
mod body;
mod caller;
mod deactivate;
mod device_list;
mod devices;
mod events;
mod keys;
mod login;
mod media;
mod membership;
mod observe;
mod organisation;
mod password;
mod profile;
mod pushers;
mod receipts;
mod register;
mod reply;
mod rooms;
mod route;
mod server;
mod sync;
mod to_device;
mod version;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use http::StatusCode;

use crate::refusal::Refusal;
use crate::relay::Relay;

/// All routes of the relay.
pub(crate) fn router(relay: Arc<Relay>) -> Router {
    Router::new()
        .merge(server::routes())
        .merge(login::routes())
        .merge(register::routes())
        .merge(deactivate::routes())
        .merge(devices::routes())
        .merge(device_list::routes())
        .merge(keys::routes())
        .merge(to_device::routes())
        .merge(rooms::routes())
        .merge(membership::routes())
        .merge(events::routes())
        .merge(receipts::routes())
        .merge(sync::routes())
        .merge(account_data::routes())
        .merge(profile::routes())
        .merge(pushers::routes())
        .merge(media::routes())
        .merge(organisation::routes())
        .fallback(async || Refusal::unrecognized(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || Refusal::unrecognized(StatusCode::METHOD_NOT_ALLOWED))
        .layer(from_fn_with_state(Arc::clone(&relay), version::judge))
        .layer(from_fn_with_state(Arc::clone(&relay), observe::observe))
        .with_state(relay)
}
