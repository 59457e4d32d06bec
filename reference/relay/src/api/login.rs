use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use ruma::OwnedDeviceId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Body;
use super::caller::Caller;
use super::password::{self, PasswordProof};
use super::reply::{Reply, empty};
use crate::conduct::Flaw;
use crate::domain::account::{DeviceWish, Session, devices, open_session, remove_device};
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::secret::AccessToken;

/// Sessions: opening, ending, asking whose they are.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/client/v3/login", get(flows).post(login))
        .route("/_matrix/client/v3/logout", post(logout))
        .route("/_matrix/client/v3/logout/all", post(logout_all))
        .route("/_matrix/client/v3/account/whoami", get(whoami))
}

#[derive(Deserialize)]
struct LoginBody {
    #[serde(flatten)]
    proof: PasswordProof,
    device_id: Option<OwnedDeviceId>,
    initial_device_display_name: Option<String>,
}

async fn flows() -> Reply<Value> {
    Reply(json!({ "flows": [{ "type": "m.login.password" }] }))
}

async fn login(
    State(relay): State<Arc<Relay>>,
    Body(body): Body<LoginBody>,
) -> Result<Reply<Value>, Refusal> {
    if !password::is_password(&body.proof) {
        let bad = http::StatusCode::BAD_REQUEST;
        return Err(Refusal::new(bad, "M_UNKNOWN", "login type is unknown"));
    }
    let user = password::check(&relay, body.proof).await?;
    let wish = wish(body.device_id, body.initial_device_display_name)?;
    let (limit, now) = (relay.limits.devices, relay.now());
    let (session, token) = relay
        .write(move |tables| open_session(tables, &user, wish, limit, now))
        .await?;
    Ok(Reply(session_opened(&relay, &session, &token)))
}

/// The answer that gives its owner a new session.
pub(super) fn session_opened(relay: &Relay, session: &Session, token: &AccessToken) -> Value {
    json!({
        "user_id": session.user,
        "device_id": session.device,
        "access_token": token.reveal(),
        "home_server": relay.server,
    })
}

/// The device a login or registration asks for.
pub(super) fn wish(
    id: Option<OwnedDeviceId>,
    display_name: Option<String>,
) -> Result<DeviceWish, Refusal> {
    let wrong = |text: &str| text.is_empty() || text.len() > 255 || text.contains(char::is_control);
    if id.as_ref().is_some_and(|id| wrong(id.as_str())) {
        return Err(Refusal::invalid(
            "device id is empty, too long or not printable",
        ));
    }
    if display_name.as_ref().is_some_and(|name| name.len() > 255) {
        return Err(Refusal::invalid("device name is longer than 255 bytes"));
    }
    Ok(DeviceWish { id, display_name })
}

async fn logout(State(relay): State<Arc<Relay>>, caller: Caller) -> Result<Reply<Value>, Refusal> {
    let keep_token = relay.conduct.has(Flaw::TokenNotRevoked);
    let session = caller.session;
    relay
        .write(move |tables| remove_device(tables, &session.user, &session.device, keep_token))
        .await?;
    Ok(empty())
}

async fn logout_all(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
) -> Result<Reply<Value>, Refusal> {
    let keep_token = relay.conduct.has(Flaw::TokenNotRevoked);
    relay
        .write(move |tables| {
            for (device, _) in devices(tables, caller.user())? {
                remove_device(tables, caller.user(), &device, keep_token)?;
            }
            Ok(())
        })
        .await?;
    Ok(empty())
}

async fn whoami(caller: Caller) -> Reply<Value> {
    let session = caller.session;
    Reply(json!({ "user_id": session.user, "device_id": session.device, "is_guest": false }))
}
