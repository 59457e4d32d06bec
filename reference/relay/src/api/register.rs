use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use http::StatusCode;
use reference_organisation::EnrolmentToken;
use ruma::{OwnedDeviceId, OwnedUserId, UserId};
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::body::Body;
use super::login::{session_opened, wish};
use super::password::LONGEST;
use super::reply::Reply;
use super::route::Parameters;
use crate::conduct::{Conduct, Flaw};
use crate::config::RegistrationToken;
use crate::domain::account::{Account, account, open_session, save_account};
use crate::domain::enrolment::{Enrolment, admit, spend};
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
    let ticket = Arc::new(ticket(&relay, body.auth)?);
    let user = user_id(&relay, body.username.or_else(|| ticket.name()))?;
    let (shared, shown, name) = (Arc::clone(&relay), Arc::clone(&ticket), user.clone());
    // An exhausted ticket must not buy a password hash.
    let enrolment = relay
        .read(move |tables| shown.check(tables, &shared, &name))
        .await?;
    let wish = wish(body.device_id, body.initial_device_display_name)?;
    let mut new = new_account(&relay, body.password).await?;
    new.enrolment = enrolment;
    let (limit, now, login) = (relay.limits.devices, relay.now(), !body.inhibit_login);
    let (shared, name) = (Arc::clone(&relay), user.clone());
    let opened = relay
        .write(move |tables| {
            ticket.use_up(tables, &shared, new.enrolment.as_ref())?;
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
        enrolment: None,
        removed: false,
        password_in_clear: stored,
    })
}

/// What lets somebody register.
enum Ticket {
    /// The relay's own token.
    Token(RegistrationToken),
    /// The organisation's invitation, with a proof for one user.
    Enrolment(Box<EnrolmentToken>),
    /// Nothing: `relay-open-registration` lets anyone in.
    None,
}

/// The ticket that the request proves to hold.
fn ticket(relay: &Relay, proof: Option<TokenProof>) -> Result<Ticket, Refusal> {
    let held = proof.as_ref().and_then(|proof| proof.token.as_deref());
    let found = match &relay.organisation {
        Some(_) => held
            .and_then(|held| EnrolmentToken::parse(held).ok())
            .map(|token| Ticket::Enrolment(Box::new(token))),
        None => held
            .and_then(|held| find(&relay.invitations, held))
            .map(|token| Ticket::Token(token.clone())),
    };
    if let Some(ticket) = found {
        return Ok(ticket);
    }
    if relay.conduct.has(Flaw::OpenRegistration) {
        return Ok(Ticket::None);
    }
    if relay.invitations.is_empty() && relay.organisation.is_none() {
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

impl Ticket {
    /// The local part that the ticket is for, if it is for one.
    fn name(&self) -> Option<String> {
        let Self::Enrolment(token) = self else {
            return None;
        };
        let user = token.proof.body.user.as_str().strip_prefix('@')?;
        user.split_once(':').map(|(name, _)| name.to_owned())
    }

    /// Whether it lets `user` in now, and as what the organisation admits them.
    fn check(
        &self,
        tables: &dyn Tables,
        relay: &Relay,
        user: &UserId,
    ) -> Result<Option<Enrolment>, Refusal> {
        match (self, &relay.organisation) {
            (Self::Token(token), _) => uses_left(tables, token, &relay.conduct).map(|_| None),
            (Self::Enrolment(token), Some(organisation)) => {
                let held = (&**token, user);
                let admitted = admit(tables, organisation, held, relay.now(), &relay.conduct);
                admitted.map(Some).map_err(challenge_again)
            }
            (Self::Enrolment(_), None) => Err(Refusal::challenge(STAGE, true)),
            (Self::None, _) => Ok(None),
        }
    }

    /// Takes one use of it away.
    fn use_up(
        &self,
        tables: &mut dyn TablesMut,
        relay: &Relay,
        enrolment: Option<&Enrolment>,
    ) -> Result<(), Refusal> {
        match (self, enrolment) {
            (Self::Token(token), _) => use_up(tables, token, &relay.conduct),
            (_, Some(enrolment)) => {
                spend(tables, enrolment, &relay.conduct).map_err(challenge_again)
            }
            (_, None) => Ok(()),
        }
    }
}

/// A stage that failed is told as such (spec, "User-Interactive Authentication API"); why stays inside.
fn challenge_again(refusal: Refusal) -> Refusal {
    if refusal.is_forbidden() {
        return Refusal::challenge(STAGE, true);
    }
    refusal
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
    invitation: &RegistrationToken,
    conduct: &Conduct,
) -> Result<u32, Refusal> {
    let hash = TokenHash::of(invitation.token());
    let used: u32 = load(tables, Table::Invitations, &Key::of(&[hash.as_str()]))?.unwrap_or(0);
    if used >= invitation.uses() && !conduct.has(Flaw::TokenReusable) {
        return Err(Refusal::challenge(STAGE, true));
    }
    Ok(used)
}

fn use_up(
    tables: &mut dyn TablesMut,
    invitation: &RegistrationToken,
    conduct: &Conduct,
) -> Result<(), Refusal> {
    let used = uses_left(tables, invitation, conduct)?;
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
    if relay.organisation.is_some() {
        return enrolment_validity(relay, &question.token).await;
    }
    let Some(token) = find(&relay.invitations, &question.token).cloned() else {
        return Ok(Reply(json!({ "valid": false })));
    };
    let conduct = relay.conduct.clone();
    let left = relay.read(move |tables| Ok(uses_left(tables, &token, &conduct).is_ok()));
    Ok(Reply(json!({ "valid": left.await? })))
}

/// Whether a token of the organisation would enrol the user that it is for.
async fn enrolment_validity(relay: Arc<Relay>, token: &str) -> Result<Reply<Value>, Refusal> {
    let invalid = || Reply(json!({ "valid": false }));
    let Ok(token) = EnrolmentToken::parse(token) else {
        return Ok(invalid());
    };
    let Ok(user) = UserId::parse(token.proof.body.user.as_str()) else {
        return Ok(invalid());
    };
    let (ticket, shared) = (Ticket::Enrolment(Box::new(token)), Arc::clone(&relay));
    let checked = relay.read(move |tables| Ok(ticket.check(tables, &shared, &user).is_ok()));
    Ok(Reply(json!({ "valid": checked.await? })))
}

/// The one stage of registration.
const STAGE: &str = "m.login.registration_token";
