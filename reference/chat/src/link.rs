//! The way to the relay: HTTP, bounded in size and time.

use std::time::Duration;

use reference_client::{Body, MAX_BODY, Request};
use serde_json::Value;
use ureq::{
    Agent, http,
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::Error;

/// How long a relay may take for one answer.
const DEADLINE: Duration = Duration::from_secs(30);

/// A connection to one relay.
pub struct Link {
    agent: Agent,
    base: String,
}

impl Link {
    /// A connection to the relay at `base`, such as `https://chat.example.org`. With `authority`, a PEM
    /// certificate, that authority vouches for the relay and no other does.
    ///
    /// # Errors
    /// The address is not `http://` or `https://`, or the certificate is none.
    pub fn new(base: &str, authority: Option<&[u8]>) -> Result<Self, Error> {
        if !(base.starts_with("https://") || base.starts_with("http://")) {
            let wrong = format!("{base} is no address; it begins with https:// or http://");
            return Err(Error::Address(wrong));
        }
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(DEADLINE));
        if let Some(pem) = authority {
            let root = Certificate::from_pem(pem)
                .map_err(|error| Error::Address(format!("no certificate: {error}")))?;
            let tls = TlsConfig::builder().root_certs(RootCerts::from(vec![root]));
            config = config.tls_config(tls.build());
        }
        Ok(Self {
            agent: config.build().into(),
            base: base.trim_end_matches('/').to_owned(),
        })
    }

    /// Carries a request of the core; status 0 when no answer came.
    pub(crate) fn carry(&self, request: &Request) -> (u16, Vec<u8>) {
        let (kind, body) = match &request.body {
            Body::Empty => (None, Vec::new()),
            Body::Json(value) => (Some("application/json"), value.to_string().into_bytes()),
            Body::Bytes(bytes) => (Some("application/octet-stream"), bytes.clone()),
        };
        let mut builder = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.base, request.path));
        if let Some(token) = &request.token {
            builder = builder.header("authorization", format!("Bearer {}", token.reveal()));
        }
        if let Some(kind) = kind {
            builder = builder.header("content-type", kind);
        }
        let Ok(request) = builder.body(body) else {
            return (0, Vec::new());
        };
        self.answer(request).unwrap_or_default()
    }

    /// Posts JSON without a token and reads JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send("POST", path, body)
    }

    /// Sends JSON without a token and reads JSON; status 0 when no answer came.
    #[must_use]
    pub fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .body(body.to_string().into_bytes());
        let answer = request.ok().and_then(|request| self.answer(request));
        let (status, body) = answer.unwrap_or_default();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    fn answer(&self, request: http::Request<Vec<u8>>) -> Option<(u16, Vec<u8>)> {
        let mut answer = self.agent.run(request).ok()?;
        let status = answer.status().as_u16();
        let limit = u64::try_from(MAX_BODY).ok()?;
        let body = answer.body_mut().with_config().limit(limit).read_to_vec();
        Some((status, body.ok()?))
    }
}
