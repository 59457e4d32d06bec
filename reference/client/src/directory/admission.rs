//! The word of the organisation beside the identities that the relay serves.

use super::Directory;
use crate::{UserId, organisation::Standing};

impl Directory {
    /// The users whose identity is known and was not found admitted.
    pub(crate) fn unjudged(&self) -> impl Iterator<Item = &UserId> {
        let followed = self.users.iter().filter(|(_, known)| known.tracked);
        let unjudged = followed.filter(|(user, known)| {
            let admitted = self
                .standing(user)
                .is_some_and(|standing| standing.role().is_some());
            known.pin.is_some() && !admitted
        });
        unjudged.map(|(user, _)| user)
    }

    /// What is known of the user's admission, for the identity that is pinned now.
    pub(crate) fn standing(&self, user: &UserId) -> Option<&Standing> {
        let (known, master) = (self.users.get(user)?, self.pinned(user)?);
        let standing = known.standing.as_ref();
        standing.filter(|standing| standing.is_for(master))
    }

    /// All that is known of admissions, by user.
    pub(crate) fn standings(&self) -> impl Iterator<Item = (&UserId, &Standing)> {
        let users = self.users.keys();
        users.filter_map(|user| Some((user, self.standing(user)?)))
    }

    pub(crate) fn stand(&mut self, user: &UserId, standing: Standing) {
        if let Some(known) = self.users.get_mut(user) {
            known.standing = Some(standing);
            self.dirty.insert(user.clone());
        }
    }
}
