use serde::{Deserialize, Serialize};

use super::{PolicyError, within};

/// When the sender is warned before a message goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own that administrators know by this name"
)]
pub struct Warnings {
    /// Somebody from outside reads along.
    pub external: bool,
    /// The first message to somebody.
    pub first_contact: bool,
    /// A name that looks like another.
    pub look_alike: bool,
    /// A message with an attachment.
    pub attachment: bool,
    /// A room with at least this many members; 2 to 100000.
    pub large_group: u64,
    /// How long a message can be taken back before it goes out, in seconds; at most 60.
    pub undo_seconds: u64,
}

impl Warnings {
    pub(super) fn check(&self) -> Result<(), PolicyError> {
        within("large_group", self.large_group, 2..=100_000, "2 to 100000")?;
        within(
            "undo_seconds",
            self.undo_seconds,
            0..=60,
            "at most 60 seconds",
        )
    }
}

impl Default for Warnings {
    fn default() -> Self {
        Self {
            external: true,
            first_contact: true,
            look_alike: true,
            attachment: true,
            large_group: 20,
            undo_seconds: 5,
        }
    }
}
