//! Checks about the relay: one file a group. They run on any Matrix homeserver.

use crate::check::Check;

/// The checks of each file.
pub(super) const CHECKS: &[&[Check]] = &[];
