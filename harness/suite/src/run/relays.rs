//! A relay that cases share or own, as a stage for scenes.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use harness_evidence::Secrets;

use crate::{
    run::{Bench, RunError},
    scene::Stage,
    target::{Accounts, Manifest, Relay},
};

/// A running relay that several cases may use at once; it ends with this value.
pub(crate) struct Lineup {
    base: String,
    accounts: Accounts,
    kept: Vec<PathBuf>,
    relay: Mutex<Relay>,
}

impl Lineup {
    /// Starts or reaches a manifest's relay.
    pub(super) fn start(
        bench: &Bench<'_>,
        manifest: &Manifest,
        name: &str,
        told: &[String],
    ) -> Result<Self, RunError> {
        Ok(Self::of(bench.start_relay(manifest, name, told)?))
    }

    /// Starts a manifest's relay for an organisation that the bench plays.
    pub(super) fn start_organised(
        bench: &Bench<'_>,
        manifest: &Manifest,
        name: &str,
        told: &[String],
    ) -> Result<Self, RunError> {
        let relay = Relay::start_organised(manifest, &bench.places(name), told)?;
        Ok(Self::of(relay))
    }

    /// A relay that runs.
    pub(super) fn of(relay: Relay) -> Self {
        Self {
            base: relay.base().to_owned(),
            accounts: relay.accounts(),
            kept: relay.kept().to_vec(),
            relay: Mutex::new(relay),
        }
    }

    /// A stage on the shared relay.
    pub(super) fn stage(&self, secrets: &Arc<Secrets>) -> Stage {
        Stage {
            base: self.base.clone(),
            accounts: self.accounts.clone(),
            kept: self.kept.clone(),
            secrets: Arc::clone(secrets),
            own: None,
        }
    }

    /// A stage that owns the relay and may kill it.
    pub(super) fn into_stage(self, secrets: &Arc<Secrets>) -> Stage {
        let stage = self.stage(secrets);
        Stage {
            own: Some(
                self.relay
                    .into_inner()
                    .unwrap_or_else(PoisonError::into_inner),
            ),
            ..stage
        }
    }
}
