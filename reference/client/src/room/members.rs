//! Who is in a room, as the user sees it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Room;
use crate::{UserId, json::text};

/// A displayed member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Member {
    Invited,
    Joined,
}

/// How a member went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Departure {
    /// By himself.
    Left,
    /// By somebody else: removed or banned.
    Removed,
}

/// What a membership event changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberChange {
    Came(Member),
    Went(Departure),
    Nothing,
}

/// Characters that are kept of a member's name.
const LONGEST_NAME: usize = 256;

impl Room {
    /// Applies `m.room.member` (Matrix specification) and tells what is new.
    pub(crate) fn apply_member(
        &mut self,
        sender: &UserId,
        member: &UserId,
        content: &Value,
    ) -> MemberChange {
        let came = match text(content, "membership") {
            Some("join") => Member::Joined,
            Some("invite") => Member::Invited,
            Some("leave" | "ban") => {
                let departure = if sender == member {
                    Departure::Left
                } else {
                    Departure::Removed
                };
                self.names.remove(member);
                let was_known = self.acknowledged.remove(member);
                let was_member = self.members.remove(member).is_some();
                return if was_known || was_member {
                    MemberChange::Went(departure)
                } else {
                    MemberChange::Nothing
                };
            }
            // Knocking makes no member; unknown words change nothing.
            _ => return MemberChange::Nothing,
        };
        match text(content, "displayname") {
            Some(name) => {
                let name = name.chars().take(LONGEST_NAME).collect();
                self.names.insert(member.clone(), name);
            }
            None => drop(self.names.remove(member)),
        }
        match self.members.insert(member.clone(), came) {
            Some(before) if before == came => MemberChange::Nothing,
            _ => MemberChange::Came(came),
        }
    }

    /// Whether a member is there whom somebody else added and the user has not acknowledged.
    pub(crate) fn has_stranger(&self) -> bool {
        self.members
            .keys()
            .any(|member| !self.acknowledged.contains(member))
    }

    /// The user has seen the members.
    pub(crate) fn acknowledge(&mut self) {
        self.acknowledged.extend(self.members.keys().cloned());
    }
}
