//! The timeline: what the user sees, and how far he can trust it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Removal;
use crate::{
    DeviceId, EventId, UserId,
    act::Opened,
    megolm::{Order, Owner},
};

/// One entry of a timeline as the user sees it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The event that it shows.
    pub event: EventId,
    /// The user who is shown as the sender.
    pub sender: UserId,
    /// The device that it came from, as far as it is authenticated.
    pub device: Option<DeviceId>,
    /// What it is.
    pub kind: ItemKind,
    /// The text, or the name of a file; absent if no content is shown.
    pub body: Option<String>,
    /// How the content came to be known.
    pub state: ItemState,
    /// The trust shown beside it.
    pub trust: Trust,
    /// Why state or trust is not the best.
    pub reason: Option<Reason>,
    /// What else is shown beside it.
    pub facts: BTreeMap<String, Value>,
}

impl Item {
    /// What is shown of an entry that does not count: that it is there.
    pub(crate) fn rejected(entry: &Entry, reason: Reason) -> Self {
        Self {
            event: entry.event.clone(),
            sender: entry.sender.clone(),
            device: None,
            kind: ItemKind::Message,
            body: None,
            state: ItemState::Rejected,
            trust: Trust::Blocked,
            reason: Some(reason),
            facts: BTreeMap::new(),
        }
    }
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemKind {
    /// A text.
    Message,
    /// A file.
    File,
    /// Something that the client says by itself.
    Notice,
}

/// How the content of an entry came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemState {
    /// It arrived in clear text.
    Plain,
    /// It was decrypted and every check held.
    Decrypted,
    /// There is no key for it, or it is not authentic; no content is shown.
    Undecryptable,
    /// It was refused; no content is shown.
    Rejected,
}

/// The trust shown beside an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// From a device of a verified identity.
    Verified,
    /// Authentic, from an identity that nobody verified; or clear text where that is usual.
    Unverified,
    /// Shown with a warning.
    Warn,
    /// Content withheld.
    Blocked,
}

/// Why an entry is not shown as the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// The key has not come (yet), or only from a later message on.
    SessionUnknown,
    /// The ciphertext is malformed or not in its one encoding.
    CiphertextMalformed,
    /// The ciphertext is not authentic.
    CiphertextInvalid,
    /// The sender shown by the relay does not own the session (ATK-MEGOLM-02).
    SenderMismatch,
    /// The message was shown before (ATK-MEGOLM-08).
    Replayed,
    /// The message was written for another room (ATK-MEGOLM-10).
    RoomMismatch,
    /// The decrypted content is malformed.
    ContentMalformed,
    /// Clear text in an encrypted room (ATK-MEGOLM-17).
    PlaintextInEncryptedRoom,
    /// An encryption algorithm that the client does not speak.
    AlgorithmUnknown,
    /// The device that sent it is not in its owner's list.
    DeviceUnknown,
    /// The device that sent it is not signed by its owner.
    DeviceUnsigned,
    /// The key was passed on by somebody else than its owner.
    KeyImported,
    /// The identity of the sender changed.
    IdentityChanged,
    /// The verified identity of the sender changed.
    VerificationViolation,
    /// Somebody was invited.
    MemberInvited,
    /// Somebody joined.
    MemberJoined,
    /// Somebody left.
    MemberLeft,
    /// Somebody was removed.
    MemberRemoved,
    /// The room became encrypted.
    EncryptionEnabled,
    /// Somebody tried to weaken the encryption of the room; the client did not follow.
    EncryptionChangeRefused,
    /// The relay left messages out.
    HistoryGap,
    /// The device that sent it is not on its owner's list.
    DeviceNotListed,
    /// The relay serves a device list that is refused.
    DeviceListRefused,
    /// A peer knows another device list than the relay shows.
    DeviceListDisputed,
    /// The relay does not show a device that is on its owner's list.
    DeviceHidden,
    /// The organisation lets nobody talk with whoever wrote it (R03).
    Outsider,
    /// Somebody is listed as a member, or still is, whom no member has admitted, or who is gone (R12).
    MemberUnsigned,
    /// An announcement that no publisher of the organisation made (R13).
    AnnouncementForged,
    /// Something else than an announcement in a channel.
    NotAPublisher,
    /// An announcement before it is missing.
    ChannelGap,
    /// Two announcements have one place, or do not follow each other.
    ChannelForked,
    /// A member knows later announcements than the relay shows.
    ChannelBehind,
}

impl Reason {
    /// Whether it warns of the relay, wherever it stands.
    pub(crate) fn warns(self) -> bool {
        matches!(
            self,
            Self::DeviceListRefused | Self::DeviceListDisputed | Self::DeviceHidden
        )
    }

    /// Its stable code, in snake case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SessionUnknown => "session_unknown",
            Self::CiphertextMalformed => "ciphertext_malformed",
            Self::CiphertextInvalid => "ciphertext_invalid",
            Self::SenderMismatch => "sender_mismatch",
            Self::Replayed => "replayed",
            Self::RoomMismatch => "room_mismatch",
            Self::ContentMalformed => "content_malformed",
            Self::PlaintextInEncryptedRoom => "plaintext_in_encrypted_room",
            Self::AlgorithmUnknown => "algorithm_unknown",
            Self::DeviceUnknown => "device_unknown",
            Self::DeviceUnsigned => "device_unsigned",
            Self::KeyImported => "key_imported",
            Self::IdentityChanged => "identity_changed",
            Self::VerificationViolation => "verification_violation",
            Self::MemberInvited => "member_invited",
            Self::MemberJoined => "member_joined",
            Self::MemberLeft => "member_left",
            Self::MemberRemoved => "member_removed",
            Self::EncryptionEnabled => "encryption_enabled",
            Self::EncryptionChangeRefused => "encryption_change_refused",
            Self::HistoryGap => "history_gap",
            Self::DeviceNotListed => "device_not_listed",
            Self::DeviceListRefused => "device_list_refused",
            Self::DeviceListDisputed => "device_list_disputed",
            Self::DeviceHidden => "device_hidden",
            Self::Outsider => "outsider",
            Self::MemberUnsigned => "member_unsigned",
            Self::AnnouncementForged => "announcement_forged",
            Self::NotAPublisher => "not_a_publisher",
            Self::ChannelGap => "channel_gap",
            Self::ChannelForked => "channel_forked",
            Self::ChannelBehind => "channel_behind",
        }
    }
}

/// An entry as it is stored; its trust is judged whenever it is looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) event: EventId,
    pub(crate) sender: UserId,
    pub(crate) kind: ItemKind,
    pub(crate) body: Option<String>,
    pub(crate) state: ItemState,
    pub(crate) reason: Option<Reason>,
    pub(crate) source: Source,
    /// The address of a file: an `EncryptedFile` object, or text of a clear one.
    pub(crate) file: Option<Value>,
    /// What was opened, if it is no message by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) opened: Option<Opened>,
    /// What else is shown beside it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) facts: BTreeMap<String, Value>,
    /// When this device got it, in milliseconds since the epoch.
    pub(crate) received: u64,
    /// When its content is to go, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<u64>,
    /// Why its content is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) removed: Option<Removal>,
}

/// What vouches for an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Source {
    /// The client itself, or clear text where that is usual.
    Clear,
    /// The owner of the session that opened it.
    Session(Owner),
    /// Still closed: the encrypted content, kept until its key comes.
    Closed(Value),
    /// Nothing.
    Nothing,
}

impl Entry {
    /// Who wrote it, as far as that is authenticated: the owner of the session that opened it.
    pub(crate) fn author(&self) -> Option<&UserId> {
        match &self.source {
            Source::Session(owner) => Some(&owner.user),
            Source::Clear => Some(&self.sender),
            Source::Closed(_) | Source::Nothing => None,
        }
    }

    /// Something that the client says by itself.
    pub(crate) fn notice(event: EventId, sender: UserId, reason: Reason, body: String) -> Self {
        Self {
            event,
            sender,
            kind: ItemKind::Notice,
            body: Some(body),
            state: ItemState::Plain,
            reason: Some(reason),
            source: Source::Clear,
            file: None,
            opened: None,
            facts: BTreeMap::new(),
            received: 0,
            expires: None,
            removed: None,
        }
    }

    /// Shows what the sender's own count says of the order: what has not come before it, or that it comes late.
    pub(crate) fn stands(&mut self, order: Order) {
        if order.missing > 0 {
            self.facts
                .insert("missing_before".to_owned(), json!(order.missing));
        }
        if order.late {
            self.facts.insert("late".to_owned(), json!(true));
        }
    }

    /// An event that is no message by itself.
    pub(crate) fn opened(event: EventId, sender: UserId, opened: Opened, source: Source) -> Self {
        Self {
            event,
            sender,
            kind: ItemKind::Message,
            body: None,
            state: ItemState::Decrypted,
            reason: None,
            source,
            file: None,
            opened: Some(opened),
            facts: BTreeMap::new(),
            received: 0,
            expires: None,
            removed: None,
        }
    }

    /// A message without content that the user may see.
    pub(crate) fn withheld(
        event: EventId,
        sender: UserId,
        state: ItemState,
        reason: Reason,
        source: Source,
    ) -> Self {
        Self {
            event,
            sender,
            kind: ItemKind::Message,
            body: None,
            state,
            reason: Some(reason),
            source,
            file: None,
            opened: None,
            facts: BTreeMap::new(),
            received: 0,
            expires: None,
            removed: None,
        }
    }
}
