//! The JSON-RPC 2.0 envelope.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Call, DriverError, RefusalClass};

/// A line from the bench to the driver.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the envelope is fixed by JSON-RPC 2.0"
)]
pub struct Invocation {
    /// Always `"2.0"`.
    pub jsonrpc: &'static str,
    /// Chosen by the bench; the answer echoes it.
    pub id: u64,
    /// The verb.
    #[serde(flatten)]
    pub call: Call,
}

impl Invocation {
    /// Wraps a call.
    #[must_use]
    pub fn new(id: u64, call: Call) -> Self {
        Self {
            jsonrpc: "2.0",
            id,
            call,
        }
    }

    /// Reads a line: the id, and the call or why it is none.
    ///
    /// # Errors
    ///
    /// If the line is not a JSON-RPC request with a numeric id, so that there is nothing to answer to.
    pub fn parse(line: &[u8]) -> Result<(u64, Result<Call, DriverError>), serde_json::Error> {
        #[derive(Deserialize)]
        struct Envelope {
            id: u64,
            method: String,
            #[serde(default)]
            params: Value,
        }
        let Envelope { id, method, params } = serde_json::from_slice(line)?;
        if !Call::METHODS.contains(&method.as_str()) {
            return Ok((id, Err(DriverError::Unsupported { feature: method })));
        }
        let call =
            serde_json::from_value(serde_json::json!({ "method": method, "params": params }));
        Ok((
            id,
            call.map_err(|error| DriverError::InvalidParams {
                reason: error.to_string(),
            }),
        ))
    }
}

/// A line from the driver to the bench: a result or an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the envelope is fixed by JSON-RPC 2.0"
)]
pub struct Answer {
    /// Always `"2.0"`.
    pub jsonrpc: String,
    /// The id of the call.
    pub id: u64,
    /// The result, shaped by the verb.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why there is no result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RpcError>,
}

/// The error of an [`Answer`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the envelope is fixed by JSON-RPC 2.0"
)]
pub struct RpcError {
    /// One of the codes of [`DriverError::code`].
    pub code: i32,
    /// For people; recorded, never compared.
    pub message: String,
    /// `class` for a refusal, `feature` for something unsupported, `handle` for an unknown one.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
}

impl From<&DriverError> for RpcError {
    fn from(error: &DriverError) -> Self {
        let (message, data) = match error {
            DriverError::Unsupported { feature } => {
                (error.to_string(), serde_json::json!({ "feature": feature }))
            }
            DriverError::Refused { class, reason } => {
                (reason.clone(), serde_json::json!({ "class": class }))
            }
            DriverError::BadHandle { handle } => {
                (error.to_string(), serde_json::json!({ "handle": handle }))
            }
            DriverError::InvalidParams { reason } | DriverError::Fault { reason } => {
                (reason.clone(), Value::Null)
            }
        };
        Self {
            code: error.code(),
            message,
            data,
        }
    }
}

impl From<RpcError> for DriverError {
    fn from(error: RpcError) -> Self {
        let text = |name: &str| {
            error
                .data
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        match error.code {
            -32001 | -32601 => Self::Unsupported {
                feature: text("feature"),
            },
            -32002 => {
                let class = error.data.get("class").cloned().unwrap_or_default();
                let class = serde_json::from_value(class).unwrap_or(RefusalClass::Other);
                Self::Refused {
                    class,
                    reason: error.message,
                }
            }
            -32005 => Self::BadHandle {
                handle: text("handle"),
            },
            -32602 => Self::InvalidParams {
                reason: error.message,
            },
            _ => Self::Fault {
                reason: error.message,
            },
        }
    }
}
