//! HTTP towards a relay: blocking, bounded in size and time.

use std::{sync::Arc, time::Duration};

use harness_driver::{Payload, Request, Response};
use thiserror::Error;
use ureq::{Agent, http};

use crate::check::Stop;

/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: u64 = 16 << 20;

/// How long a relay may take for one answer.
const DEADLINE: Duration = Duration::from_secs(30);

/// A connection to one relay.
#[derive(Clone)]
pub struct Http {
    agent: Agent,
    base: Arc<str>,
}

/// An answer with the header that names the server.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// The answer.
    pub response: Response,
    /// The `server` header; empty if there is none.
    pub server: String,
}

/// A relay that did not answer.
#[derive(Debug, Error)]
pub enum HttpError {
    /// No answer, or one that breaks HTTP or the limits.
    #[error("the relay at {base} gave no answer to {method} {path}: {reason}")]
    NoAnswer {
        /// The relay.
        base: Arc<str>,
        /// The request's method.
        method: String,
        /// The request's path, without its query.
        path: String,
        /// Why.
        reason: String,
    },
    /// The driver made a request that is none.
    #[error("not an HTTP request: {0}")]
    BadRequest(String),
}

impl From<HttpError> for Stop {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::NoAnswer { .. } => Self::environment(error.to_string()),
            HttpError::BadRequest(_) => Self::driver(error.to_string()),
        }
    }
}

impl Http {
    /// A connection to the relay at `base`, such as `http://127.0.0.1:8008`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // A proxy from the environment would carry attack traffic off this machine.
            .proxy(None)
            .timeout_global(Some(DEADLINE))
            .build();
        Self {
            agent: config.into(),
            base: base.trim_end_matches('/').into(),
        }
    }

    /// Sends a request and reads the answer, whatever its status.
    ///
    /// # Errors
    ///
    /// If there is no answer within the limits.
    pub fn send(&self, request: &Request) -> Result<Exchanged, HttpError> {
        let (kind, bytes) = match &request.body {
            Payload::Empty => (None, Vec::new()),
            Payload::Json(value) => (Some("application/json"), value.to_string().into_bytes()),
            Payload::Raw(bytes) => (Some("application/octet-stream"), bytes.bytes.clone()),
        };
        self.send_bytes(request, kind, bytes)
    }

    /// Sends these bytes as the body of `request`, under this content type.
    ///
    /// # Errors
    ///
    /// If there is no answer within the limits.
    pub fn send_bytes(
        &self,
        request: &Request,
        kind: Option<&str>,
        bytes: Vec<u8>,
    ) -> Result<Exchanged, HttpError> {
        let answer = self.exchange(request, kind, bytes)?;
        let response = Response {
            id: request.id.clone(),
            status: answer.status,
            body: payload(&answer.kind, answer.bytes),
        };
        let server = answer.server;
        Ok(Exchanged { response, server })
    }

    /// Asks, and reads the answer's body byte for byte: reading it as JSON would leave out what a name says twice.
    ///
    /// # Errors
    ///
    /// If there is no answer within the limits.
    pub fn read(&self, request: &Request) -> Result<Vec<u8>, HttpError> {
        let kind = Some("application/json").filter(|_| request.body != Payload::Empty);
        let answer = self.exchange(request, kind, request.body.to_bytes())?;
        Ok(answer.bytes)
    }

    fn exchange(
        &self,
        request: &Request,
        kind: Option<&str>,
        bytes: Vec<u8>,
    ) -> Result<Answer, HttpError> {
        let path = request.path.split('?').next().unwrap_or_default();
        let no_answer = |reason: String| HttpError::NoAnswer {
            base: self.base.clone(),
            method: request.method.clone(),
            path: path.to_owned(),
            reason,
        };
        if !request.path.starts_with('/') {
            return Err(HttpError::BadRequest(format!(
                "path {path} does not begin with /"
            )));
        }
        let mut builder = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.base, request.path));
        if let Some(token) = &request.token {
            builder = builder.header("authorization", format!("Bearer {}", token.expose()));
        }
        if let Some(kind) = kind {
            builder = builder.header("content-type", kind);
        }
        let request_http = builder
            .body(bytes)
            .map_err(|error| HttpError::BadRequest(error.to_string()))?;
        let mut answer = self
            .agent
            .run(request_http)
            .map_err(|error| no_answer(error.to_string()))?;
        let header = |name| {
            answer
                .headers()
                .get(name)
                .and_then(|value: &http::HeaderValue| value.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let (server, kind) = (header("server"), header("content-type"));
        let bytes = answer
            .body_mut()
            .with_config()
            .limit(LARGEST_ANSWER)
            .read_to_vec()
            .map_err(|error| no_answer(error.to_string()))?;
        Ok(Answer {
            status: answer.status().as_u16(),
            kind,
            server,
            bytes,
        })
    }
}

/// An answer as it came.
struct Answer {
    status: u16,
    /// The `content-type` header.
    kind: String,
    server: String,
    bytes: Vec<u8>,
}

fn payload(kind: &str, bytes: Vec<u8>) -> Payload {
    if bytes.is_empty() {
        return Payload::Empty;
    }
    if kind.starts_with("application/json")
        && let Ok(value) = serde_json::from_slice(&bytes)
    {
        return Payload::Json(value);
    }
    Payload::Raw(bytes.into())
}
