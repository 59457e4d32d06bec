use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use http::StatusCode;
use ruma::{OwnedDeviceId, OwnedUserId, UserId};
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::body::Body;
use super::login::{session_opened, wish};
use super::password::LONGEST;
use super::reply::Reply;
use super::route::Parameters;
use crate::conduct::Flaw;
use crate::config::RegistrationToken;
use crate::domain::account::{Account, account, open_session, save_account};
use crate::domain::person::was_erased;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::secret::{TokenHash, random_text};
use crate::store::{Key, Table, Tables, TablesMut, load, save};

/// Registration, for holders of a token only.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/client/v3/register", post(register))
        .route(
            "/_matrix/client/v1/register/m.login.registration_token/validity",
            get(validity),
        )
}

#[derive(Deserialize)]
struct RegisterBody {
    username: Option<String>,
    password: Option<String>,
    device_id: Option<OwnedDeviceId>,
    initial_device_display_name: Option<String>,
    #[serde(default)]
    inhibit_login: bool,
    auth: Option<TokenProof>,
}

#[derive(Deserialize)]
struct TokenProof {
    #[serde(rename = "type")]
    kind: Option<String>,
    token: Option<String>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

#[derive(Deserialize)]
struct TokenQuestion {
    token: String,
}

async fn register(
    State(relay): State<Arc<Relay>>,
    Parameters(kind): Parameters<Kind>,
    Body(body): Body<RegisterBody>,
) -> Result<Reply<Value>, Refusal> {
    if kind.kind.is_some_and(|kind| kind != "user") {
        let code = "M_GUEST_ACCESS_FORBIDDEN";
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            code,
            "there are no guests here",
        ));
    }
    let invitation = invitation(&relay, body.auth)?.cloned();
    // An exhausted token must not buy a password hash.
    let checked = invitation.clone();
    let reusable = relay.conduct.has(Flaw::TokenReusable);
    relay
        .read(move |tables| uses_left(tables, checked.as_ref(), reusable))
        .await?;
    let user = user_id(&relay, body.username)?;
    let wish = wish(body.device_id, body.initial_device_display_name)?;
    let new = new_account(&relay, body.password).await?;
    let (limit, now, login) = (relay.limits.devices, relay.now(), !body.inhibit_login);
    let name = user.clone();
    let opened = relay
        .write(move |tables| {
            use_up(tables, invitation.as_ref(), reusable)?;
            // The name of somebody who was erased is his for ever: others took it for him.
            if account(tables, &name)?.is_some() || was_erased(tables, &name)? {
                return Err(Refusal::new(
                    StatusCode::BAD_REQUEST,
                    "M_USER_IN_USE",
                    "name is taken",
                ));
            }
            save_account(tables, &name, &new)?;
            login
                .then(|| open_session(tables, &name, wish, limit, now))
                .transpose()
        })
        .await?;
    Ok(Reply(match opened {
        Some((session, token)) => session_opened(&relay, &session, &token),
        None => json!({ "user_id": user, "home_server": relay.server }),
    }))
}

async fn new_account(relay: &Relay, password: Option<String>) -> Result<Account, Refusal> {
    let password = password.filter(|password| !password.is_empty() && password.len() <= LONGEST);
    let password = password.ok_or_else(|| Refusal::bad_json("a password of 1 to 512 bytes"))?;
    let stored = relay
        .conduct
        .has(Flaw::StoresPassword)
        .then(|| password.clone());
    Ok(Account {
        password: relay.hash_password(password).await?,
        displayname: None,
        created: relay.now(),
        password_in_clear: stored,
    })
}

/// The token that the request proves to hold; `None` only where `relay-open-registration` lets
/// anyone in.
fn invitation(
    relay: &Relay,
    proof: Option<TokenProof>,
) -> Result<Option<&RegistrationToken>, Refusal> {
    let open = relay.conduct.has(Flaw::OpenRegistration);
    let held = proof.as_ref().and_then(|proof| proof.token.as_deref());
    let known = held.and_then(|held| find(&relay.invitations, held));
    if known.is_some() || open {
        return Ok(known);
    }
    if relay.invitations.is_empty() {
        return Err(Refusal::forbidden("registration is closed"));
    }
    match proof.and_then(|proof| proof.kind) {
        None => Err(Refusal::challenge(STAGE, false)),
        Some(kind) if kind == STAGE => Err(Refusal::challenge(STAGE, true)),
        Some(_) => Err(Refusal::forbidden(
            "registration needs a registration token",
        )),
    }
}

/// Compares with every token in constant time.
fn find<'t>(tokens: &'t [RegistrationToken], held: &str) -> Option<&'t RegistrationToken> {
    let mut found = None;
    for token in tokens {
        if bool::from(token.token().as_bytes().ct_eq(held.as_bytes())) {
            found = Some(token);
        }
    }
    found
}

fn uses_left(
    tables: &dyn Tables,
    invitation: Option<&RegistrationToken>,
    reusable: bool,
) -> Result<u32, Refusal> {
    let Some(invitation) = invitation else {
        return Ok(0);
    };
    let hash = TokenHash::of(invitation.token());
    let used: u32 = load(tables, Table::Invitations, &Key::of(&[hash.as_str()]))?.unwrap_or(0);
    if used >= invitation.uses() && !reusable {
        return Err(Refusal::challenge(STAGE, true));
    }
    Ok(used)
}

fn use_up(
    tables: &mut dyn TablesMut,
    invitation: Option<&RegistrationToken>,
    reusable: bool,
) -> Result<(), Refusal> {
    let used = uses_left(tables, invitation, reusable)?;
    let Some(invitation) = invitation else {
        return Ok(());
    };
    let hash = TokenHash::of(invitation.token());
    let key = Key::of(&[hash.as_str()]);
    Ok(save(
        tables,
        Table::Invitations,
        &key,
        &used.saturating_add(1),
    )?)
}

/// The id asked for, or a random one.
fn user_id(relay: &Relay, name: Option<String>) -> Result<OwnedUserId, Refusal> {
    let invalid = || {
        let text = "a name has lower-case letters, digits and . _ = / + - only";
        Refusal::new(StatusCode::BAD_REQUEST, "M_INVALID_USERNAME", text)
    };
    let name = match name {
        Some(name) => name,
        None => random_text()?.to_ascii_lowercase(),
    };
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._=/+-".contains(&byte);
    if name.is_empty() || !name.bytes().all(allowed) {
        return Err(invalid());
    }
    UserId::parse_with_server_name(name, &relay.server).map_err(|_error| invalid())
}

async fn validity(
    State(relay): State<Arc<Relay>>,
    Parameters(question): Parameters<TokenQuestion>,
) -> Result<Reply<Value>, Refusal> {
    // Tokens can be long and random; guessing is slowed all the same, for everyone together.
    relay
        .throttle
        .request("registration token validity", relay.now())?;
    let invitation = find(&relay.invitations, &question.token).cloned();
    let reusable = relay.conduct.has(Flaw::TokenReusable);
    let known = invitation.is_some();
    let left =
        relay.read(move |tables| Ok(uses_left(tables, invitation.as_ref(), reusable).is_ok()));
    Ok(Reply(json!({ "valid": known && left.await? })))
}

/// The one stage of registration.
const STAGE: &str = "m.login.registration_token";
