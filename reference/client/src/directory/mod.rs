//! What is known about users, their identities and devices.
//!
//! The relay's answers are claims. An identity is pinned at first sight; a device counts only
//! with its owner's signature (Matrix specification, 'Cross-signing' and 'Device verification').

mod admission;
mod answer;
pub(crate) mod device;
mod identity;
mod lists;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use device::{Device, DeviceRefusal, MEGOLM, OLM};
pub(crate) use identity::{Chain, ChainRefusal};

use crate::{
    Conduct, DeviceId, Flaw, Refusal, UserId,
    devices::{Claim, List, ListFault},
    organisation::Standing,
    store::{Records, StoreError, put},
};

/// Devices kept of one user; a longer list is cut, in the order of device ids.
pub(crate) const MAX_DEVICES: usize = 200;

/// Where a flawed client keeps what it uses of an answer; the rest is what it checks.
pub(crate) const OTHER_READING: &str = "";

/// What a flawed client uses instead of the object at `path`, whose signature it has checked; nothing for an honest one.
fn other_reading<'a>(answer: &'a Value, path: &[&str], conduct: &Conduct) -> Option<&'a Value> {
    if !conduct.has(Flaw::CanonjsonDupKey) {
        return None;
    }
    let other = answer.get(OTHER_READING)?;
    path.iter().try_fold(other, |at, part| at.get(part))
}

/// Everything known about users.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    users: BTreeMap<UserId, User>,
    dirty: BTreeSet<UserId>,
    /// Counts marks and questions, so that an old answer never hides a new change (ATK-DIR-08).
    clock: u64,
}

/// What is known about one user.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct User {
    /// Shares an encrypted room with this client, or is its own user.
    pub(crate) tracked: bool,
    /// The devices must be asked for before they are used.
    pub(crate) outdated: bool,
    #[serde(skip)]
    marked: u64,
    #[serde(skip)]
    asked: u64,
    #[serde(skip)]
    answered: u64,
    /// The last question was not answered.
    #[serde(skip)]
    failed: bool,
    pub(crate) pin: Option<Pin>,
    pub(crate) violation: Option<Violation>,
    pub(crate) self_signing: Option<String>,
    pub(crate) user_signing: Option<String>,
    pub(crate) devices: BTreeMap<DeviceId, Device>,
    /// The signed list of his devices as far as it was verified, if he keeps one.
    #[serde(default)]
    pub(crate) list: Option<List>,
    /// Why the list that the relay served last is refused.
    #[serde(default)]
    pub(crate) list_fault: Option<ListFault>,
    /// What peers know of his list and the relay does not show.
    #[serde(default)]
    pub(crate) claims: BTreeMap<UserId, Claim>,
    /// Whether the organisation has admitted him.
    #[serde(default)]
    pub(crate) standing: Option<Standing>,
}

/// The identity that was seen first, or accepted last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pin {
    /// The public master key, unpadded base64.
    pub(crate) master: String,
    /// Verified by the user.
    pub(crate) verified: bool,
    /// It took the place of another one, and was not verified since.
    #[serde(default)]
    pub(crate) replaced: bool,
}

/// The relay serves another identity than the pinned one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Violation {
    /// The master key served, if any.
    pub(crate) served: Option<String>,
}

/// The state of a user's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityState {
    /// None is known.
    Unknown,
    /// Pinned on first use.
    Pinned,
    /// Verified by the user.
    Verified,
    /// It changed and the user has not accepted the change.
    Changed,
    /// It was verified and then changed.
    Violation,
}

impl User {
    pub(crate) fn state(&self) -> IdentityState {
        match (&self.pin, &self.violation) {
            (Some(pin), Some(_)) if pin.verified => IdentityState::Violation,
            (Some(_), Some(_)) => IdentityState::Changed,
            (Some(pin), None) if pin.verified => IdentityState::Verified,
            (Some(_), None) => IdentityState::Pinned,
            (None, _) => IdentityState::Unknown,
        }
    }
}

impl Directory {
    pub(crate) fn load(&mut self, user: &str, record: &[u8]) -> Result<(), StoreError> {
        let mut known: User = crate::store::read(record)?;
        // A question under way was lost with the process, so what it was for must be asked again.
        known.outdated |= known.tracked;
        self.users.insert(UserId::new(user), known);
        Ok(())
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        for user in std::mem::take(&mut self.dirty) {
            if let Some(known) = self.users.get(&user) {
                put(records, &["user", user.as_str()], known)?;
            }
        }
        Ok(())
    }

    pub(crate) fn user(&self, user: &UserId) -> Option<&User> {
        self.users.get(user)
    }

    pub(crate) fn device(&self, user: &UserId, device: &DeviceId) -> Option<&Device> {
        self.users.get(user)?.devices.get(device)
    }

    pub(crate) fn state(&self, user: &UserId) -> IdentityState {
        self.users
            .get(user)
            .map_or(IdentityState::Unknown, User::state)
    }

    /// The device of `user` with this Curve25519 key.
    pub(crate) fn by_curve(&self, user: &UserId, curve: &str) -> Option<(&DeviceId, &Device)> {
        let devices = &self.users.get(user)?.devices;
        devices
            .iter()
            .find(|(_, device)| device.curve25519 == curve)
    }

    /// Whose device has both keys. A Curve25519 key alone proves nothing: everybody can claim one of somebody else for a device of his own.
    pub(crate) fn owner_by(
        &self,
        curve: &str,
        ed25519: &str,
    ) -> Option<(&UserId, &DeviceId, &Device)> {
        self.users.iter().find_map(|(name, user)| {
            let is_it = |device: &Device| device.curve25519 == curve && device.ed25519 == ed25519;
            let (id, device) = user.devices.iter().find(|(_, device)| is_it(device))?;
            Some((name, id, device))
        })
    }

    /// The user may be written to: the identity is unknown or as pinned.
    pub(crate) fn permits(&self, user: &UserId) -> Result<(), Refusal> {
        match self.state(user) {
            IdentityState::Changed => Err(Refusal::IdentityChanged(user.clone())),
            IdentityState::Violation => Err(Refusal::VerificationViolation(user.clone())),
            IdentityState::Unknown | IdentityState::Pinned | IdentityState::Verified => {
                self.permits_list(user)
            }
        }
    }

    /// The user's identity was replaced, and the new one is not verified.
    pub(crate) fn was_replaced(&self, user: &UserId) -> bool {
        let pin = self.users.get(user).and_then(|known| known.pin.as_ref());
        pin.is_some_and(|pin| pin.replaced)
    }

    pub(crate) fn track(&mut self, user: &UserId) {
        if !self.users.get(user).is_some_and(|known| known.tracked) {
            self.users.entry(user.clone()).or_default().tracked = true;
            self.mark_outdated(user);
        }
    }

    /// The relay says that something changed (or an answer is not trusted any longer).
    pub(crate) fn mark_outdated(&mut self, user: &UserId) {
        self.clock += 1;
        if let Some(known) = self.users.get_mut(user) {
            known.outdated = true;
            known.failed = false;
            known.marked = self.clock;
            self.dirty.insert(user.clone());
        }
    }

    /// The users whose devices must be asked for, and were not since the last change.
    pub(crate) fn unasked(&self) -> Vec<UserId> {
        let unasked = self.users.iter().filter(|(_, known)| {
            known.tracked && known.outdated && (known.asked == 0 || known.asked < known.marked)
        });
        unasked.map(|(user, _)| user.clone()).collect()
    }

    /// The number of a question about `users` asked now.
    pub(crate) fn ask(&mut self, users: &[UserId]) -> u64 {
        self.clock += 1;
        for user in users {
            if let Some(known) = self.users.get_mut(user) {
                known.asked = self.clock;
            }
        }
        self.clock
    }

    /// A question was not answered.
    pub(crate) fn fail(&mut self, users: &[UserId], asked: u64) {
        for user in users {
            if let Some(known) = self.users.get_mut(user) {
                known.failed |= known.asked == asked;
            }
        }
    }

    /// Lets every user be asked for again whose question was not answered.
    pub(crate) fn forgive(&mut self) {
        for known in self.users.values_mut().filter(|known| known.failed) {
            known.failed = false;
            known.asked = 0;
        }
    }

    /// Whether the last question about `user` was not answered.
    pub(crate) fn failed(&self, user: &UserId) -> bool {
        self.users.get(user).is_some_and(|known| known.failed)
    }

    /// The identity of `user` was verified by the user of this client.
    pub(crate) fn verify(&mut self, user: &UserId, master: &str) -> bool {
        let Some(known) = self.users.get_mut(user) else {
            return false;
        };
        let fits =
            known.violation.is_none() && known.pin.as_ref().is_some_and(|pin| pin.master == master);
        if let (true, Some(pin)) = (fits, known.pin.as_mut()) {
            pin.verified = true;
            pin.replaced = false;
            self.dirty.insert(user.clone());
        }
        fits
    }

    /// The user accepts the identity that the relay serves now.
    pub(crate) fn accept(&mut self, user: &UserId) {
        let Some(known) = self.users.get_mut(user) else {
            return;
        };
        if let Some(violation) = known.violation.take() {
            known.pin = violation.served.map(|master| Pin {
                master,
                verified: false,
                replaced: true,
            });
            known.drop_list();
            self.mark_outdated(user);
        }
    }

    /// Puts the identity that this client created in place.
    pub(crate) fn pin_own(&mut self, user: &UserId, chain: Chain) {
        let known = self.users.entry(user.clone()).or_default();
        known.pin = Some(Pin {
            master: chain.master,
            verified: true,
            replaced: false,
        });
        known.violation = None;
        known.drop_list();
        known.self_signing = chain.self_signing;
        known.user_signing = chain.user_signing;
        self.mark_outdated(user);
    }
}
