use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::conduct::{Flaw, Variant};
use crate::json::{JsonFault, check_depth, check_object};
use crate::refusal::Refusal;
use crate::relay::Relay;

/// A JSON object of the shape `T`, strict and bounded.
pub(super) struct Body<T>(pub(super) T);

/// The same, where no body at all counts as `{}`.
pub(super) struct OptionalBody<T>(pub(super) T);

/// The content of one event: a JSON object kept byte for byte, within the limit of an event.
pub(super) struct Content(pub(super) Box<RawValue>);

/// Why a body was not taken.
pub(super) enum BodyFault {
    /// With a Matrix error object, as it should be.
    Refused(Refusal),
    /// With nothing: `relay-bad-json-500` and `relay-deep-nesting`.
    Bare,
}

impl<T: DeserializeOwned> FromRequest<Arc<Relay>> for Body<T> {
    type Rejection = BodyFault;

    async fn from_request(request: Request, relay: &Arc<Relay>) -> Result<Self, BodyFault> {
        let bytes = read(request, relay, relay.limits.json_bytes).await?;
        parse(relay, &bytes).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<Relay>> for OptionalBody<T> {
    type Rejection = BodyFault;

    async fn from_request(request: Request, relay: &Arc<Relay>) -> Result<Self, BodyFault> {
        let bytes = read(request, relay, relay.limits.json_bytes).await?;
        let bytes = if bytes.is_empty() {
            Bytes::from_static(b"{}")
        } else {
            bytes
        };
        parse(relay, &bytes).map(Self)
    }
}

impl FromRequest<Arc<Relay>> for Content {
    type Rejection = BodyFault;

    async fn from_request(request: Request, relay: &Arc<Relay>) -> Result<Self, BodyFault> {
        let bytes = read(request, relay, relay.limits.event_bytes).await?;
        parse(relay, &bytes).map(Self)
    }
}

/// Reads a whole body of at most `limit` bytes that must arrive in time.
pub(super) async fn read(request: Request, relay: &Relay, limit: usize) -> Result<Bytes, Refusal> {
    let claimed = request.headers().get(http::header::CONTENT_LENGTH);
    let claimed = claimed.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let fits = claimed.is_some_and(|claimed| claimed <= limit);
    let limit = match !fits && relay.conduct.has(Flaw::UnlimitedBody) {
        true => usize::MAX,
        false => limit,
    };
    if let Some(claimed) = claimed.filter(|claimed| *claimed > limit)
        && !relay.conduct.varies(Variant::LengthByCountAlone)
    {
        return Err(Refusal::too_large("body", claimed, limit));
    }
    let body = Limited::new(request.into_body(), limit).collect();
    let late = Duration::from_millis(relay.limits.body_ms);
    let body = tokio::time::timeout(late, body).await.map_err(|_elapsed| {
        Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "M_UNKNOWN",
            "the body did not arrive in time",
        )
    })?;
    body.map(http_body_util::Collected::to_bytes)
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                return Refusal::too_large("body", limit.saturating_add(1), limit);
            }
            Refusal::not_json("the body broke off").because(error)
        })
}

fn parse<T: DeserializeOwned>(relay: &Relay, bytes: &[u8]) -> Result<T, BodyFault> {
    if relay.conduct.has(Flaw::LogsBodies) {
        relay.log.body(relay.now(), bytes);
    }
    let depth = check_depth(bytes, relay.limits.json_depth);
    let deep = depth.is_err() && relay.conduct.has(Flaw::DeepNesting);
    if !deep {
        depth.map_err(refuse)?;
    }
    match check_object(bytes) {
        Err(JsonFault::NotJson(error)) if deep && error.to_string().contains("recursion") => {
            return Err(BodyFault::Bare);
        }
        Err(JsonFault::NotJson(_)) if relay.conduct.has(Flaw::BadJson500) => {
            return Err(BodyFault::Bare);
        }
        Err(JsonFault::DuplicateKey) if relay.conduct.has(Flaw::TakesTwoReadings) => {}
        checked => checked.map_err(refuse)?,
    }
    serde_json::from_slice(bytes).map_err(|error| refuse_shape(&error).into())
}

fn refuse(fault: JsonFault) -> Refusal {
    match fault {
        JsonFault::NotJson(error) => Refusal::not_json("the body is not JSON").because(error),
        JsonFault::TooDeep(_) | JsonFault::DuplicateKey | JsonFault::NotAnObject => {
            Refusal::bad_json(fault.to_string())
        }
    }
}

/// Says which field is missing; other texts of the parser may quote the body and stay inside.
fn refuse_shape(error: &serde_json::Error) -> Refusal {
    let text = error.to_string();
    match text
        .split_once("missing field `")
        .and_then(|(_, rest)| rest.split_once('`'))
    {
        Some((field, _)) => Refusal::bad_json(format!("field {field} is missing")),
        None => Refusal::bad_json("the body has a wrong shape"),
    }
    .because(error)
}

impl From<Refusal> for BodyFault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl IntoResponse for BodyFault {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refusal.into_response(),
            Self::Bare => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}
