//! Requests under way, and what each answer is for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::output::{Body, Method, Outcome, Output, Request};
use crate::{
    CallId, DeviceId, EventId, Refusal, RequestId, RoomId, Secret, UserId,
    attachment::EncryptedFile, devices, json::random_name, vault::Recovery,
};

/// What the answer to a request is for.
#[derive(Debug)]
pub(crate) enum Pending {
    Login {
        call: CallId,
        password: Secret,
    },
    Logout {
        call: CallId,
    },
    KeysUpload,
    IdentityUpload {
        asked: bool,
    },
    SignaturesUpload,
    /// The signature that makes a device one of the user's, and the call that it ends.
    Enlist {
        change: devices::Change,
    },
    ListsQuery {
        users: Vec<UserId>,
        asked: u64,
    },
    /// A statement for the own list.
    Append {
        change: devices::Change,
        statement: Value,
    },
    KeysQuery {
        users: Vec<UserId>,
        asked: u64,
    },
    KeysClaim {
        devices: Vec<(UserId, DeviceId)>,
    },
    Share {
        room: RoomId,
        session: String,
        recipients: Vec<(UserId, DeviceId, String)>,
    },
    Errand,
    /// A step of a verification, and the call that it ends.
    Verification {
        end: Option<(CallId, Outcome)>,
    },
    Sync {
        call: CallId,
    },
    CreateRoom {
        call: CallId,
        encrypted: bool,
        invite: Vec<UserId>,
    },
    Membership {
        call: CallId,
        room: RoomId,
        change: Change,
    },
    /// The relay's own list of members, asked for by a flawed client only.
    RelayMembers {
        room: RoomId,
    },
    Send {
        call: Option<CallId>,
        room: RoomId,
        /// The message of the outbox that it is.
        transaction: Option<String>,
        /// The event that the relay is told to forget then.
        withdraws: Option<EventId>,
    },
    /// A step of a recovery.
    Recovery(Box<Recovery>),
    Upload(Upload),
    Download {
        call: CallId,
        file: Option<EncryptedFile>,
    },
    Revoke {
        call: CallId,
        device: DeviceId,
        password: Option<Secret>,
    },
}

/// A file on its way to the relay.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) call: CallId,
    pub(crate) room: RoomId,
    pub(crate) name: String,
    /// How the bytes were encrypted, if the room is.
    pub(crate) file: Option<EncryptedFile>,
    /// Bytes of the clear file.
    pub(crate) size: usize,
}

/// What a membership request asked for.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Invite(UserId),
    Join,
    Leave,
    Remove(UserId),
}

impl Pending {
    /// The call that ends when the answer is in.
    pub(crate) fn call(&self) -> Option<CallId> {
        match self {
            Self::Login { call, .. }
            | Self::Logout { call }
            | Self::Sync { call }
            | Self::CreateRoom { call, .. }
            | Self::Membership { call, .. }
            | Self::Upload(Upload { call, .. })
            | Self::Download { call, .. }
            | Self::Revoke { call, .. } => Some(*call),
            Self::Enlist { change } | Self::Append { change, .. } => change.call(),
            Self::Send { call, .. } => *call,
            Self::Recovery(recovery) => Some(recovery.call()),
            Self::Verification { end } => end.as_ref().map(|(call, _)| *call),
            Self::KeysUpload
            | Self::IdentityUpload { .. }
            | Self::SignaturesUpload
            | Self::KeysQuery { .. }
            | Self::ListsQuery { .. }
            | Self::KeysClaim { .. }
            | Self::Share { .. }
            | Self::Errand
            | Self::RelayMembers { .. } => None,
        }
    }
}

/// The outgoing side of the client.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    last: u64,
    pub(crate) token: Option<Secret>,
    pub(crate) pending: BTreeMap<RequestId, Pending>,
    outputs: Vec<Output>,
}

impl Wire {
    pub(crate) fn send(&mut self, method: Method, path: String, body: Body, pending: Pending) {
        self.last += 1;
        let id = RequestId(self.last);
        self.pending.insert(id, pending);
        self.outputs.push(Output::Request(Request {
            id,
            method,
            path,
            token: self.token.clone(),
            body,
        }));
    }

    pub(crate) fn post(&mut self, path: &str, body: Value, pending: Pending) {
        let path = format!("/_matrix/client/v3/{path}");
        self.send(Method::Post, path, Body::Json(body), pending);
    }

    /// To-device messages: user, device, content (spec 'Send-to-device messaging').
    pub(crate) fn send_to_devices(&mut self, kind: &str, messages: Value, pending: Pending) {
        let path = format!("/_matrix/client/v3/sendToDevice/{kind}/{}", random_name());
        let body = serde_json::json!({ "messages": messages });
        self.send(Method::Put, path, Body::Json(body), pending);
    }

    pub(crate) fn done(&mut self, call: CallId, outcome: Outcome) {
        self.outputs.push(Output::Done { call, outcome });
    }

    pub(crate) fn refuse(&mut self, call: CallId, refusal: Refusal) {
        self.outputs.push(Output::Refused { call, refusal });
    }

    /// Whether an answer is awaited that `which` selects.
    pub(crate) fn awaits(&self, which: impl Fn(&Pending) -> bool) -> bool {
        self.pending.values().any(which)
    }

    pub(crate) fn take(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    /// Nothing may leave: turns every request of this step into a refusal of its call.
    pub(crate) fn withhold(&mut self, refusal: &Refusal) -> Vec<Output> {
        let mut kept = Vec::new();
        for output in self.take() {
            let call = match output {
                Output::Request(request) => self
                    .pending
                    .remove(&request.id)
                    .and_then(|lost| lost.call()),
                Output::Done { call, .. } | Output::Refused { call, .. } => Some(call),
            };
            kept.extend(call.map(|call| Output::Refused {
                call,
                refusal: refusal.clone(),
            }));
        }
        kept
    }
}
