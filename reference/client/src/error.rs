//! Why a verb was not carried out.

use serde_json::{Value, json};
use thiserror::Error;

use crate::{Release, StoreError, UserId, Warning, vault::VaultRefusal};

/// A verb that the client would not or could not carry out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The client has no account yet.
    #[error("nobody is logged in")]
    NotLoggedIn,
    /// One client is one device.
    #[error("somebody is logged in")]
    AlreadyLoggedIn,
    /// The room was never seen.
    #[error("the room is unknown")]
    UnknownRoom,
    /// The room's members are not known yet; a sync tells them.
    #[error("the members of the room are not known yet")]
    RoomNotSynced,
    /// This user is not in the room.
    #[error("this user is no member of the room")]
    NotAMember,
    /// The event was never seen in that room, or is no file.
    #[error("the message is unknown or is no file")]
    UnknownMessage,
    /// What the user wants to say is malformed.
    #[error("the content is refused: {0}")]
    Content(String),
    /// Somebody else wrote it, or it is of a kind that cannot be changed.
    #[error("the message cannot be changed by this user")]
    NotChangeable,
    /// The verification flow was never seen.
    #[error("the verification is unknown")]
    UnknownFlow,
    /// The device was never seen, or its identity is not signed.
    #[error("the device is unknown")]
    UnknownDevice,
    /// Only a device that holds the keys of the user's identity can do it.
    #[error("this device does not hold the keys of the user's identity")]
    NoIdentityKeys,
    /// The device is listed with another key than the user named.
    #[error("the device is listed with another key")]
    FingerprintMismatch,
    /// The text is no linking code.
    #[error("the linking code is refused: {0}")]
    LinkCode(String),
    /// The relay serves a device list of that user that is refused.
    #[error("the device list of {0} is refused: {1}")]
    DeviceListRefused(UserId, &'static str),
    /// That user knows another device list of his own than the relay shows.
    #[error("{0} knows another device list of his own than the relay shows")]
    DeviceListDisputed(UserId),
    /// This device was taken off the user's list and has erased what it held.
    #[error("this device was removed by its user and holds nothing any more")]
    Erased,
    /// Somebody else added a member whom the user has not acknowledged (ATK-MEGOLM-01).
    #[error("somebody else added a member since the last send")]
    MembershipChanged,
    /// A pinned identity changed and the change is not accepted (ATK-DIR-03).
    #[error("the identity of {0} changed")]
    IdentityChanged(UserId),
    /// A verified identity changed and the change is not accepted (ATK-DIR-02).
    #[error("the verified identity of {0} changed")]
    VerificationViolation(UserId),
    /// The room asks for an algorithm that the client does not speak (ATK-MEGOLM-16).
    #[error("the room's encryption algorithm is not supported")]
    UnsupportedAlgorithm,
    /// The room was made by somebody else and is not encrypted, or the relay hides that it is (ATK-MEGOLM-16).
    #[error("the room is not encrypted")]
    NotEncrypted,
    /// Something about the audience needs the user's word first (USE-01).
    #[error("{} things about the recipients need a confirmation", .0.len())]
    Unconfirmed(Vec<Warning>),
    /// The user's word was given for another audience.
    #[error("the audience is not the confirmed one any longer")]
    AudienceChanged,
    /// The draft was never reviewed, or was sent.
    #[error("no such draft waits for a confirmation")]
    UnknownReview,
    /// The message has left and cannot be taken back.
    #[error("the message has left")]
    TooLate,
    /// What carries the label of the organisation would be read outside (USE-03).
    #[error("the message stays inside, and {0} is outside")]
    StaysInside(UserId),
    /// The organisation lets nobody talk with that user (R03).
    #[error("the organisation lets nobody talk with {0}")]
    Outsider(UserId),
    /// The invitation code is none, or is not for this account.
    #[error("the invitation code is refused: {0}")]
    InvitationCode(String),
    /// This device holds no key that may announce, or belongs to no organisation.
    #[error("this device holds no key of a publisher")]
    NoPublisherKey,
    /// An account belongs to one organisation.
    #[error("the account belongs to an organisation already")]
    Enrolled,
    /// The organisation does not want this client's cryptography any longer (R48).
    #[error("the organisation asks for suite {floor} at least")]
    SuiteTooOld {
        /// The oldest suite that it allows.
        floor: u16,
    },
    /// The organisation does not want this release any longer (R46).
    #[error("the organisation asks for release {oldest} at least")]
    ReleaseTooOld {
        /// The oldest release that it allows.
        oldest: Release,
    },
    /// A rule of the device or the organisation does not let such a file pass (R32).
    #[error("{what} may not pass")]
    FileNotAllowed {
        /// Which.
        what: &'static str,
    },
    /// A picture is malformed, so nobody knows what else it says (MED-03).
    #[error("the metadata of the picture cannot be removed: {why}")]
    MetadataNotRemovable {
        /// What is malformed.
        why: String,
    },
    /// A file says to be harmless and is something that acts (ATK-ATT-05).
    #[error("the file is not what it says but {found}")]
    DisguisedFile {
        /// What it is.
        found: &'static str,
    },
    /// A scanner has not said yet that the file is clean.
    #[error("the file waits for a scanner")]
    Quarantined {
        /// Which: SHA-256 in hexadecimal.
        sha256: String,
    },
    /// A scanner said that the file is not clean.
    #[error("the file is not clean")]
    Infected {
        /// Which: SHA-256 in hexadecimal.
        sha256: String,
    },
    /// The relay did not say which devices a member has.
    #[error("the devices of {0} are unknown")]
    DevicesUnknown(UserId),
    /// A verification was refused; the code is of the verification framework.
    #[error("the verification was refused: {0}")]
    Verification(String),
    /// An attachment was refused before any of it was released.
    #[error("the attachment was refused: {0}")]
    Attachment(String),
    /// The name of the medium does not address the media endpoint (ATK-ATT-06).
    #[error("the address of the medium is malformed")]
    MediaAddressMalformed,
    /// The relay said no.
    #[error("the relay answered {status} {errcode}")]
    Relay {
        /// The HTTP status.
        status: u16,
        /// The Matrix error code, or nothing.
        errcode: String,
    },
    /// No answer came.
    #[error("the relay did not answer")]
    RelayUnreachable,
    /// The relay's answer has not the shape of the specification.
    #[error("the relay's answer has no valid {0}")]
    AnswerMalformed(&'static str),
    /// A limit of the client was reached.
    #[error("too many {what}: got {got}, limit {limit}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        got: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A cryptographic operation failed.
    #[error("encryption failed: {0}")]
    Crypto(String),
    /// Something about the device's own data.
    #[error(transparent)]
    Vault(#[from] VaultRefusal),
    /// Nothing was sent because nothing could be made durable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The kind of a refusal, from a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalClass {
    /// Malformed input.
    Parse,
    /// An algorithm that is not spoken.
    Version,
    /// The relay does not accept the credentials.
    Auth,
    /// A MAC or hash is wrong.
    Mac,
    /// A device or identity is not trusted or not known.
    UnknownKey,
    /// A rule forbids it.
    Policy,
    /// Not possible in the present state.
    State,
    /// A limit was reached.
    Limit,
    /// The relay answered with an error or not at all.
    Relay,
    /// The store or the cryptography failed.
    Other,
}

impl Refusal {
    /// Its kind.
    #[must_use]
    pub fn class(&self) -> RefusalClass {
        match self {
            Self::NotLoggedIn
            | Self::AlreadyLoggedIn
            | Self::UnknownRoom
            | Self::RoomNotSynced
            | Self::NotAMember
            | Self::UnknownMessage
            | Self::UnknownFlow
            | Self::UnknownReview
            | Self::TooLate
            | Self::NoIdentityKeys
            | Self::Enrolled
            | Self::NoPublisherKey
            | Self::Erased => RefusalClass::State,
            Self::UnknownDevice | Self::DevicesUnknown(_) | Self::FingerprintMismatch => {
                RefusalClass::UnknownKey
            }
            Self::Unconfirmed(_)
            | Self::AudienceChanged
            | Self::StaysInside(_)
            | Self::Outsider(_)
            | Self::FileNotAllowed { .. }
            | Self::MetadataNotRemovable { .. }
            | Self::DisguisedFile { .. }
            | Self::Quarantined { .. }
            | Self::Infected { .. }
            | Self::MembershipChanged
            | Self::IdentityChanged(_)
            | Self::VerificationViolation(_)
            | Self::DeviceListRefused(..)
            | Self::DeviceListDisputed(_)
            | Self::NotEncrypted
            | Self::NotChangeable
            | Self::Verification(_) => RefusalClass::Policy,
            Self::UnsupportedAlgorithm | Self::SuiteTooOld { .. } | Self::ReleaseTooOld { .. } => {
                RefusalClass::Version
            }
            Self::Attachment(_) => RefusalClass::Mac,
            Self::Content(_)
            | Self::LinkCode(_)
            | Self::InvitationCode(_)
            | Self::MediaAddressMalformed
            | Self::AnswerMalformed(_) => RefusalClass::Parse,
            Self::Relay { status: 401, .. } => RefusalClass::Auth,
            Self::Relay { .. } | Self::RelayUnreachable => RefusalClass::Relay,
            Self::TooMany { .. } => RefusalClass::Limit,
            Self::Vault(refusal) => refusal.class(),
            Self::Crypto(_) | Self::Store(_) => RefusalClass::Other,
        }
    }

    /// What else there is to know about it.
    #[must_use]
    pub fn facts(&self) -> Option<Value> {
        match self {
            Self::Unconfirmed(warnings) => Some(json!({ "warnings": warnings })),
            Self::Quarantined { sha256 } | Self::Infected { sha256 } => {
                Some(json!({ "sha256": sha256 }))
            }
            _ => None,
        }
    }

    /// Its stable code, in snake case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotLoggedIn => "not_logged_in",
            Self::AlreadyLoggedIn => "already_logged_in",
            Self::UnknownRoom => "unknown_room",
            Self::RoomNotSynced => "room_not_synced",
            Self::NotEncrypted => "not_encrypted",
            Self::NotAMember => "not_a_member",
            Self::UnknownMessage => "unknown_message",
            Self::Content(_) => "content_refused",
            Self::NotChangeable => "not_changeable",
            Self::UnknownFlow => "unknown_flow",
            Self::UnknownDevice => "unknown_device",
            Self::NoIdentityKeys => "no_identity_keys",
            Self::LinkCode(_) => "link_code_refused",
            Self::DeviceListRefused(..) => "device_list_refused",
            Self::DeviceListDisputed(_) => "device_list_disputed",
            Self::Erased => "device_erased",
            Self::FingerprintMismatch => "fingerprint_mismatch",
            Self::Unconfirmed(_) => "confirmation_required",
            Self::AudienceChanged => "audience_changed",
            Self::UnknownReview => "unknown_review",
            Self::TooLate => "too_late",
            Self::StaysInside(_) => "stays_inside",
            Self::Outsider(_) => "outsider",
            Self::InvitationCode(_) => "invitation_code_refused",
            Self::Enrolled => "enrolled",
            Self::NoPublisherKey => "no_publisher_key",
            Self::SuiteTooOld { .. } => "suite_too_old",
            Self::ReleaseTooOld { .. } => "release_too_old",
            Self::FileNotAllowed { .. } => "file_not_allowed",
            Self::MetadataNotRemovable { .. } => "metadata_not_removable",
            Self::DisguisedFile { .. } => "disguised_file",
            Self::Quarantined { .. } => "quarantined",
            Self::Infected { .. } => "infected",
            Self::MembershipChanged => "membership_changed",
            Self::IdentityChanged(_) => "identity_changed",
            Self::VerificationViolation(_) => "verification_violation",
            Self::UnsupportedAlgorithm => "unsupported_algorithm",
            Self::DevicesUnknown(_) => "devices_unknown",
            Self::Verification(_) => "verification_refused",
            Self::Attachment(_) => "attachment_refused",
            Self::MediaAddressMalformed => "media_address_malformed",
            Self::Relay { .. } => "relay_refused",
            Self::RelayUnreachable => "relay_unreachable",
            Self::AnswerMalformed(_) => "answer_malformed",
            Self::TooMany { .. } => "limit_reached",
            Self::Crypto(_) => "crypto_failed",
            Self::Vault(refusal) => refusal.code(),
            Self::Store(_) => "store_failed",
        }
    }
}
