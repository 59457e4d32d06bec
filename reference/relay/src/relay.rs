use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use reference_organisation::{Charter, Signed};
use ruma::{OwnedServerName, ServerName, UserId};
use tokio::sync::Semaphore;

use crate::clients::Clients;
use crate::clock::Clock;
use crate::conduct::{Conduct, Flaw};
use crate::config::{Config, Limits, RegistrationToken};
use crate::error::Error;
use crate::log::Log;
use crate::operator::Metrics;
use crate::organisation::Organisation;
use crate::push::{Push, Sender};
use crate::refusal::Refusal;
use crate::secret::{PasswordHash, PasswordMemory};
use crate::store::{self, Sqlite, Store, Tables, TablesMut};
use crate::sweep::Sweeper;
use crate::throttle::Throttle;
use crate::wake::Wake;

/// Everything that request handlers share.
pub(crate) struct Relay {
    pub(crate) server: OwnedServerName,
    pub(crate) limits: Limits,
    pub(crate) invitations: Vec<RegistrationToken>,
    pub(crate) charter: Option<Signed<Charter>>,
    pub(crate) organisation: Option<Organisation>,
    pub(crate) conduct: Conduct,
    pub(crate) throttle: Throttle,
    pub(crate) wake: Arc<Wake>,
    pub(crate) log: Log,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) sweeper: Sweeper,
    pub(crate) clients: Clients,
    pub(crate) password_memory: PasswordMemory,
    pub(crate) push_rules: Push,
    pub(crate) sender: OnceLock<Sender>,
    pub(crate) store_folder: PathBuf,
    store: Box<dyn Store>,
    clock: Box<dyn Clock>,
    hashers: Arc<Semaphore>,
    closing: AtomicBool,
}

impl Relay {
    /// Opens the store and begins the log.
    pub(crate) fn open(
        config: Config,
        conduct: Conduct,
        clock: impl Clock,
        log: impl Write + Send + 'static,
    ) -> Result<Self, Error> {
        let server =
            ServerName::parse(&config.server_name).map_err(|source| Error::ServerName {
                got: config.server_name.clone(),
                source,
            })?;
        let organisation = config.organisation.as_ref().map(Organisation::of);
        let wake = Arc::new(Wake::default());
        let store = Sqlite::open(&config.store, Arc::clone(&wake), &conduct)?;
        let pushes = !config.push.gateways.is_empty();
        let relay = Self {
            server,
            limits: config.limits,
            invitations: config.registration_tokens,
            organisation: organisation.transpose()?,
            charter: config.organisation,
            throttle: Throttle::new(config.limits),
            wake,
            log: Log::new(Box::new(log), &conduct, clock.now()),
            conduct,
            sender: OnceLock::new(),
            push_rules: config.push,
            metrics: Arc::default(),
            clients: config.clients,
            password_memory: config.password_memory,
            sweeper: Sweeper::new(config.retention),
            store_folder: config.store,
            store: Box::new(store),
            clock: Box::new(clock),
            hashers: Arc::new(Semaphore::new(HASHERS)),
            closing: AtomicBool::new(false),
        };
        if pushes {
            relay.start_pushing();
        }
        Ok(relay)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Reads on one snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&dyn Tables) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        store::read(&*self.store, look).await
    }

    /// Writes; what comes back is durable. Before it, whatever has become too old is removed.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn TablesMut) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.sweep_if_due().await?;
        self.commit(work).await
    }

    /// Writes something that names other users; whoever names too many that are not there is stopped for a while.
    pub(crate) async fn write_naming<T: Send + 'static>(
        &self,
        seeker: &UserId,
        work: impl FnOnce(&mut dyn TablesMut) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let sought = self.throttle.seek(seeker.as_str(), self.now());
        if sought.is_err() && !self.conduct.has(Flaw::SeeksUnlimited) {
            sought?;
        }
        let done = self.write(work).await;
        if !matches!(&done, Err(refusal) if refusal.is_not_found()) {
            self.throttle.found(seeker.as_str());
        }
        done
    }

    /// Writes without looking for what is too old.
    pub(crate) async fn commit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn TablesMut) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        store::write(&*self.store, work).await
    }

    /// Writes a message. Durable as well, but for `relay-ack-before-commit`.
    pub(crate) async fn write_message<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn TablesMut) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        if self.conduct.has(Flaw::AckBeforeCommit) {
            return store::write_unsynced(&*self.store, work).await;
        }
        self.write(work).await
    }

    /// Hashes a new password.
    pub(crate) async fn hash_password(&self, password: String) -> Result<PasswordHash, Refusal> {
        let memory = self.password_memory;
        self.hash(move || PasswordHash::of(&password, memory)).await
    }

    /// Compares a password with a hash; without one it takes as long and fails.
    pub(crate) async fn check_password(
        &self,
        hash: Option<PasswordHash>,
        password: String,
    ) -> Result<bool, Refusal> {
        let memory = self.password_memory;
        self.hash(move || match hash {
            Some(hash) => hash.matches(&password),
            None => PasswordHash::of_nobody(memory)?.matches(&password),
        })
        .await
    }

    /// Runs one of few hashers, so that logins never take more than their memory together.
    async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let closed = |_error| Refusal::internal();
        let permit = Arc::clone(&self.hashers)
            .acquire_owned()
            .await
            .map_err(closed)?;
        let work = move || {
            // Held until the hash is done, even if its caller has gone.
            let _permit = permit;
            work()
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| Refusal::internal().because(error))?
    }

    /// Ends all waiting syncs.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        self.wake.everyone();
    }

    /// Whether the relay is closing.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }
}

/// Passwords hashed at once: two of 19 MiB.
const HASHERS: usize = 2;
