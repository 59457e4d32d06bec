//! What a run works with: the target, the reference for its twins, places and a clock.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use harness_driver::Hello;
use harness_evidence::{Artefact, Secrets, Stamp};

use crate::{
    catalogue::Catalogue,
    check::{Seeded, Side},
    ics::RelayOffers,
    plan::plays_actors,
    run::{
        RunError,
        relays::Lineup,
        twin::{Twin, told},
    },
    target::{ClientDriver, Manifest, Places, Relay},
};

/// Everything outside a run that it needs. The clock comes from the edge.
pub struct Bench<'a> {
    /// What is tested.
    pub target: &'a Manifest,
    /// The reference, on which weak twins run.
    pub reference: &'a Manifest,
    /// Requirements and attacks.
    pub catalogue: &'a Catalogue,
    /// The bench's own program.
    pub pruefstand: PathBuf,
    /// A folder for stores and logs of relays; emptied by its owner.
    pub scratch: PathBuf,
    /// The clock.
    pub clock: fn() -> Stamp,
    /// How many client drivers were started; each has its log by this number.
    pub clients: AtomicUsize,
}

/// The target, running, and what it said of itself.
pub(crate) struct Subject {
    /// The relay that all cases on the target share.
    pub relay: Lineup,
    /// The reference's honest relay, which twins of clients share.
    pub twins: Lineup,
    /// Name and version of the relay; text from the target.
    pub relay_product: String,
    /// What the relay was seen to offer; empty if the vendor declares nothing.
    pub relay_offers: RelayOffers,
    /// What the client's driver said.
    pub hello: Option<Hello>,
    /// How the target itself differs from the reference, if it is a weak twin.
    pub twin: Option<Twin>,
    /// Known secrets.
    pub secrets: Arc<Secrets>,
    /// What was measured of the target before it was started.
    pub artefacts: Vec<Artefact>,
    /// Whether what was measured is what runs, and the bench started it.
    bound: bool,
}

impl Bench<'_> {
    /// Starts or reaches the target and asks who it is.
    pub(super) fn subject(
        &self,
        flaw: Option<Seeded>,
        secrets: &Arc<Secrets>,
    ) -> Result<Subject, RunError> {
        let twin = flaw.map(Twin::Weak);
        let artefacts = self.target.measure(&self.places("target"))?;
        let relay = self.start_relay(self.target, "target", &told(twin, Side::Relay, None))?;
        let product = relay.product()?;
        let bound = relay.is_ours() && self.target.is_measured();
        let relay_offers = match self.target.ics {
            Some(_) => relay.offers(&self.target.relay)?,
            None => RelayOffers::new(),
        };
        let hello = match self.client(self.target, &told(twin, Side::Client, None))? {
            Some(client) => client.hello().cloned(),
            None => None,
        };
        Ok(Subject {
            relay: Lineup::of(relay),
            twins: Lineup::start(self, self.reference, "reference", &[])?,
            relay_product: format!("{} {}", product.name, product.version),
            relay_offers,
            hello,
            twin,
            secrets: Arc::clone(secrets),
            artefacts,
            bound,
        })
    }

    /// Starts a client driver of a manifest, if it names one. `told` goes behind its command.
    pub(super) fn client(
        &self,
        manifest: &Manifest,
        told: &[String],
    ) -> Result<Option<ClientDriver>, RunError> {
        let places = self.places("client");
        fs::create_dir_all(&places.dir).map_err(|reason| RunError::Scratch {
            path: places.dir.clone(),
            reason,
        })?;
        let errors = places.dir.join(format!(
            "stderr-{}.log",
            self.clients.fetch_add(1, Ordering::Relaxed)
        ));
        let (Some(mut command), Some(spec)) = (manifest.drive(&places), &manifest.client) else {
            return Ok(None);
        };
        command.extend_from_slice(told);
        let driver = ClientDriver::start(&command, &errors, spec.patience);
        driver
            .map(|driver| Some(driver.logging_to(manifest.client_log(&places))))
            .map_err(RunError::Driver)
    }

    /// The places of one process.
    pub(super) fn places(&self, name: &str) -> Places {
        Places {
            pruefstand: self.pruefstand.clone(),
            dir: self.scratch.join(name),
        }
    }

    /// Starts a relay of a manifest in a folder of its own. `told` goes behind its command.
    pub(super) fn start_relay(
        &self,
        manifest: &Manifest,
        name: &str,
        told: &[String],
    ) -> Result<Relay, RunError> {
        Ok(Relay::start(manifest, &self.places(name), told)?)
    }
}

impl Subject {
    /// Name and version of the client; empty if the target has none.
    pub(super) fn client_product(&self) -> String {
        self.hello
            .as_ref()
            .map(|hello| format!("{} {}", hello.product.name, hello.product.version))
            .unwrap_or_default()
    }

    /// Whether the target has a client that can play actors.
    pub(super) fn has_players(&self) -> bool {
        self.hello.as_ref().is_some_and(plays_actors)
    }

    /// How firmly the evidence is bound to the artefact: `B3` if the bench measured it and started it itself, `B0` if it only saw an endpoint.
    pub(super) fn binding(&self) -> &'static str {
        if self.bound && !self.artefacts.is_empty() {
            "B3"
        } else {
            "B0"
        }
    }
}
