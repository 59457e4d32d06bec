//! The lock of the app: who opens it, how often it may be tried, when it closes by itself.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::VaultRefusal;
use crate::{
    CallId, Client, Conduct, Flaw, Input, Outcome, Refusal, Secret, Verb,
    act::{Act, VaultAct},
    border::base64,
    client::Pending,
    policy::ManagedKeys,
    sealed::{Kdf, Key, Salted, SealError},
};

/// The longest that a lock stays open (gematik `A_23114`), in milliseconds.
const LONGEST_OPEN: u64 = 12 * 3_600_000;

/// The shortest PIN or passphrase, whatever the policy says.
const SHORTEST: u32 = 6;

/// The most tries, whatever the policy says.
const MOST_TRIES: u32 = 10;

/// What is kept of a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lock {
    salted: Salted,
    /// What the right secret is stretched to, unpadded base64.
    check: String,
    /// Milliseconds without use after which it closes.
    idle: u64,
    tries: u32,
    /// The flaw: tries that an older copy of the store forgets.
    #[serde(default)]
    counted: u32,
}

/// Since when the lock is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    since: u64,
    used: u64,
}

impl Lock {
    fn make(secret: &Secret, kdf: Kdf, terms: Terms, conduct: &Conduct) -> Result<Self, SealError> {
        let salted = Salted::fresh(kdf)?;
        let check = base64::encode(stretched(&salted, secret, conduct)?.reveal());
        Ok(Self {
            salted,
            check,
            idle: terms.idle,
            tries: terms.tries,
            counted: 0,
        })
    }

    fn opens(&self, secret: &Secret, conduct: &Conduct) -> Result<bool, SealError> {
        let given = base64::encode(stretched(&self.salted, secret, conduct)?.reveal());
        Ok(given.as_bytes().ct_eq(self.check.as_bytes()).into())
    }
}

fn stretched(salted: &Salted, secret: &Secret, conduct: &Conduct) -> Result<Key, SealError> {
    salted
        .stretch(secret, conduct)?
        .derive("dev.pruefstand.lock")
}

/// How a lock behaves, as the policy and the user want it.
#[derive(Clone, Copy, Debug)]
struct Terms {
    idle: u64,
    tries: u32,
}

impl Terms {
    /// The user may ask for less than the policy allows, never for more.
    fn of(policy: &ManagedKeys, minutes: Option<u32>) -> Self {
        let minutes = minutes
            .unwrap_or(u32::MAX)
            .min(policy.lock_application_delay);
        let tries = match policy.password_tries {
            0 => MOST_TRIES,
            tries => tries.min(MOST_TRIES),
        };
        Self {
            idle: (u64::from(minutes) * 60_000).min(LONGEST_OPEN),
            tries,
        }
    }
}

/// Refuses what is easier to guess than the policy allows.
fn admit(secret: &Secret, policy: &ManagedKeys, conduct: &Conduct) -> Result<(), VaultRefusal> {
    if conduct.has(Flaw::LockShortPinOk) {
        return Ok(());
    }
    let text = secret.reveal();
    let count = |of: fn(&char) -> bool| text.chars().filter(of).count();
    let digits = count(char::is_ascii_digit);
    let special = count(|letter| !letter.is_alphanumeric());
    let lower = count(|letter| letter.is_lowercase());
    let upper = count(|letter| letter.is_uppercase());
    let classes = [digits, special, lower, upper]
        .into_iter()
        .filter(|count| *count > 0)
        .count();
    let wanted_classes = policy
        .password_min_classes
        .max(u32::from(policy.force_complex_pin) * 2);
    let demands = [
        (
            "characters",
            text.chars().count(),
            policy.password_min_length.max(SHORTEST),
        ),
        ("digits", digits, policy.password_min_digit),
        (
            "special characters",
            special,
            policy.password_min_special_char,
        ),
        ("lower-case letters", lower, policy.password_min_lowercase),
        ("upper-case letters", upper, policy.password_min_uppercase),
        ("kinds of characters", classes, wanted_classes),
    ];
    for (what, got, least) in demands {
        let least = usize::try_from(least).unwrap_or(usize::MAX);
        if got < least {
            return Err(VaultRefusal::TooWeak { what, got, least });
        }
    }
    Ok(())
}

impl Client {
    /// Whether the user must open the lock before anything is shown.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.vault.kept.lock.is_some() && self.vault.open.is_none()
    }

    /// Whether a locked client shows nothing; the flaw shows all.
    pub(crate) fn is_shut(&self) -> bool {
        self.is_locked() && !self.conduct.has(Flaw::LockedShowsContent)
    }

    /// Closes the lock when its time is over; what the user does keeps it open.
    pub(crate) fn watch_lock(&mut self, now: u64, input: &Input) {
        let Some(lock) = &self.vault.kept.lock else {
            return;
        };
        let Some(open) = self.vault.open.as_mut() else {
            return;
        };
        // A clock that went back proves nothing about how long nobody was there.
        let idle = now
            .checked_sub(open.used)
            .is_none_or(|idle| idle >= lock.idle);
        let long = now
            .checked_sub(open.since)
            .is_none_or(|open| open >= LONGEST_OPEN);
        if (idle || long) && !self.conduct.has(Flaw::LockStaysOpen) {
            self.vault.open = None;
            return;
        }
        if matches!(input, Input::Call { verb, .. } if !matches!(verb, Verb::Sync)) {
            open.used = now;
        }
    }

    /// Refuses what a locked client does not do; it may take messages in.
    pub(crate) fn permits_now(&self, verb: &Verb) -> Result<(), Refusal> {
        let always = matches!(
            verb,
            Verb::Sync
                | Verb::Logout
                | Verb::Act(Act::Vault(VaultAct::Unlock { .. } | VaultAct::Status {}))
        );
        if self.is_locked() && !always {
            return Err(VaultRefusal::Locked.into());
        }
        Ok(())
    }

    /// Sets another lock; who does not know the old one cannot.
    pub(crate) fn set_lock(
        &mut self,
        now: u64,
        call: CallId,
        secret: &Secret,
        minutes: Option<u32>,
    ) -> Result<(), Refusal> {
        let policy = &self.policy().managed;
        admit(secret, policy, &self.conduct)?;
        let terms = Terms::of(policy, minutes);
        // A lock whose tries are counted nowhere would be none.
        self.store_mut().count_tries(0)?;
        let lock = Lock::make(secret, self.vault.kdf, terms, &self.conduct);
        self.vault.kept.lock = Some(lock.map_err(VaultRefusal::from)?);
        self.vault.open = Some(Open {
            since: now,
            used: now,
        });
        self.vault.changed = true;
        self.wire.done(call, Outcome::Finished);
        Ok(())
    }

    /// Closes the lock.
    pub(crate) fn lock(&mut self, call: CallId) -> Result<(), Refusal> {
        if self.vault.kept.lock.is_none() {
            return Err(VaultRefusal::NoLock.into());
        }
        self.vault.open = None;
        self.wire.done(call, Outcome::Finished);
        Ok(())
    }

    /// Opens the lock.
    pub(crate) fn unlock(
        &mut self,
        now: u64,
        call: CallId,
        secret: &Secret,
    ) -> Result<(), Refusal> {
        self.try_lock(secret)?;
        self.vault.open = Some(Open {
            since: now,
            used: now,
        });
        self.wire.done(call, Outcome::Finished);
        Ok(())
    }

    /// One try of the lock's secret. It is counted before it is compared, where no restart and no copy of the store takes
    /// it back.
    pub(super) fn try_lock(&mut self, secret: &Secret) -> Result<(), Refusal> {
        let lock = self.vault.kept.lock.clone().ok_or(VaultRefusal::NoLock)?;
        let tried = self.count_try(&lock)?;
        if lock
            .opens(secret, &self.conduct)
            .map_err(VaultRefusal::from)?
        {
            self.store_mut().count_tries(0)?;
            return Ok(());
        }
        let left = lock.tries.saturating_sub(tried);
        if left > 0 || self.conduct.has(Flaw::LockTriesUnlimited) {
            return Err(VaultRefusal::LockClosed { left }.into());
        }
        // The relay ends the session if it hears of it; the data is gone in any case.
        self.wire
            .post("logout", serde_json::json!({}), Pending::Errand);
        self.forget()?;
        Err(VaultRefusal::Erased.into())
    }

    fn count_try(&mut self, lock: &Lock) -> Result<u32, Refusal> {
        if self.conduct.has(Flaw::LockTriesInStore) {
            let tried = lock.counted + 1;
            self.vault.kept.lock = Some(Lock {
                counted: tried,
                ..lock.clone()
            });
            self.vault.changed = true;
            return Ok(tried);
        }
        let tried = self.store_mut().tries()?.saturating_add(1);
        self.store_mut().count_tries(tried)?;
        Ok(tried)
    }

    /// Asks for the lock's secret once more, where there is a lock, before something leaves the device (ATK-BAK-10).
    pub(super) fn confirm(&mut self, secret: Option<&Secret>) -> Result<(), Refusal> {
        if self.vault.kept.lock.is_none() || self.conduct.has(Flaw::ExportNoReauth) {
            return Ok(());
        }
        self.try_lock(secret.ok_or(VaultRefusal::Locked)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_has_six_characters_and_what_the_policy_asks_for() {
        let honest = Conduct::honest();
        let refused =
            |text: &str, policy: &ManagedKeys| admit(&Secret::new(text), policy, &honest).is_err();
        let lax = ManagedKeys {
            password_min_length: 0,
            ..ManagedKeys::default()
        };
        assert!(refused("12345", &lax));
        assert!(!refused("123456", &lax));
        let strict = ManagedKeys {
            force_complex_pin: true,
            ..ManagedKeys::default()
        };
        assert!(refused("12345678", &strict));
        assert!(!refused("1234567b", &strict));
    }

    #[test]
    fn the_user_can_shorten_the_time_and_never_lengthen_it() {
        let policy = ManagedKeys {
            lock_application_delay: 30,
            password_tries: 0,
            ..ManagedKeys::default()
        };
        assert_eq!(Terms::of(&policy, Some(5)).idle, 5 * 60_000);
        assert_eq!(Terms::of(&policy, Some(500)).idle, 30 * 60_000);
        assert_eq!(Terms::of(&policy, None).tries, MOST_TRIES);
        let endless = ManagedKeys {
            lock_application_delay: u32::MAX,
            ..policy
        };
        assert_eq!(Terms::of(&endless, None).idle, LONGEST_OPEN);
    }
}
