use std::fmt;

use serde::{Deserialize, Serialize};

/// What a key or a person may do in an organisation. No role opens what members write to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Grants roles; all that an admin may.
    Owner,
    /// Invites and removes people and devices, signs policy.
    Admin,
    /// Reads the log of acts.
    Auditor,
    /// Writes announcements.
    Publisher,
    /// Belongs to the organisation.
    Member,
    /// A member who reads along for compliance, and is shown as one wherever he is.
    Reader,
    /// Talks with members, is shown as from outside.
    Guest,
}

impl Role {
    /// Whether this role may grant `other`; the root may grant every role.
    #[must_use]
    pub fn may_grant(self, other: Self) -> bool {
        self == Self::Owner && other != Self::Owner
    }

    /// Whether this role may invite people, act on accounts and sign policy.
    #[must_use]
    pub const fn may_administer(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// Whether an invitation can carry this role; roles with power are granted to a key instead.
    #[must_use]
    pub const fn may_be_invited(self) -> bool {
        matches!(self, Self::Member | Self::Reader | Self::Guest)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
            Self::Publisher => "publisher",
            Self::Member => "member",
            Self::Reader => "reader",
            Self::Guest => "guest",
        })
    }
}
