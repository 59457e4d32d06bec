use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use ruma::{DeviceId, OwnedDeviceId, OwnedUserId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Body, OptionalBody};
use super::caller::Caller;
use super::password::{self, PasswordProof};
use super::reply::{Reply, empty};
use super::route::Route;
use crate::conduct::{Conduct, Flaw, Variant};
use crate::domain::account::{
    Device, Session, device, devices, owner_of_device, remove_device, save_device,
};
use crate::domain::removed_devices::remember;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::store::Tables;

/// The caller's own devices.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/client/v3/devices", get(list))
        .route(
            "/_matrix/client/v3/devices/{device_id}",
            get(show).put(rename).delete(remove),
        )
}

#[derive(Deserialize)]
struct NewName {
    display_name: Option<String>,
}

#[derive(Deserialize)]
struct Removal {
    auth: Option<PasswordProof>,
}

async fn list(State(relay): State<Arc<Relay>>, caller: Caller) -> Result<Reply<Value>, Refusal> {
    let found = relay
        .read(move |tables| devices(tables, caller.user()))
        .await?;
    let mut devices: Vec<_> = found
        .iter()
        .map(|(id, device)| describe(id, device))
        .collect();
    if relay.conduct.varies(Variant::DevicesBackwards) {
        devices.reverse();
    }
    Ok(Reply(json!({ "devices": devices })))
}

async fn show(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(id): Route<OwnedDeviceId>,
) -> Result<Reply<Value>, Refusal> {
    let conduct = relay.conduct.clone();
    relay
        .read(move |tables| {
            let owner = owner(tables, &caller, &id, &conduct)?;
            let found = device(tables, &owner, &id)?.ok_or_else(missing)?;
            Ok(Reply(describe(&id, &found)))
        })
        .await
}

async fn rename(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(id): Route<OwnedDeviceId>,
    Body(body): Body<NewName>,
) -> Result<Reply<Value>, Refusal> {
    if body
        .display_name
        .as_ref()
        .is_some_and(|name| name.len() > 255)
    {
        return Err(Refusal::invalid("device name is longer than 255 bytes"));
    }
    let conduct = relay.conduct.clone();
    relay
        .write(move |tables| {
            let owner = owner(tables, &caller, &id, &conduct)?;
            let mut found = device(tables, &owner, &id)?.ok_or_else(missing)?;
            found.display_name = body.display_name.or(found.display_name);
            save_device(tables, &owner, &id, &found)
        })
        .await?;
    Ok(empty())
}

async fn remove(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Route(id): Route<OwnedDeviceId>,
    OptionalBody(body): OptionalBody<Removal>,
) -> Result<Reply<Value>, Refusal> {
    password::confirm(&relay, &caller, body.auth).await?;
    let conduct = relay.conduct.clone();
    relay
        .write(move |tables| {
            let owner = owner(tables, &caller, &id, &conduct)?;
            let token = device(tables, &owner, &id)?.and_then(|device| device.token);
            remove_device(tables, &owner, &id, false)?;
            let session = Session {
                user: owner,
                device: id,
            };
            match token {
                Some(token) => remember(tables, &session, &token),
                None => Ok(()),
            }
        })
        .await?;
    Ok(empty())
}

/// Whose device is meant: the caller's, always.
fn owner(
    tables: &dyn Tables,
    caller: &Caller,
    id: &DeviceId,
    conduct: &Conduct,
) -> Result<OwnedUserId, Refusal> {
    let own = caller.user().to_owned();
    if conduct.has(Flaw::DeviceIdor) && device(tables, &own, id)?.is_none() {
        return Ok(owner_of_device(tables, id)?.unwrap_or(own));
    }
    Ok(own)
}

fn describe(id: &DeviceId, device: &Device) -> Value {
    match &device.display_name {
        Some(name) => json!({ "device_id": id, "display_name": name }),
        None => json!({ "device_id": id }),
    }
}

fn missing() -> Refusal {
    Refusal::not_found("there is no such device")
}
