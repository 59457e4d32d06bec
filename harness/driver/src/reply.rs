//! What a driver answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    Bytes, Call, DeviceView, FlowView, Hello, IdentityView, Observation, RefusalClass, Request,
};

/// The result of a call. Which variant it is follows from the verb, see [`Reply::parse`].
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Reply {
    /// To `hello`.
    Hello(Hello),
    /// To every verb that may need the network.
    Step(Step),
    /// To `observe`.
    Observation(Observation),
    /// To `actor.snapshot`.
    Snapshot {
        /// The copy of the store.
        snapshot: Bytes,
    },
    /// To `device.list`.
    Devices {
        /// The devices, sorted by id.
        devices: Vec<DeviceView>,
    },
    /// To `identity.show`.
    Identity(IdentityView),
    /// To `verify.flows`.
    Flows {
        /// The flows, oldest first.
        flows: Vec<FlowView>,
    },
    /// To `vec.run`.
    Vector(VectorResult),
    /// To every other verb.
    Done {},
}

/// What the product wants next, and what happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Requests for the relay, to be carried in this order.
    pub outgoing: Vec<Request>,
    /// What happened since the last step.
    pub events: Vec<Event>,
}

/// The end of a call that needed the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The call was carried out.
    Done {
        /// The id of the call.
        call: u64,
        /// The user id and device id after `actor.login`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        /// The device id after `actor.login`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<String>,
        /// The conversation after `conv.create`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conv: Option<String>,
        /// The message after `msg.send` and `file.send`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// The content after `file.open`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Bytes>,
        /// The flow after `verify.request`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow: Option<String>,
        /// What an act returned, in the shape that the act documents.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<serde_json::Value>,
    },
    /// The product would not or could not carry the call out.
    Refused {
        /// The id of the call.
        call: u64,
        /// The kind of reason.
        class: RefusalClass,
        /// The product's own code; recorded, never compared.
        reason: String,
        /// What else there is to know, in the shape that the verb or act documents.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<serde_json::Value>,
    },
}

impl Event {
    /// The plain end of a call; fill in what the verb returns.
    #[must_use]
    pub fn done(call: u64) -> Self {
        Self::Done {
            call,
            user: None,
            device: None,
            conv: None,
            message: None,
            content: None,
            flow: None,
            value: None,
        }
    }

    /// The id of the call that the event ends.
    #[must_use]
    pub fn call(&self) -> u64 {
        match self {
            Self::Done { call, .. } | Self::Refused { call, .. } => *call,
        }
    }
}

/// What the product's code made of a test vector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VectorResult {
    /// Whether the input was accepted.
    pub accepted: bool,
    /// The output in hex, if the operation has one and the input was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
}

#[derive(Deserialize)]
struct Snapshot {
    snapshot: Bytes,
}

#[derive(Deserialize)]
struct Devices {
    devices: Vec<DeviceView>,
}

#[derive(Deserialize)]
struct Flows {
    flows: Vec<FlowView>,
}

/// A result that does not have the shape of its verb.
#[derive(Debug, Error)]
#[error("result does not fit the verb: {0}")]
pub struct ReplyError(#[from] serde_json::Error);

impl Reply {
    /// Reads the result of `call`.
    ///
    /// # Errors
    ///
    /// If the value does not have the shape that the verb prescribes.
    pub fn parse(call: &Call, result: serde_json::Value) -> Result<Self, ReplyError> {
        use serde_json::from_value;
        Ok(match call {
            Call::Hello { .. } => Self::Hello(from_value(result)?),
            Call::Observe { .. } => Self::Observation(from_value(result)?),
            Call::ActorSnapshot { .. } => Self::Snapshot {
                snapshot: from_value::<Snapshot>(result)?.snapshot,
            },
            Call::DeviceList { .. } => Self::Devices {
                devices: from_value::<Devices>(result)?.devices,
            },
            Call::IdentityShow { .. } => Self::Identity(from_value(result)?),
            Call::VerifyFlows { .. } => Self::Flows {
                flows: from_value::<Flows>(result)?.flows,
            },
            Call::VecRun { .. } => Self::Vector(from_value(result)?),
            Call::CaseBegin { .. }
            | Call::CaseEnd {}
            | Call::Shutdown {}
            | Call::ActorNew { .. }
            | Call::ActorClone { .. }
            | Call::ActorDrop { .. }
            | Call::IdentityAccept { .. }
            | Call::ConvAcknowledge { .. } => {
                from_value::<serde_json::Map<_, _>>(result)?;
                Self::Done {}
            }
            Call::ActorRestart { .. }
            | Call::ActorRestore { .. }
            | Call::Login { .. }
            | Call::Logout { .. }
            | Call::Sync { .. }
            | Call::Pump { .. }
            | Call::ConvCreate { .. }
            | Call::ConvInvite { .. }
            | Call::ConvJoin { .. }
            | Call::ConvLeave { .. }
            | Call::ConvRemove { .. }
            | Call::MsgSend { .. }
            | Call::FileSend { .. }
            | Call::FileOpen { .. }
            | Call::DeviceRevoke { .. }
            | Call::VerifyRequest { .. }
            | Call::VerifyAccept { .. }
            | Call::VerifyStart { .. }
            | Call::VerifyConfirm { .. }
            | Call::VerifyCancel { .. }
            | Call::Act { .. } => Self::Step(from_value(result)?),
        })
    }
}
