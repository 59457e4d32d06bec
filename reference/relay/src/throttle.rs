use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::config::Limits;
use crate::refusal::Refusal;

/// Counts what each account does and refuses what is too much. Kept in memory only.
pub(crate) struct Throttle {
    requests: Mutex<BTreeMap<String, Bucket>>,
    failures: Mutex<BTreeMap<String, Failures>>,
    misses: Mutex<BTreeMap<String, Failures>>,
    claims: Mutex<Claims>,
    limits: Limits,
}

/// Tokens left, in thousandths, and when that was.
#[derive(Clone, Copy)]
struct Bucket {
    millitokens: u64,
    at: u64,
}

/// Failures until a window ends.
#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    until: u64,
}

impl Throttle {
    /// Nothing counted yet.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            requests: Mutex::default(),
            failures: Mutex::default(),
            misses: Mutex::default(),
            claims: Mutex::default(),
            limits,
        }
    }

    /// Takes one request from the account's allowance.
    pub(crate) fn request(&self, account: &str, now: u64) -> Result<(), Refusal> {
        let full = u64::from(self.limits.requests) * 1000;
        let window = self.limits.request_window_ms.max(1);
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() > SWEEP {
            requests.retain(|_, bucket| now < bucket.at.saturating_add(window));
        }
        let bucket = requests.entry(account.to_owned()).or_insert(Bucket {
            millitokens: full,
            at: now,
        });
        let gained = now.saturating_sub(bucket.at).saturating_mul(full) / window;
        if gained > 0 {
            bucket.millitokens = bucket.millitokens.saturating_add(gained).min(full);
            bucket.at = now;
        }
        match bucket.millitokens.checked_sub(1000) {
            Some(left) => bucket.millitokens = left,
            None => return Err(Refusal::too_fast((window * 1000 / full.max(1)).max(1))),
        }
        Ok(())
    }

    /// Counts a try to log in as wrong until [`Throttle::login_passed`] takes it back, and refuses
    /// it when too many were wrong. Counting first leaves no gap for tries at the same time.
    pub(crate) fn login(&self, account: &str, now: u64) -> Result<(), Refusal> {
        let limit = self.limits.login_failures;
        count(&self.failures, account, now, (limit, LOGIN_WINDOW_MS))
    }

    /// The password was right.
    pub(crate) fn login_passed(&self, account: &str) {
        take_back(&self.failures, account);
    }

    /// Counts naming a user as a miss until [`Throttle::found`] takes it back, and refuses it after too many: so nobody
    /// finds out who has an account by trying names.
    pub(crate) fn seek(&self, account: &str, now: u64) -> Result<(), Refusal> {
        let limit = self.limits.misses;
        count(&self.misses, account, now, (limit, MISS_WINDOW_MS))
    }

    /// The user was there.
    pub(crate) fn found(&self, account: &str) {
        take_back(&self.misses, account);
    }
}

/// Claims of an hour by claimer and device. A large group makes a million pairs, so they are kept by a short digest.
#[derive(Default)]
struct Claims {
    until: u64,
    counts: BTreeMap<[u8; 16], u32>,
}

impl Throttle {
    /// Counts a claim of a key of `device` by an account; the time to wait, if there were too many. So nobody drains a
    /// device's one-time keys alone, and nobody sees by trying when it was there to fill them up again (ATK-OLM-06).
    pub(crate) fn claim(&self, account: &str, device: [&str; 2], now: u64) -> Result<(), u64> {
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= claims.until || claims.counts.len() > MOST_PAIRS {
            *claims = Claims {
                until: now.saturating_add(CLAIM_WINDOW_MS),
                counts: BTreeMap::new(),
            };
        }
        let wait = claims.until.saturating_sub(now);
        let count = claims.counts.entry(pair(account, device)).or_default();
        if *count >= self.limits.claims {
            return Err(wait);
        }
        *count += 1;
        Ok(())
    }
}

fn pair(account: &str, [user, device]: [&str; 2]) -> [u8; 16] {
    let mut digest = Sha256::new();
    for part in [account, user, device] {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    let whole: [u8; 32] = digest.finalize().into();
    let mut short = [0; 16];
    short
        .iter_mut()
        .zip(whole)
        .for_each(|(to, byte)| *to = byte);
    short
}

fn count(
    failures: &Mutex<BTreeMap<String, Failures>>,
    account: &str,
    now: u64,
    (limit, window): (u32, u64),
) -> Result<(), Refusal> {
    let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
    let fresh = Failures {
        count: 0,
        until: now.saturating_add(window),
    };
    if failures.len() > SWEEP {
        failures.retain(|_, seen| now < seen.until);
    }
    let seen = failures.entry(account.to_owned()).or_insert(fresh);
    if now >= seen.until {
        *seen = fresh;
    }
    if seen.count >= limit {
        return Err(Refusal::too_fast(seen.until.saturating_sub(now)));
    }
    seen.count += 1;
    Ok(())
}

fn take_back(failures: &Mutex<BTreeMap<String, Failures>>, account: &str) {
    let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(seen) = failures.get_mut(account) {
        seen.count = seen.count.saturating_sub(1);
    }
}

/// Wrong passwords are counted for a minute.
const LOGIN_WINDOW_MS: u64 = 60_000;
/// Users who were not there, for an hour.
const MISS_WINDOW_MS: u64 = 60 * 60_000;
/// Claims of keys, for an hour.
const CLAIM_WINDOW_MS: u64 = 60 * 60_000;
/// Pairs of claimer and device kept before all are forgotten: about 50 MB.
const MOST_PAIRS: usize = 1_000_000;
/// Accounts kept before those with nothing to remember are thrown out.
const SWEEP: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_used_up_and_comes_back() {
        let limits = Limits {
            requests: 2,
            request_window_ms: 1000,
            ..Limits::default()
        };
        let throttle = Throttle::new(limits);
        assert!(throttle.request("@a:x", 0).is_ok());
        assert!(throttle.request("@a:x", 0).is_ok());
        assert!(throttle.request("@a:x", 0).is_err());
        assert!(throttle.request("@b:x", 0).is_ok());
        assert!(throttle.request("@a:x", 499).is_err());
        assert!(throttle.request("@a:x", 501).is_ok());
    }

    #[test]
    fn wrong_passwords_block_for_a_minute() {
        let throttle = Throttle::new(Limits {
            login_failures: 1,
            ..Limits::default()
        });
        assert!(throttle.login("a", 5).is_ok());
        assert!(throttle.login("a", 60_004).is_err());
        assert!(throttle.login("a", 60_005).is_ok());
    }

    #[test]
    fn an_account_claims_some_keys_of_each_device_and_again_after_an_hour() {
        let throttle = Throttle::new(Limits {
            claims: 2,
            ..Limits::default()
        });
        let claim = |account, device, now| throttle.claim(account, ["@v:x", device], now);
        assert_eq!(claim("@a:x", "D", 5), Ok(()));
        assert_eq!(claim("@a:x", "D", 5), Ok(()));
        assert_eq!(claim("@a:x", "D", 3_600_000), Err(5));
        assert_eq!(claim("@a:x", "E", 6), Ok(()));
        assert_eq!(claim("@b:x", "D", 6), Ok(()));
        assert_eq!(claim("@a:x", "D", 3_600_005), Ok(()));
    }

    #[test]
    fn right_passwords_do_not_count() {
        let throttle = Throttle::new(Limits {
            login_failures: 1,
            ..Limits::default()
        });
        for now in 0..10 {
            assert!(throttle.login("a", now).is_ok());
            throttle.login_passed("a");
        }
    }
}
