//! Signed device lists beside the keys that the relay serves.

use serde_json::Value;

use super::{Device, Directory, User};
use crate::{
    Conduct, DeviceId, Flaw, Refusal, UserId,
    devices::{Claim, List, Reader},
};

/// Claims kept about one user; beyond it no new peer is heard.
const MAX_CLAIMS: usize = 32;

impl User {
    /// Whether a device is the user's own: signed by his identity and, where he keeps one, on his list.
    pub(crate) fn counts(&self, id: &DeviceId, device: &Device, conduct: &Conduct) -> bool {
        let keys = (&*device.curve25519, &*device.ed25519);
        let listed = self.list.as_ref();
        // What a refused identity signed stands on no list, and the flaw takes it all the same.
        device.signed
            && (listed.is_none_or(|list| list.holds(id, keys, conduct))
                || conduct.has(Flaw::RefusedIdentitySigns))
    }

    /// The devices on the list whose keys the relay does not serve.
    pub(crate) fn hidden(&self, conduct: &Conduct) -> Vec<&DeviceId> {
        let listed = self.list.iter().flat_map(|list| list.devices.keys());
        listed
            .filter(|id| !self.devices.contains_key(*id))
            .filter(|_| !conduct.has(Flaw::HiddenDeviceNotTold))
            .collect()
    }

    /// The identity is another one now, and what the former one said is over.
    pub(super) fn drop_list(&mut self) {
        self.list = None;
        self.list_fault = None;
        self.claims.clear();
    }

    fn judge_claims(&mut self) {
        let list = self.list.as_ref();
        self.claims
            .retain(|_, claim| claim.holds(list) != Some(true));
    }
}

impl Directory {
    /// The verified list of a user.
    pub(crate) fn list(&self, user: &UserId) -> Option<&List> {
        self.users.get(user)?.list.as_ref()
    }

    /// Whether the relay must show a list of the user: one is known, or a peer knows one.
    pub(crate) fn has_list(&self, user: &UserId) -> bool {
        self.users
            .get(user)
            .is_some_and(|known| known.list.is_some() || !known.claims.is_empty())
    }

    /// The pinned public master key of a user.
    pub(crate) fn pinned(&self, user: &UserId) -> Option<&str> {
        Some(&self.users.get(user)?.pin.as_ref()?.master)
    }

    /// Everybody who is known.
    pub(crate) fn users(&self) -> impl Iterator<Item = (&UserId, &User)> {
        self.users.iter()
    }

    /// Whether a device is its user's own, see [`User::counts`].
    pub(crate) fn counts(&self, user: &UserId, id: &DeviceId, conduct: &Conduct) -> bool {
        self.users.get(user).is_some_and(|known| {
            let device = known.devices.get(id);
            device.is_some_and(|device| known.counts(id, device, conduct))
        })
    }

    /// Takes in what the relay serves of a user's list; true if it was an answer to the last question.
    pub(crate) fn take_list(
        &mut self,
        user: &UserId,
        asked: u64,
        served: &[Value],
        conduct: &Conduct,
    ) -> bool {
        let Some(known) = self.users.get_mut(user) else {
            return false;
        };
        if known.answered != asked {
            return false;
        }
        // While the identity is in doubt nothing that it signs counts.
        if let (Some(pin), Some(signer), None) = (&known.pin, &known.self_signing, &known.violation)
        {
            let reader = Reader {
                user,
                identity: &pin.master,
                signer,
                conduct,
            };
            match List::grown(known.list.as_ref(), served, reader) {
                Ok(list) => {
                    known.list = list;
                    known.list_fault = None;
                }
                Err(fault) => known.list_fault = Some(fault),
            }
        }
        known.judge_claims();
        self.dirty.insert(user.clone());
        true
    }

    /// This client itself added a statement to its user's list.
    pub(crate) fn said(&mut self, user: &UserId, statement: &Value, conduct: &Conduct) {
        let Some(known) = self.users.get_mut(user) else {
            return;
        };
        let (Some(pin), Some(signer)) = (&known.pin, &known.self_signing) else {
            return;
        };
        let reader = Reader {
            user,
            identity: &pin.master,
            signer,
            conduct,
        };
        let served = [statement.clone()];
        match known.list.as_mut() {
            Some(list) => drop(list.append(statement, reader)),
            None => known.list = List::grown(None, &served, reader).ok().flatten(),
        }
        self.dirty.insert(user.clone());
    }

    /// A peer knows more of a user's list than is known here.
    pub(crate) fn take_claim(&mut self, user: &UserId, by: &UserId, claim: Claim) {
        let Some(known) = self.users.get_mut(user).filter(|known| known.tracked) else {
            return;
        };
        let full = known.claims.len() >= MAX_CLAIMS && !known.claims.contains_key(by);
        if full || known.claims.get(by) == Some(&claim) {
            return;
        }
        known.claims.insert(by.clone(), claim);
        self.mark_outdated(user);
    }

    /// The lists of the users are as complete as they get: their devices may be used.
    pub(crate) fn settle(&mut self, users: &[UserId], asked: u64) {
        for user in users {
            if let Some(known) = self.users.get_mut(user)
                && known.answered == asked
            {
                known.outdated = known.marked > asked;
                self.dirty.insert(user.clone());
            }
        }
    }

    /// Whether the list of a user lets him be written to.
    pub(super) fn permits_list(&self, user: &UserId) -> Result<(), Refusal> {
        let Some(known) = self.users.get(user) else {
            return Ok(());
        };
        if let Some(fault) = known.list_fault {
            return Err(Refusal::DeviceListRefused(user.clone(), fault.code()));
        }
        // His own word counts; what others say is shown, but must not silence anybody.
        match known.claims.contains_key(user) {
            true => Err(Refusal::DeviceListDisputed(user.clone())),
            false => Ok(()),
        }
    }
}
