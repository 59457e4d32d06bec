use std::collections::BTreeMap;

use crate::{Serial, Time, TrustError};

/// Grants and invitations that no longer count, each from a time on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revocations(BTreeMap<Serial, Time>);

impl Revocations {
    /// Takes a revocation in: what `serial` names does not count from `from` on. The earlier of two times holds.
    pub fn add(&mut self, serial: Serial, from: Time) {
        let held = self.0.entry(serial).or_insert(from);
        *held = from.min(*held);
    }

    /// Checks that `serial` still counted at `at`.
    ///
    /// # Errors
    /// If it was revoked by then.
    pub fn check(&self, serial: Serial, at: Time) -> Result<(), TrustError> {
        match self.0.get(&serial) {
            Some(from) if *from <= at => Err(TrustError::Revoked { serial }),
            Some(_) | None => Ok(()),
        }
    }
}
