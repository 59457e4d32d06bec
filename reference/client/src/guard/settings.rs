//! When the guard asks.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Warning, Weight};
use crate::{Policy, UserId};

/// What the guard asks about, and how long a message can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientSettings {
    /// About which warnings it asks.
    pub ask: Ask,
    /// An audience of more others than this is a very large one.
    pub large: u32,
    /// Milliseconds that a message waits before it leaves; at most [`RecipientSettings::LONGEST_UNDO`].
    pub undo: u64,
    /// Users who count as external although they are on the same server.
    pub guests: BTreeSet<UserId>,
}

/// About which warnings the guard asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// About what is seldom and never right by itself: somebody external, a disguised name.
    ClearCut,
    /// About every warning; for organisations.
    Always,
}

impl RecipientSettings {
    /// Nobody waits longer than a minute for a message to leave.
    pub const LONGEST_UNDO: u64 = 60_000;

    /// The stricter of these settings and what the organisation demands.
    pub(crate) fn under(&self, policy: &Policy) -> Self {
        let managed = *policy != Policy::unmanaged();
        let undo = u64::from(policy.undo_seconds).saturating_mul(1_000);
        Self {
            ask: if managed { Ask::Always } else { self.ask },
            large: self.large.min(policy.confirm_audience),
            undo: self.undo.max(undo).min(Self::LONGEST_UNDO),
            guests: self.guests.clone(),
        }
    }

    /// Whether a warning needs the user's word.
    pub(crate) fn asks(&self, weight: Weight, warning: &Warning) -> bool {
        match self.ask {
            // A first hello is how people meet; a first file is what goes astray (USE-01).
            Ask::Always => {
                weight == Weight::File || !matches!(warning, Warning::FirstContact { .. })
            }
            Ask::ClearCut => matches!(
                warning,
                Warning::External { .. } | Warning::DisguisedName { .. }
            ),
        }
    }
}

impl Default for RecipientSettings {
    fn default() -> Self {
        Self {
            ask: Ask::ClearCut,
            large: 50,
            undo: 0,
            guests: BTreeSet::new(),
        }
    }
}
