use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderValue, header};
use ruma::OwnedServerName;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::read;
use super::caller::Caller;
use super::reply::Reply;
use super::route::{Parameters, Route};
use crate::conduct::Flaw;
use crate::domain::media::{media, put};
use crate::refusal::Refusal;
use crate::relay::Relay;

/// Uploads and downloads, both for accounts of this relay only.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/media/v3/upload", post(upload))
        .route("/_matrix/media/v3/config", get(config))
        .route("/_matrix/client/v1/media/config", get(config))
        .route(
            "/_matrix/client/v1/media/download/{server_name}/{media_id}",
            get(download),
        )
        .route(
            "/_matrix/client/v1/media/download/{server_name}/{media_id}/{file_name}",
            get(download_named),
        )
}

/// What an uploader asks for.
#[derive(Deserialize)]
struct UploadWish {
    /// Milliseconds after which the upload is to be gone.
    #[serde(rename = "dev.pruefstand.lifetime")]
    lifetime: Option<u64>,
}

async fn config(State(relay): State<Arc<Relay>>, _caller: Caller) -> Reply<Value> {
    Reply(json!({ "m.upload.size": relay.limits.media_bytes }))
}

async fn upload(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Parameters(wish): Parameters<UploadWish>,
    request: Request,
) -> Result<Reply<Value>, Refusal> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|kind| kind.to_str().ok())
        .filter(|kind| kind.len() <= 255);
    let kind = kind.unwrap_or("application/octet-stream").to_owned();
    let bytes = read(request, &relay, relay.limits.media_bytes).await?;
    let retention = relay.sweeper.retention();
    let lifetime = wish.lifetime.map(|lifetime| retention.at_least(lifetime));
    let (server, now) = (relay.server.clone(), relay.now());
    let id = relay
        .write(move |tables| put(tables, caller.user(), (kind, &bytes), lifetime, now))
        .await?;
    Ok(Reply(
        json!({ "content_uri": format!("mxc://{server}/{id}") }),
    ))
}

async fn download_named(
    relay: State<Arc<Relay>>,
    caller: Option<Caller>,
    Route((server, id, _file_name)): Route<(OwnedServerName, String, String)>,
) -> Result<Response, Refusal> {
    download(relay, caller, Route((server, id))).await
}

/// Any account that knows the id may read: ids are 256 random bits, and travel encrypted.
async fn download(
    State(relay): State<Arc<Relay>>,
    caller: Option<Caller>,
    Route((server, id)): Route<(OwnedServerName, String)>,
) -> Result<Response, Refusal> {
    if caller.is_none() && !relay.conduct.has(Flaw::MediaUnauthenticated) {
        return Err(Refusal::missing_token());
    }
    if server != relay.server {
        return Err(Refusal::not_found("this relay keeps its own media only"));
    }
    let (found, bytes) = relay.read(move |tables| media(tables, &id)).await?;
    let kind = HeaderValue::from_str(&found.content_type)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    let fixed = [
        // Never shown by a browser as a page of this relay (spec, "Serving inline content").
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'",
        ),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok(([(header::CONTENT_TYPE, kind)], fixed, bytes).into_response())
}
