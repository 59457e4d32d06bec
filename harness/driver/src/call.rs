//! The verbs: everything that the bench can tell a driver.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Act, Bytes, Response, Secret, Version};

/// A verb with its parameters.
///
/// `actor` names a device of a user; the bench chooses the name. `now` is the time in milliseconds since the
/// Unix epoch. Verbs that need the network answer a [`Step`](crate::Step) and are completed, later, by an
/// [`Event`](crate::Event) that carries the id of the call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "method", content = "params")]
pub enum Call {
    /// Who are you? Answered by [`Hello`](crate::Hello).
    #[serde(rename = "hello")]
    Hello {
        /// The version that the bench speaks.
        protocol: Version,
    },
    /// A case begins; handles of earlier cases are void.
    #[serde(rename = "case.begin")]
    CaseBegin {
        /// Random, so that no driver can know which check runs.
        nonce: String,
        /// The time.
        now: u64,
    },
    /// The case is over; drop its actors and their stores.
    #[serde(rename = "case.end")]
    CaseEnd {},
    /// Answer, then end.
    #[serde(rename = "shutdown")]
    Shutdown {},
    /// Make a fresh device with an empty store.
    #[serde(rename = "actor.new")]
    ActorNew {
        /// Its name.
        actor: String,
    },
    /// Make a device that is a copy of another one with everything that its machine holds, as a copied virtual machine is.
    #[serde(rename = "actor.clone")]
    ActorClone {
        /// Its name.
        actor: String,
        /// The device that is copied; it goes on.
        of: String,
    },
    /// Forget the device and its store.
    #[serde(rename = "actor.drop")]
    ActorDrop {
        /// Which.
        actor: String,
    },
    /// Throw away everything in memory and open the store again, as after a crash.
    #[serde(rename = "actor.restart")]
    ActorRestart {
        /// Which.
        actor: String,
        /// The time.
        now: u64,
    },
    /// A copy of the store, opaque to the bench. Answered by `{"snapshot": bytes}`.
    #[serde(rename = "actor.snapshot")]
    ActorSnapshot {
        /// Whose.
        actor: String,
    },
    /// Put an earlier copy of the store back and open it, as after a restore from a backup.
    #[serde(rename = "actor.restore")]
    ActorRestore {
        /// Whose.
        actor: String,
        /// The copy.
        snapshot: Bytes,
        /// The time.
        now: u64,
    },
    /// Log in and publish keys; done after device keys, one-time keys and identity are uploaded.
    #[serde(rename = "actor.login")]
    Login {
        /// Which device.
        actor: String,
        /// The user id or local part.
        user: String,
        /// The password.
        password: Secret,
        /// The device id to ask for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<String>,
        /// The time.
        now: u64,
    },
    /// Log out.
    #[serde(rename = "actor.logout")]
    Logout {
        /// Which device.
        actor: String,
        /// The time.
        now: u64,
    },
    /// Ask the relay once for news, without waiting, and process them.
    #[serde(rename = "actor.sync")]
    Sync {
        /// Which device.
        actor: String,
        /// The time.
        now: u64,
    },
    /// Take these responses in; answer what to send next.
    #[serde(rename = "pump")]
    Pump {
        /// Whose.
        actor: String,
        /// The responses.
        deliver: Vec<Response>,
        /// The time.
        now: u64,
    },
    /// Create a conversation; the event carries its handle.
    #[serde(rename = "conv.create")]
    ConvCreate {
        /// By whom.
        actor: String,
        /// End-to-end encrypted or not.
        encrypted: bool,
        /// User ids to invite.
        invite: Vec<String>,
        /// The time.
        now: u64,
    },
    /// Invite a user.
    #[serde(rename = "conv.invite")]
    ConvInvite {
        /// By whom.
        actor: String,
        /// Into which conversation.
        conv: String,
        /// Whom.
        user: String,
        /// The time.
        now: u64,
    },
    /// Accept an invitation.
    #[serde(rename = "conv.join")]
    ConvJoin {
        /// By whom.
        actor: String,
        /// Which conversation.
        conv: String,
        /// The time.
        now: u64,
    },
    /// Leave.
    #[serde(rename = "conv.leave")]
    ConvLeave {
        /// Who.
        actor: String,
        /// Which conversation.
        conv: String,
        /// The time.
        now: u64,
    },
    /// Remove a member.
    #[serde(rename = "conv.remove")]
    ConvRemove {
        /// By whom.
        actor: String,
        /// From which conversation.
        conv: String,
        /// Whom.
        user: String,
        /// The time.
        now: u64,
    },
    /// The user has seen who is in the conversation now.
    #[serde(rename = "conv.acknowledge")]
    ConvAcknowledge {
        /// Whose user.
        actor: String,
        /// Which conversation.
        conv: String,
    },
    /// Send a text; the event carries the message's handle, or, if the product holds messages for a while, the value
    /// `{"held": handle, "until": time}`.
    #[serde(rename = "msg.send")]
    MsgSend {
        /// By whom.
        actor: String,
        /// Where.
        conv: String,
        /// The text.
        body: String,
        /// The time.
        now: u64,
    },
    /// Send a file.
    #[serde(rename = "file.send")]
    FileSend {
        /// By whom.
        actor: String,
        /// Where.
        conv: String,
        /// The file's name.
        name: String,
        /// Its content.
        content: Bytes,
        /// The time.
        now: u64,
    },
    /// Download and open a file; the event carries its bytes, and as value what the product thinks of it: `{"name": safe
    /// name, "type": by the bytes, "declared": by the sender, "mismatch": bool, "disposition": "show" or "save"}`.
    #[serde(rename = "file.open")]
    FileOpen {
        /// By whom.
        actor: String,
        /// Where.
        conv: String,
        /// The message that carries the file.
        message: String,
        /// The time.
        now: u64,
    },
    /// What the user sees. Answered by an [`Observation`](crate::Observation).
    #[serde(rename = "observe")]
    Observe {
        /// Whose view.
        actor: String,
        /// Of which conversation.
        conv: String,
    },
    /// The devices of a user as the product lists them.
    #[serde(rename = "device.list")]
    DeviceList {
        /// Whose view.
        actor: String,
        /// Whose devices.
        user: String,
    },
    /// Remove another device of the same account.
    #[serde(rename = "device.revoke")]
    DeviceRevoke {
        /// By whom.
        actor: String,
        /// Which device.
        device: String,
        /// The account's password.
        password: Secret,
        /// The time.
        now: u64,
    },
    /// The identity of a user as the product knows it.
    #[serde(rename = "identity.show")]
    IdentityShow {
        /// Whose view.
        actor: String,
        /// Whose identity.
        user: String,
    },
    /// The user accepts a changed identity.
    #[serde(rename = "identity.accept")]
    IdentityAccept {
        /// By whom.
        actor: String,
        /// Whose identity.
        user: String,
    },
    /// Ask another device for an interactive verification; the event carries the flow's handle.
    #[serde(rename = "verify.request")]
    VerifyRequest {
        /// By whom.
        actor: String,
        /// The other user.
        user: String,
        /// The other device.
        device: String,
        /// The time.
        now: u64,
    },
    /// Accept a request.
    #[serde(rename = "verify.accept")]
    VerifyAccept {
        /// By whom.
        actor: String,
        /// Which flow.
        flow: String,
        /// The time.
        now: u64,
    },
    /// Start the comparison of short strings.
    #[serde(rename = "verify.start")]
    VerifyStart {
        /// By whom.
        actor: String,
        /// Which flow.
        flow: String,
        /// The time.
        now: u64,
    },
    /// The user says: they match.
    #[serde(rename = "verify.confirm")]
    VerifyConfirm {
        /// By whom.
        actor: String,
        /// Which flow.
        flow: String,
        /// The time.
        now: u64,
    },
    /// The user says: they do not match, or stop.
    #[serde(rename = "verify.cancel")]
    VerifyCancel {
        /// By whom.
        actor: String,
        /// Which flow.
        flow: String,
        /// The time.
        now: u64,
    },
    /// All flows that the actor's user can see.
    #[serde(rename = "verify.flows")]
    VerifyFlows {
        /// Whose.
        actor: String,
    },
    /// Do something with one of the product's features.
    #[serde(rename = "act")]
    Act {
        /// Whose user.
        actor: String,
        /// What.
        act: Act,
        /// The time.
        now: u64,
    },
    /// Run a test vector through the product's own code.
    #[serde(rename = "vec.run")]
    VecRun {
        /// The operation, such as `x25519`.
        op: String,
        /// Hex strings by name.
        input: BTreeMap<String, String>,
    },
}

impl Call {
    /// All method names, in the order of this enum.
    pub const METHODS: &[&str] = &[
        "hello",
        "case.begin",
        "case.end",
        "shutdown",
        "actor.new",
        "actor.clone",
        "actor.drop",
        "actor.restart",
        "actor.snapshot",
        "actor.restore",
        "actor.login",
        "actor.logout",
        "actor.sync",
        "pump",
        "conv.create",
        "conv.invite",
        "conv.join",
        "conv.leave",
        "conv.remove",
        "conv.acknowledge",
        "msg.send",
        "file.send",
        "file.open",
        "observe",
        "device.list",
        "device.revoke",
        "identity.show",
        "identity.accept",
        "verify.request",
        "verify.accept",
        "verify.start",
        "verify.confirm",
        "verify.cancel",
        "verify.flows",
        "act",
        "vec.run",
    ];

    /// The actor that the verb is for, if it is for one.
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        match self {
            Self::Hello { .. }
            | Self::CaseBegin { .. }
            | Self::CaseEnd {}
            | Self::Shutdown {}
            | Self::VecRun { .. } => None,
            Self::ActorNew { actor }
            | Self::ActorClone { actor, .. }
            | Self::ActorDrop { actor }
            | Self::ActorSnapshot { actor }
            | Self::VerifyFlows { actor }
            | Self::ActorRestart { actor, .. }
            | Self::ActorRestore { actor, .. }
            | Self::Login { actor, .. }
            | Self::Logout { actor, .. }
            | Self::Sync { actor, .. }
            | Self::Pump { actor, .. }
            | Self::ConvCreate { actor, .. }
            | Self::ConvInvite { actor, .. }
            | Self::ConvJoin { actor, .. }
            | Self::ConvLeave { actor, .. }
            | Self::ConvRemove { actor, .. }
            | Self::ConvAcknowledge { actor, .. }
            | Self::MsgSend { actor, .. }
            | Self::FileSend { actor, .. }
            | Self::FileOpen { actor, .. }
            | Self::Observe { actor, .. }
            | Self::DeviceList { actor, .. }
            | Self::DeviceRevoke { actor, .. }
            | Self::IdentityShow { actor, .. }
            | Self::IdentityAccept { actor, .. }
            | Self::VerifyRequest { actor, .. }
            | Self::VerifyAccept { actor, .. }
            | Self::VerifyStart { actor, .. }
            | Self::VerifyConfirm { actor, .. }
            | Self::VerifyCancel { actor, .. }
            | Self::Act { actor, .. } => Some(actor),
        }
    }
}
