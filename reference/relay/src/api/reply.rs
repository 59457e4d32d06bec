use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

use crate::refusal::Refusal;

/// A JSON answer.
pub(super) struct Reply<T>(pub(super) T);

/// The answer that has nothing to say.
pub(super) fn empty() -> Reply<Value> {
    Reply(json!({}))
}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(http::header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => Refusal::internal().because(error).into_response(),
        }
    }
}
