//! All checks, one static list. Ids are stable; to find a check, search for its id.

mod client;
mod relay;

use crate::check::Check;

/// Every check of the suite, sorted by id.
#[must_use]
pub fn all() -> Vec<&'static Check> {
    let mut all: Vec<_> = client::CHECKS
        .iter()
        .chain(relay::CHECKS)
        .copied()
        .flatten()
        .collect();
    all.sort_by_key(|check| check.id);
    all
}
