//! What a flow tells about itself.

use serde_json::Value;
use thiserror::Error;

use super::super::CancelCode;

/// An event to send to the other device, unencrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The event type, one of [`event`](super::super::event).
    pub kind: &'static str,
    /// The content, transaction id included.
    pub content: Value,
}

/// How far a flow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// We asked; the other side has not answered.
    Requested,
    /// The other side asked; [`Flow::accept`](super::Flow::accept) answers.
    Invited,
    /// Both agreed; either side may [`Flow::start`](super::Flow::start).
    Ready,
    /// Keys are being exchanged.
    Started,
    /// The short string is shown; [`Flow::confirm`](super::Flow::confirm) or [`Flow::mismatch`](super::Flow::mismatch) answers.
    Comparing,
    /// Our user confirmed; the other side's proof is awaited.
    Confirmed,
    /// The other side has proved the keys of [`Flow::verified`](super::Flow::verified) and our user confirmed.
    Verified,
    /// The flow ended without success.
    Cancelled(CancelCode),
}

/// Why a flow does not begin or does not take a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FlowError {
    /// The request cannot be read.
    #[error("verification request is malformed")]
    Malformed,
    /// The request comes from another device than the one that is to be verified.
    #[error("verification request is from another device")]
    OtherDevice,
    /// A device cannot verify itself.
    #[error("both sides of the verification are the same device")]
    SameDevice,
    /// The request offers no method that we take.
    #[error("verification request offers no method in common")]
    NoCommonMethod,
    /// The request is older than ten minutes or from the future (ATK-VER-08).
    #[error("verification request was made at {at} and is not fresh")]
    NotFresh {
        /// When it says it was made, in milliseconds since the epoch.
        at: u64,
    },
    /// The step does not belong at this stage.
    #[error("step is not possible at stage {stage:?}")]
    NotNow {
        /// The stage of the flow.
        stage: Stage,
    },
}
