use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DAY, PolicyError, YEAR, within};

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionKind {
    /// Text messages.
    Message,
    /// Attachments.
    Attachment,
    /// Invitations to meetings.
    Appointment,
    /// Contacts.
    Contact,
    /// Announcements.
    Announcement,
}

/// How long things are kept, in seconds from when they were sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// What has no entry of its own: an hour to ten years.
    pub other_seconds: u64,
    /// Kinds with an own term, in seconds.
    pub kinds: BTreeMap<RetentionKind, u64>,
}

impl Retention {
    /// How long `kind` is kept, in seconds.
    #[must_use]
    pub fn seconds(&self, kind: RetentionKind) -> u64 {
        self.kinds.get(&kind).copied().unwrap_or(self.other_seconds)
    }

    pub(super) fn check(&self) -> Result<(), PolicyError> {
        let terms = self.kinds.values().chain([&self.other_seconds]);
        for term in terms {
            within("retention", *term, 3600..=10 * YEAR, "an hour to ten years")?;
        }
        Ok(())
    }
}

impl Default for Retention {
    /// Six months for everything (gematik `A_22798`).
    fn default() -> Self {
        Self {
            other_seconds: 183 * DAY,
            kinds: BTreeMap::new(),
        }
    }
}
