//! What the operator sees: health and metrics, on a listener of their own that other machines do not reach.

mod metrics;

pub(crate) use metrics::{Metrics, known};

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};

use crate::relay::Relay;

/// Routes for the operator.
pub(crate) fn router(relay: Arc<Relay>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .with_state(relay)
}

/// 200 as long as a write gets through to the disk and back; 503 while the relay closes or its store is gone.
async fn health(State(relay): State<Arc<Relay>>) -> Response {
    let writes = relay.write(|_tables| Ok(())).await.is_ok();
    let reads = relay
        .read(|tables| Ok(tables.head().map(drop)?))
        .await
        .is_ok();
    let (status, word) = match (writes && reads, relay.is_closing()) {
        (true, false) => (StatusCode::OK, "ok"),
        (true, true) => (StatusCode::SERVICE_UNAVAILABLE, "closing"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "store failed"),
    };
    let body = format!("{{\"status\":\"{word}\"}}");
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn metrics(State(relay): State<Arc<Relay>>) -> Response {
    let kind = "text/plain; version=0.0.4";
    ([(header::CONTENT_TYPE, kind)], relay.metrics.render()).into_response()
}
