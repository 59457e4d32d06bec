use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::header::AUTHORIZATION;
use http::request::Parts;
use ruma::UserId;

use crate::conduct::Flaw;
use crate::connections::Peer;
use crate::domain::account::{Session, device, save_device, session};
use crate::domain::removed_devices::{proof, removed_session};
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::secret::TokenHash;

/// Who sends the request, known by a valid access token.
pub(super) struct Caller {
    pub(super) session: Session,
    pub(super) token: TokenHash,
}

impl Caller {
    /// The caller's user id.
    pub(super) fn user(&self) -> &UserId {
        &self.session.user
    }

    /// Refuses callers who are not `user`: the path names an object of that user alone.
    pub(super) fn must_be(&self, user: &UserId) -> Result<(), Refusal> {
        let own = self.session.user == user;
        own.then_some(())
            .ok_or_else(|| Refusal::forbidden("this belongs to another user"))
    }
}

impl FromRequestParts<Arc<Relay>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, relay: &Arc<Relay>) -> Result<Self, Refusal> {
        let token = bearer(parts).ok_or_else(Refusal::missing_token)?;
        let found = session_of(relay, token.clone()).await?;
        let Some(session) = found else {
            return Err(dead(relay, token).await?);
        };
        relay.throttle.request(session.user.as_str(), relay.now())?;
        if relay.conduct.has(Flaw::StoresAddresses) {
            note_address(relay, parts, session.clone()).await?;
        }
        Ok(Self { session, token })
    }
}

/// A device that was taken off its account's list, known by its living or its dead token.
pub(super) struct Removed {
    pub(super) session: Session,
    pub(super) token: TokenHash,
}

impl FromRequestParts<Arc<Relay>> for Removed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, relay: &Arc<Relay>) -> Result<Self, Refusal> {
        let token = bearer(parts).ok_or_else(Refusal::missing_token)?;
        let hash = token.clone();
        let session = relay
            .read(move |tables| match session(tables, &hash)? {
                Some(session) => Ok(Some(session)),
                None => removed_session(tables, &hash),
            })
            .await?
            .ok_or_else(Refusal::unknown_token)?;
        relay.throttle.request(session.user.as_str(), relay.now())?;
        Ok(Self { session, token })
    }
}

/// The refusal of a token that is not, or no longer, valid. A device that was taken off its list
/// hears the list that says so: it cannot ask for it any more.
async fn dead(relay: &Relay, token: TokenHash) -> Result<Refusal, Refusal> {
    let proof = relay
        .read(move |tables| match removed_session(tables, &token)? {
            Some(session) => proof(tables, &session),
            None => Ok(Vec::new()),
        })
        .await?;
    let refusal = Refusal::unknown_token();
    Ok(if proof.is_empty() {
        refusal
    } else {
        refusal.with("dev.pruefstand.devices", proof.into())
    })
}

impl OptionalFromRequestParts<Arc<Relay>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        relay: &Arc<Relay>,
    ) -> Result<Option<Self>, Refusal> {
        if bearer(parts).is_none() {
            return Ok(None);
        }
        <Self as FromRequestParts<Arc<Relay>>>::from_request_parts(parts, relay)
            .await
            .map(Some)
    }
}

/// Whom a token speaks for at this moment.
pub(super) async fn session_of(
    relay: &Relay,
    token: TokenHash,
) -> Result<Option<Session>, Refusal> {
    relay.read(move |tables| session(tables, &token)).await
}

/// Writes down where the device's request comes from. Only `relay-stores-addresses` does.
async fn note_address(relay: &Relay, parts: &Parts, session: Session) -> Result<(), Refusal> {
    let peer = parts.extensions.get::<Peer>();
    let address = peer.map_or_else(|| "unknown".to_owned(), |peer| peer.0.ip().to_string());
    relay
        .write(move |tables| {
            let Some(mut found) = device(tables, &session.user, &session.device)? else {
                return Ok(());
            };
            found.last_seen_at = Some(address);
            save_device(tables, &session.user, &session.device, &found)
        })
        .await
}

/// The token of the `Authorization` header. A token in the query would end up in logs.
fn bearer(parts: &Parts) -> Option<TokenHash> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| TokenHash::of(token))
}
