//! How a call to a driver can go wrong.

use harness_driver::{Call, RefusalClass};
use thiserror::Error;

/// Why there is no reply. Only [`DriverFault::Refused`] is behaviour of the product.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DriverFault {
    /// The program does not start.
    #[error("cannot start the driver {program}: {reason}")]
    NotStarted {
        /// The program.
        program: String,
        /// Why.
        reason: String,
    },
    /// The call could not be written as a line.
    #[error("the call cannot be sent: {reason}")]
    NotSent {
        /// Why.
        reason: String,
    },
    /// The driver ended, or closed its output.
    #[error("the driver died ({status}); its last words: {last}")]
    Died {
        /// How it ended.
        status: String,
        /// The last line of its standard error.
        last: String,
    },
    /// The driver did not answer.
    #[error("the driver did not answer within {seconds} seconds")]
    Hung {
        /// How long was waited.
        seconds: u64,
    },
    /// The answer is longer than any answer may be.
    #[error(
        "the driver's answer is longer than {} bytes",
        harness_driver::MAX_LINE
    )]
    TooLong,
    /// The answer is none.
    #[error("the driver breaks the protocol: {reason}")]
    Garbage {
        /// What is wrong with it.
        reason: String,
    },
    /// The driver does not implement it.
    #[error("the driver does not support {feature}")]
    Unsupported {
        /// The verb or operation.
        feature: String,
    },
    /// The product said no.
    #[error("refused by the product ({class:?}): {reason}")]
    Refused {
        /// The kind of reason.
        class: RefusalClass,
        /// The product's own words.
        reason: String,
    },
    /// The driver does not know an actor, conversation, message or flow.
    #[error("the driver does not know the handle {handle}")]
    BadHandle {
        /// The handle.
        handle: String,
    },
    /// The driver does not understand the parameters.
    #[error("the driver does not take the parameters: {reason}")]
    InvalidParams {
        /// What does not fit.
        reason: String,
    },
    /// The driver failed, not the product.
    #[error("the driver failed: {reason}")]
    Fault {
        /// What went wrong.
        reason: String,
    },
}

impl DriverFault {
    /// The product's refusal, if it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<(RefusalClass, String)> {
        match self {
            Self::Refused { class, reason } => Some((*class, reason.clone())),
            Self::NotStarted { .. }
            | Self::NotSent { .. }
            | Self::Died { .. }
            | Self::Hung { .. }
            | Self::TooLong
            | Self::Garbage { .. }
            | Self::Unsupported { .. }
            | Self::BadHandle { .. }
            | Self::InvalidParams { .. }
            | Self::Fault { .. } => None,
        }
    }
}

/// The name of the verb.
pub(super) fn method(call: &Call) -> String {
    let named = serde_json::to_value(call).ok();
    named
        .and_then(|call| call.get("method")?.as_str().map(str::to_owned))
        .unwrap_or_default()
}
