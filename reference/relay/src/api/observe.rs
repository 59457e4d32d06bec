use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::json;

use crate::conduct::Flaw;
use crate::log::Line;
use crate::refusal::{Detail, Refusal};
use crate::relay::Relay;

/// Goes around every request: bounds its time, logs its line, adds the headers all answers have.
pub(super) async fn observe(
    State(relay): State<Arc<Relay>>,
    request: Request,
    next: Next,
) -> Response {
    let started = relay.now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = if method == Method::OPTIONS {
        // Spec, "Web Browser Clients": every path answers a preflight.
        StatusCode::NO_CONTENT.into_response()
    } else {
        let in_time = tokio::time::timeout(LONGEST, next.run(request)).await;
        in_time.unwrap_or_else(|_elapsed| {
            let text = "the relay did not finish in time";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "M_UNKNOWN", text).into_response()
        })
    };
    if response.extensions().get::<Detail>().is_some() && relay.conduct.has(Flaw::LeaksErrors) {
        response = leak(&relay, response);
    }
    add_headers(response.headers_mut());
    let (now, status) = (relay.now(), response.status());
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let took_ms = now.saturating_sub(started);
    relay.metrics.request(route, &method, status, took_ms);
    relay.log.request(&Line {
        now,
        method: &method,
        route,
        status,
        took_ms,
    });
    response
}

fn add_headers(headers: &mut HeaderMap) {
    let fixed = [
        (header::SERVER, crate::PRODUCT),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, POST, PUT, DELETE, OPTIONS",
        ),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "X-Requested-With, Content-Type, Authorization",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Tells callers what is none of their business (`relay-leaks-errors`).
fn leak(relay: &Relay, response: Response) -> Response {
    let Some(Detail(detail)) = response.extensions().get::<Detail>().cloned() else {
        return response;
    };
    let status = response.status();
    let store = relay.store_folder.join("relay.db");
    let error = format!(
        "{detail} [store {} statement SELECT value FROM sessions WHERE key = ?1]",
        store.display()
    );
    let errcode = if status == StatusCode::NOT_FOUND {
        "M_NOT_FOUND"
    } else {
        "M_UNKNOWN"
    };
    let body = json!({ "errcode": errcode, "error": error }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Longer than a sync waits and a slow body takes together.
const LONGEST: Duration = Duration::from_secs(60);
