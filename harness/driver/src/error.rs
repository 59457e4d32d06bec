//! What a driver answers when it cannot or will not do what it was told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A call that was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DriverError {
    /// The verb or vector operation is not implemented.
    #[error("unsupported: {feature}")]
    Unsupported {
        /// What is not implemented.
        feature: String,
    },
    /// The product itself said no; this is behaviour of the product, not a fault.
    #[error("refused by the product ({class:?}): {reason}")]
    Refused {
        /// The kind of reason, from the bench's closed list.
        class: RefusalClass,
        /// The product's own words or code; recorded, never compared.
        reason: String,
    },
    /// An actor, conversation, message or flow that this case does not know.
    #[error("unknown handle: {handle}")]
    BadHandle {
        /// The handle.
        handle: String,
    },
    /// The parameters do not fit the verb.
    #[error("invalid parameters: {reason}")]
    InvalidParams {
        /// What does not fit.
        reason: String,
    },
    /// The driver failed, not the product.
    #[error("driver fault: {reason}")]
    Fault {
        /// What went wrong.
        reason: String,
    },
}

impl DriverError {
    /// The JSON-RPC error code.
    #[must_use]
    pub fn code(&self) -> i32 {
        match self {
            Self::Unsupported { .. } => -32001,
            Self::Refused { .. } => -32002,
            Self::BadHandle { .. } => -32005,
            Self::Fault { .. } => -32010,
            Self::InvalidParams { .. } => -32602,
        }
    }
}

/// Why a product refuses: few words of our own, so that no maker's error text is ever compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalClass {
    /// Malformed input.
    Parse,
    /// A version or algorithm that is not accepted.
    Version,
    /// Login or authorisation failed.
    Auth,
    /// A signature is missing or wrong.
    Signature,
    /// A MAC or hash is missing or wrong.
    Mac,
    /// Seen before.
    Replay,
    /// No trusted key.
    UnknownKey,
    /// A rule of the product forbids it.
    Policy,
    /// Not possible in the present state.
    State,
    /// A limit was reached.
    Limit,
    /// The relay answered with an error or not at all.
    Relay,
    /// None of the others.
    Other,
}
