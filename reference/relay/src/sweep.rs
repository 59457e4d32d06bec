use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::conduct::Flaw;
use crate::domain::retention::{
    PAGE, expired_events, expired_media, expired_to_device, remove_events, remove_media, rooms,
};
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::retention::Retention;
use crate::store::Table;

/// When the relay last looked for what is over, and what is still to be wiped.
pub(crate) struct Sweeper {
    retention: Retention,
    next: AtomicU64,
    running: Mutex<()>,
    /// Rows are gone whose bytes may still be in the file.
    unwiped: AtomicBool,
    wiped_at: AtomicU64,
}

impl Sweeper {
    /// Has not looked yet.
    pub(crate) fn new(retention: Retention) -> Self {
        Self {
            retention,
            next: AtomicU64::new(0),
            running: Mutex::new(()),
            unwiped: AtomicBool::new(false),
            wiped_at: AtomicU64::new(0),
        }
    }

    /// The rules.
    pub(crate) fn retention(&self) -> &Retention {
        &self.retention
    }

    fn is_due(&self, now: u64) -> bool {
        now >= self.next.load(Ordering::SeqCst)
    }
}

impl Relay {
    /// Removes what is over, if it is time to look. Others that come meanwhile wait for the end.
    pub(crate) async fn sweep_if_due(&self) -> Result<(), Refusal> {
        if !self.sweeper.is_due(self.now()) {
            return Ok(());
        }
        let _running = self.sweeper.running.lock().await;
        let now = self.now();
        if !self.sweeper.is_due(now) {
            return Ok(());
        }
        let count = self.sweep(now).await?;
        if count > 0 {
            self.metrics.swept(count);
            self.log.swept(now, count);
        }
        let next = now.saturating_add(self.sweeper.retention.sweep.as_ms());
        self.sweeper.next.store(next, Ordering::SeqCst);
        Ok(())
    }

    async fn sweep(&self, now: u64) -> Result<u64, Refusal> {
        let mut count = 0;
        count += self.sweep_rooms(now).await?;
        count += self.sweep_queues(now).await?;
        count += self.sweep_media(now).await?;
        if count > 0 {
            self.sweeper.unwiped.store(true, Ordering::SeqCst);
        }
        self.wipe_if_cheap(now).await?;
        Ok(count)
    }

    async fn sweep_rooms(&self, now: u64) -> Result<u64, Refusal> {
        let rules = self.sweeper.retention.clone();
        let rooms = self.read(move |tables| rooms(tables, &rules)).await?;
        let mut count = 0;
        for room in rooms {
            loop {
                let (rules, place) = (self.sweeper.retention.clone(), room.clone());
                let over = self
                    .read(move |tables| expired_events(tables, &place, (&rules, now)))
                    .await?;
                let (full, found) = (over.len() >= PAGE, over.len());
                if found > 0 && self.conduct.has(Flaw::KeepsExpiredEvents) {
                    return Ok(0);
                }
                if found > 0 {
                    let place = room.clone();
                    self.commit(move |tables| remove_events(tables, &place, &over))
                        .await?;
                }
                count += u64::try_from(found).unwrap_or(u64::MAX);
                if !full {
                    break;
                }
            }
        }
        Ok(count)
    }

    async fn sweep_media(&self, now: u64) -> Result<u64, Refusal> {
        let mut count = 0;
        loop {
            let rules = self.sweeper.retention.clone();
            let over = self
                .read(move |tables| expired_media(tables, (&rules, now)))
                .await?;
            if over.is_empty() || self.conduct.has(Flaw::KeepsExpiredMedia) {
                return Ok(count);
            }
            count += u64::try_from(over.len()).unwrap_or(u64::MAX);
            self.commit(move |tables| remove_media(tables, &over))
                .await?;
        }
    }

    async fn sweep_queues(&self, now: u64) -> Result<u64, Refusal> {
        let mut count = 0;
        loop {
            let rules = self.sweeper.retention.clone();
            let over = self
                .read(move |tables| expired_to_device(tables, (&rules, now)))
                .await?;
            if over.is_empty() || self.conduct.has(Flaw::KeepsExpiredEvents) {
                return Ok(count);
            }
            count += u64::try_from(over.len()).unwrap_or(u64::MAX);
            let remove = move |tables: &mut dyn crate::store::TablesMut| {
                over.iter()
                    .try_for_each(|row| Ok(tables.delete(Table::ToDevice, row)?))
            };
            self.commit(remove).await?;
        }
    }

    /// Makes the bytes of removed rows vanish from the store's files. A small store is written anew at once; a large one
    /// only after a time that grows with it, or the relay would do nothing else.
    async fn wipe_if_cheap(&self, now: u64) -> Result<(), Refusal> {
        if !self.sweeper.unwiped.load(Ordering::SeqCst) {
            return Ok(());
        }
        let bytes = self.read(|tables| Ok(tables.bytes()?)).await?;
        let pause = bytes
            .checked_sub(SMALL)
            .map_or(0, |_large| bytes / BYTES_PER_MS);
        let since = now.saturating_sub(self.sweeper.wiped_at.load(Ordering::SeqCst));
        if since < pause {
            return Ok(());
        }
        self.wipe(now).await
    }

    /// Makes the bytes of removed rows vanish from the store's files, however long it takes.
    pub(crate) async fn wipe(&self, now: u64) -> Result<(), Refusal> {
        self.commit(|tables| {
            tables.wipe();
            Ok(())
        })
        .await?;
        self.sweeper.unwiped.store(false, Ordering::SeqCst);
        self.sweeper.wiped_at.store(now, Ordering::SeqCst);
        Ok(())
    }
}

/// Bytes of a store that is written anew in a moment.
const SMALL: u64 = 64 << 20;
/// How the pause between two wipes of a large store grows: a gigabyte pauses a quarter of an hour.
const BYTES_PER_MS: u64 = 1024;
