use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::store::StoreError;

/// A request refused, as the Matrix error object that says so (spec, "Standard error response").
///
/// Texts are written for callers: they name no file, no statement, no user that was not asked for.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: Option<&'static str>,
    text: String,
    fields: Map<String, Value>,
    detail: Option<String>,
}

/// What the relay knows of a refusal and never tells. It travels beside the response because
/// `relay-leaks-errors` tells it.
#[derive(Debug, Clone)]
pub(crate) struct Detail(pub(crate) String);

impl Refusal {
    /// A refusal with status, `errcode` and text.
    pub(crate) fn new(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        Self {
            status,
            code: Some(code),
            text: text.into(),
            fields: Map::new(),
            detail: None,
        }
    }

    /// The caller may not do this.
    pub(crate) fn forbidden(text: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "M_FORBIDDEN", text)
    }

    /// Whether it is that refusal.
    pub(crate) fn is_forbidden(&self) -> bool {
        self.status == StatusCode::FORBIDDEN
    }

    /// There is no such thing, or the caller may not know of it.
    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "M_NOT_FOUND", text)
    }

    /// Whether it is that refusal.
    pub(crate) fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// The body is no JSON.
    pub(crate) fn not_json(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "M_NOT_JSON", text)
    }

    /// The body is JSON of the wrong shape.
    pub(crate) fn bad_json(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "M_BAD_JSON", text)
    }

    /// A value in path, query or body is out of its range.
    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "M_INVALID_PARAM", text)
    }

    /// Something has `got` units where `limit` are allowed.
    pub(crate) fn too_large(what: &str, got: usize, limit: usize) -> Self {
        let text = format!("{what} is {got}, at most {limit} is taken");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "M_TOO_LARGE", text)
    }

    /// An account has `limit` of something and may not have more.
    pub(crate) fn full(what: &str, limit: usize) -> Self {
        let text = format!("{what}: the limit of {limit} is reached");
        Self::new(StatusCode::FORBIDDEN, "M_RESOURCE_LIMIT_EXCEEDED", text)
    }

    /// The caller is too fast.
    pub(crate) fn too_fast(retry_after_ms: u64) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "M_LIMIT_EXCEEDED",
            "too many requests",
        )
        .with("retry_after_ms", retry_after_ms.into())
    }

    /// No access token came with the request.
    pub(crate) fn missing_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "M_MISSING_TOKEN",
            "access token is missing",
        )
    }

    /// The access token is not, or no longer, valid.
    pub(crate) fn unknown_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "M_UNKNOWN_TOKEN",
            "access token is not valid",
        )
        .with("soft_logout", false.into())
    }

    /// No such endpoint.
    pub(crate) fn unrecognized(status: StatusCode) -> Self {
        Self::new(status, "M_UNRECOGNIZED", "request is not recognized")
    }

    /// The request needs a further proof: user-interactive authentication with one stage.
    ///
    /// The stages have no memory here, so the session id is there only because clients expect one.
    pub(crate) fn challenge(stage: &str, failed: bool) -> Self {
        let (code, text) = if failed {
            let text = "the proof for this stage is not valid, or not valid any longer";
            (Some("M_FORBIDDEN"), text)
        } else {
            (None, "this needs authentication")
        };
        Self {
            code,
            ..Self::new(StatusCode::UNAUTHORIZED, "M_FORBIDDEN", text)
        }
        .with("flows", json!([{ "stages": [stage] }]))
        .with("params", json!({}))
        .with("session", "single-stage".into())
    }

    /// The relay failed; the cause is none of the caller's business.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "M_UNKNOWN",
            "internal error",
        )
    }

    /// The same with another field in the error object.
    pub(crate) fn with(mut self, field: &str, value: Value) -> Self {
        self.fields.insert(field.to_owned(), value);
        self
    }

    /// The same with a cause that stays inside.
    pub(crate) fn because(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let refusal = match error {
            StoreError::Busy(_) => Self::too_fast(BUSY_RETRY),
            StoreError::Engine(_)
            | StoreError::Folder { .. }
            | StoreError::InUse(_)
            | StoreError::Layout { .. }
            | StoreError::Damaged { .. }
            | StoreError::NotWiped
            | StoreError::Exists(_)
            | StoreError::Copy { .. }
            | StoreError::Unsound(_)
            | StoreError::Closed => Self::internal(),
        };
        refusal.because(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut object = self.fields;
        if let Some(code) = self.code {
            object.insert("errcode".to_owned(), code.into());
            object.insert("error".to_owned(), self.text.as_str().into());
        }
        let mut response = (
            self.status,
            [(http::header::CONTENT_TYPE, "application/json")],
            Value::Object(object).to_string(),
        )
            .into_response();
        if let Some(detail) = self.detail {
            response.extensions_mut().insert(Detail(detail));
        }
        response
    }
}

/// Milliseconds after which a full write queue has certainly moved.
const BUSY_RETRY: u64 = 500;
