//! The HTTP exchanges that an engine driver hands to the bench.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Bytes, Secret};

/// An HTTP request that the client under test wants to make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// Chosen by the driver, unique among the actor's open requests; the response echoes it.
    pub id: String,
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// Path and query, percent-encoded, beginning with `/`; the bench knows the host.
    pub path: String,
    /// The access token, sent as `Authorization: Bearer`; absent for requests without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// The body.
    #[serde(default)]
    pub body: Payload,
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Response {
    /// The request's id.
    pub id: String,
    /// The HTTP status; 0 when no answer came (connection refused, reset or held back).
    pub status: u16,
    /// The body.
    #[serde(default)]
    pub body: Payload,
}

/// A body: nothing, JSON, or bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// No body.
    #[default]
    Empty,
    /// A JSON value; the bench sends it as `application/json`.
    Json(serde_json::Value),
    /// Raw bytes; the bench sends them as `application/octet-stream`. An answer that is meant as JSON comes so too, if it is none or
    /// has more than one reading: the client reads it as it would from the network.
    Raw(Bytes),
}

impl Payload {
    /// The JSON value, if the body is JSON.
    #[must_use]
    pub fn json(&self) -> Option<&serde_json::Value> {
        match self {
            Self::Json(value) => Some(value),
            Self::Empty | Self::Raw(_) => None,
        }
    }

    /// The body as it stands on the wire.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Empty => Vec::new(),
            Self::Json(value) => value.to_string().into_bytes(),
            Self::Raw(bytes) => bytes.bytes.clone(),
        }
    }
}
