use axum::extract::{FromRequestParts, Path, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;

/// The parameters of a path, typed: `Route<OwnedRoomId>` refuses what is no room id.
pub(super) struct Route<T>(pub(super) T);

/// The parameters after the question mark, typed.
pub(super) struct Parameters<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Route<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(path) = Path::from_request_parts(parts, state)
            .await
            .map_err(|error| Refusal::invalid("path holds a wrong id").because(error))?;
        Ok(Self(path))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Query(parameters) = Query::from_request_parts(parts, state)
            .await
            .map_err(|error| Refusal::invalid("query holds a wrong value").because(error))?;
        Ok(Self(parameters))
    }
}
