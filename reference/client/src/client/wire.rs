//! Requests under way, and what each answer is for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::output::{Body, Method, Outcome, Output, Request};
use crate::{
    CallId, DeviceId, EventId, Refusal, RequestId, RoomId, Secret, UserId,
    attachment::EncryptedFile,
    devices,
    guard::Audience,
    json::random_name,
    label::Label,
    membership::Founding,
    organisation,
    vault::{Backup, Recovery},
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
    /// Something about the organisation.
    Organisation(organisation::Asked),
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
    /// A step in making a room whose members are signed.
    Founding(Box<Founding>),
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
    /// A step of a backup.
    Backup(Box<Backup>),
    Upload(Upload),
    Download(Download),
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
    pub(crate) about: About,
    /// How the bytes were encrypted, if the room is.
    pub(crate) file: Option<EncryptedFile>,
    /// Bytes of the clear file.
    pub(crate) size: usize,
    /// What it is, by its bytes.
    pub(crate) mime: &'static str,
    pub(crate) msgtype: &'static str,
}

/// A file on its way from the relay.
#[derive(Debug)]
pub(crate) struct Download {
    pub(crate) call: CallId,
    /// How to decrypt it, if it is encrypted.
    pub(crate) file: Option<EncryptedFile>,
    pub(crate) name: String,
    /// What its sender says it is.
    pub(crate) declared: Option<String>,
}

/// What is said of a file, inside the event.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) name: String,
    pub(crate) label: Option<Label>,
    /// The user's word for it, if it was asked for.
    pub(crate) word: Option<Audience>,
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
            | Self::Download(Download { call, .. })
            | Self::Revoke { call, .. } => Some(*call),
            Self::Enlist { change } | Self::Append { change, .. } => change.call(),
            Self::Send { call, .. } => *call,
            Self::Organisation(asked) => asked.call(),
            Self::Founding(founding) => Some(founding.call),
            Self::Recovery(recovery) => Some(recovery.call()),
            Self::Backup(backup) => Some(backup.call()),
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

/// The numbers of the client's own calls start here; those of its caller end below.
const OWN_CALLS: u64 = 1 << 63;

/// The outgoing side of the client.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    last: u64,
    last_own_call: u64,
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

    /// A call that the client makes of itself: nobody outside waits for its end.
    pub(crate) fn own_call(&mut self) -> CallId {
        self.last_own_call += 1;
        CallId(OWN_CALLS | self.last_own_call)
    }

    /// The ends of the client's own calls, in order; they go no further.
    pub(crate) fn take_own_ends(&mut self) -> Vec<(CallId, Result<Outcome, Refusal>)> {
        let (mut ends, mut others) = (Vec::new(), Vec::new());
        for output in self.take() {
            match output {
                Output::Done { call, outcome } if call.0 >= OWN_CALLS => {
                    ends.push((call, Ok(outcome)));
                }
                Output::Refused { call, refusal } if call.0 >= OWN_CALLS => {
                    ends.push((call, Err(refusal)));
                }
                other => others.push(other),
            }
        }
        self.outputs = others;
        ends
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
    pub(crate) fn withhold(&mut self, refusal: &Refusal) {
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
        self.outputs = kept;
    }
}
