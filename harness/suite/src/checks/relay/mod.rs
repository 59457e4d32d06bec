//! Checks about the relay: one file a group. They run on any Matrix homeserver.

mod crash;
mod delivery;
mod enrolment;
mod guessing;
mod hostile;
mod keys;
mod media;
mod objects;
mod organisation;
mod push;
mod retention;
mod sessions;
pub(super) mod traces;
mod two_readings;
mod wire;

use crate::check::Check;

/// The checks of each file.
pub(super) const CHECKS: &[&[Check]] = &[
    crash::CHECKS,
    delivery::CHECKS,
    enrolment::CHECKS,
    guessing::CHECKS,
    hostile::CHECKS,
    keys::CHECKS,
    media::CHECKS,
    objects::CHECKS,
    push::CHECKS,
    retention::CHECKS,
    organisation::acts::CHECKS,
    organisation::enrolment::CHECKS,
    organisation::policy::CHECKS,
    organisation::directory::CHECKS,
    organisation::existence::CHECKS,
    organisation::tenants::CHECKS,
    sessions::CHECKS,
    traces::CHECKS,
    two_readings::CHECKS,
];
