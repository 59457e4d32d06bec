use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use ruma::{OwnedUserId, UserId};
use tokio::sync::Notify;

/// Wakes the waiting syncs of users who have news.
#[derive(Default)]
pub(crate) struct Wake {
    // A std mutex: it is held for a look-up, never across an await.
    waiting: Mutex<BTreeMap<OwnedUserId, Arc<Notify>>>,
}

impl Wake {
    /// What a sync of `user` waits on. Ask before looking for news, or news is missed.
    pub(crate) fn of(&self, user: &UserId) -> Arc<Notify> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() > SWEEP {
            waiting.retain(|_, notify| Arc::strong_count(notify) > 1);
        }
        Arc::clone(waiting.entry(user.to_owned()).or_default())
    }

    /// Wakes all syncs of `users`.
    pub(crate) fn all(&self, users: &BTreeSet<OwnedUserId>) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for notify in users.iter().filter_map(|user| waiting.get(user)) {
            notify.notify_waiters();
        }
    }

    /// Wakes everybody: the relay is closing.
    pub(crate) fn everyone(&self) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.values().for_each(|notify| notify.notify_waiters());
    }
}

/// Entries from which on those without a waiting sync are thrown out.
const SWEEP: usize = 4096;
