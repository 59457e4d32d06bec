use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode};

use crate::clients::{Service, Version};
use crate::conduct::Flaw;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// Looks at the version that a client says it has: in the header `dev-pruefstand-client`, or in a parameter of that name. One
/// that is too old is warned, and refused when its time is over.
pub(super) async fn judge(
    State(relay): State<Arc<Relay>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    // What a client needs to learn that it is too old, and to leave.
    let open = path == "/_matrix/client/versions" || path.ends_with("/logout");
    if open {
        return next.run(request).await;
    }
    match relay.clients.judge(said(&request), relay.now()) {
        Service::Full => next.run(request).await,
        Service::Warned(_) | Service::Refused(_) if relay.conduct.has(Flaw::ServesOldClients) => {
            next.run(request).await
        }
        Service::Warned(minimum) => {
            let mut response = next.run(request).await;
            if let Ok(value) = HeaderValue::try_from(format!("minimum={minimum}")) {
                response.headers_mut().insert(WARNING, value);
            }
            response
        }
        Service::Refused(minimum) => refuse(minimum).into_response(),
    }
}

/// What the client says of its version.
fn said(request: &Request) -> Option<&str> {
    let header = request.headers().get(CLIENT);
    if let Some(header) = header {
        return Some(header.to_str().unwrap_or_default());
    }
    let parameters = request.uri().query().unwrap_or_default().split('&');
    parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| *name == CLIENT.as_str())
        .map(|(_, version)| version)
}

fn refuse(minimum: Version) -> Refusal {
    let text = format!("this client is too old; version {minimum} or later is needed");
    Refusal::new(StatusCode::FORBIDDEN, "DEV.PRUEFSTAND.CLIENT_TOO_OLD", text)
        .with("minimum_version", minimum.to_string().into())
}

/// Name of the header, and of the parameter, in which a client says its version.
const CLIENT: HeaderName = HeaderName::from_static("dev-pruefstand-client");
/// Name of the header that warns it.
const WARNING: HeaderName = HeaderName::from_static("dev-pruefstand-client-warning");
