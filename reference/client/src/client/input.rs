//! What goes into the client.

use crate::{Act, CallId, DeviceId, EventId, FlowId, RequestId, RoomId, Secret, UserId};

/// One step of the outside world.
#[derive(Clone, Debug)]
pub enum Input {
    /// The user wants something; ends with `Done` or `Refused` of the same call.
    Call {
        /// The caller's number.
        call: CallId,
        /// What is wanted.
        verb: Verb,
    },
    /// Time has passed: what has to disappear goes, and what has waited for its time leaves.
    Tick,
    /// The answer to a request that the client has made.
    Response {
        /// Which request.
        request: RequestId,
        /// The HTTP status; 0 when no answer came.
        status: u16,
        /// The body, at most [`MAX_BODY`] bytes.
        body: Vec<u8>,
    },
}

/// A larger body is answered like a missing one: 8 MiB hold a sync of a thousand rooms.
pub const MAX_BODY: usize = 8 << 20;

/// What a user can want.
#[derive(Clone, Debug)]
pub enum Verb {
    /// Log in and publish keys and, on the account's first device, the identity.
    Login {
        /// User id or local part.
        user: String,
        /// The account's password.
        password: Secret,
        /// The device id to ask for.
        device: Option<DeviceId>,
    },
    /// End the access token.
    Logout,
    /// Ask for news once; done when everything that the news ask for is answered.
    Sync,
    /// Create a room.
    CreateRoom {
        /// With end-to-end encryption, for ever.
        encrypted: bool,
        /// Whom to invite.
        invite: Vec<UserId>,
    },
    /// Invite a user.
    Invite {
        /// Where.
        room: RoomId,
        /// Whom.
        user: UserId,
    },
    /// Accept an invitation.
    Join {
        /// Which room.
        room: RoomId,
    },
    /// Leave.
    Leave {
        /// Which room.
        room: RoomId,
    },
    /// Remove a member.
    Remove {
        /// Where.
        room: RoomId,
        /// Whom.
        user: UserId,
    },
    /// The user has seen the members of the room.
    AcknowledgeMembers {
        /// Which room.
        room: RoomId,
    },
    /// Send a text.
    Send {
        /// Where.
        room: RoomId,
        /// The text.
        body: String,
    },
    /// Send a file.
    SendFile {
        /// Where.
        room: RoomId,
        /// Its name.
        name: String,
        /// Its bytes.
        content: Vec<u8>,
    },
    /// Download a file and release it after its check.
    OpenFile {
        /// Where.
        room: RoomId,
        /// The message that carries it.
        event: EventId,
    },
    /// The user accepts the changed identity of a user.
    AcceptIdentity {
        /// Whose.
        user: UserId,
    },
    /// Remove another device of the same account.
    RevokeDevice {
        /// Which.
        device: DeviceId,
        /// The account's password.
        password: Secret,
    },
    /// Ask a device for an interactive verification.
    RequestVerification {
        /// Whose device.
        user: UserId,
        /// Which device.
        device: DeviceId,
    },
    /// A step of an interactive verification.
    Verify {
        /// Which flow.
        flow: FlowId,
        /// What the user does.
        step: VerifyStep,
    },
    /// Use a feature.
    Act(Act),
}

/// What a user does in an interactive verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyStep {
    /// Accept the request.
    Accept,
    /// Start the comparison.
    Start,
    /// The strings match.
    Confirm,
    /// They do not match.
    Mismatch,
    /// Stop.
    Cancel,
}
