//! Checks about the client: one file an attack group.

mod directory;
mod insider;
mod media;
mod membership;
mod megolm;
mod rotation;

use crate::check::Check;

/// The checks of each file.
pub(super) const CHECKS: &[&[Check]] = &[directory::CHECKS, insider::CHECKS, media::CHECKS, megolm::CHECKS, membership::CHECKS, rotation::CHECKS];
