//! The relay under test as a process or an address.

mod launch;
mod offers;

use std::{fs, path::PathBuf};

use harness_driver::Product;

use super::{
    Accounts, Manifest, Organisation, Places, Reach, TargetError, command::fill, file::unusable,
    process::Process,
};
use crate::network::Http;
use launch::{Launch, offers_versions, versions};

/// A relay that answers. If the bench started it, it dies with this value.
pub struct Relay {
    base: String,
    accounts: Accounts,
    kept: Vec<PathBuf>,
    ours: Option<(Launch, Process)>,
}

impl Relay {
    /// Starts the manifest's relay, or reaches it if it runs already.
    ///
    /// `more` goes behind the start command's arguments; the reference's weak twins are made so.
    ///
    /// # Errors
    ///
    /// If it cannot be started or reached, or is not ready in time.
    pub fn start(
        manifest: &Manifest,
        places: &Places,
        more: &[String],
    ) -> Result<Self, TargetError> {
        let spec = &manifest.relay;
        let mut kept = manifest.kept(places);
        let (start, url) = match &spec.reach {
            Reach::Url(base) => {
                let accounts = Accounts::of(manifest, base)?;
                let relay = Self {
                    base: base.trim_end_matches('/').to_owned(),
                    accounts,
                    kept,
                    ours: None,
                };
                relay.product()?;
                return Ok(relay);
            }
            Reach::Announced { start } => (start, None),
            Reach::Answering { start, url } => (start, Some(url.clone())),
        };
        let (launch, process, base) = launched(manifest, places, (start, url), more)?;
        kept.extend(launch.outputs());
        let accounts = Accounts::of(manifest, &base)?;
        Ok(Self {
            base,
            accounts,
            kept,
            ours: Some((launch, process)),
        })
    }

    /// Starts the manifest's relay for a new organisation, which the bench plays.
    ///
    /// # Errors
    ///
    /// If the manifest does not say how, or as [`Relay::start`].
    pub fn start_organised(
        manifest: &Manifest,
        places: &Places,
        more: &[String],
    ) -> Result<Self, TargetError> {
        let spec = manifest.relay.organisation.as_ref();
        let spec = spec.ok_or(TargetError::NoOrganisation)?;
        let organisation = Organisation::new(&spec.server);
        let charter = places.dir.join("charter.json");
        fs::create_dir_all(&places.dir).map_err(|reason| unusable(&places.dir, reason))?;
        fs::write(&charter, organisation.charter().to_string())
            .map_err(|reason| unusable(&charter, reason))?;
        let (launch, process, base) = launched(manifest, places, (&spec.start, None), more)?;
        let mut kept = manifest.kept(places);
        kept.extend(launch.outputs());
        let accounts = Accounts::of(manifest, &base)?.within(organisation);
        Ok(Self {
            base,
            accounts,
            kept,
            ours: Some((launch, process)),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// How accounts are made on it.
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        self.accounts.clone()
    }

    /// Files and folders where its store, its log and what it wrote on its outputs lie. Empty if nothing is known.
    #[must_use]
    pub fn kept(&self) -> &[PathBuf] {
        &self.kept
    }

    /// Whether the bench started it, so that it may be killed.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.ours.is_some()
    }

    /// The number of the process that the bench started.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.ours.as_ref().map(|(_, process)| process.id())
    }

    /// Its name and version as it reports them in the `server` header, `name/version`; a comment behind them is left out.
    ///
    /// # Errors
    ///
    /// If it does not answer, or answers as no homeserver does.
    pub fn product(&self) -> Result<Product, TargetError> {
        let exchanged = Http::new(&self.base).send(&versions());
        let exchanged = exchanged.map_err(|error| TargetError::NoAnswer {
            reason: error.to_string(),
        })?;
        if !offers_versions(&exchanged.response) {
            return Err(TargetError::NotARelay {
                url: self.base.clone(),
                status: exchanged.response.status,
            });
        }
        let words: String = exchanged
            .server
            .chars()
            .filter(|character| !character.is_control())
            .take(80)
            .collect();
        let product = words.split_whitespace().next().unwrap_or_default();
        let (name, version) = product.split_once('/').unwrap_or((product, ""));
        let or_unknown = |text: &str| {
            if text.is_empty() {
                "unknown".to_owned()
            } else {
                text.to_owned()
            }
        };
        Ok(Product {
            name: or_unknown(name),
            version: or_unknown(version),
        })
    }

    /// Whether the process that the bench started still lives; for any other relay, whether it answers.
    #[must_use]
    pub fn is_alive(&mut self) -> bool {
        match &mut self.ours {
            Some((_, process)) => matches!(process.child().try_wait(), Ok(None)),
            None => self.product().is_ok(),
        }
    }

    /// Kills the process at once, without any chance to write. A relay that the bench did not start lives on.
    pub fn kill(&mut self) {
        if let Some((_, process)) = &mut self.ours {
            // An error means that it is gone already.
            drop(process.kill());
        }
    }

    /// Starts it again on what it kept. Its address may be another one.
    ///
    /// # Errors
    ///
    /// If it does not become ready. A relay that the bench did not start must still answer.
    pub fn restart(&mut self) -> Result<(), TargetError> {
        self.kill();
        let Some((launch, process)) = &mut self.ours else {
            return self.product().map(drop);
        };
        let (started, base) = launch.start()?;
        *process = started;
        self.accounts = self.accounts.moved_to(&base);
        self.base = base;
        Ok(())
    }
}

/// Starts a command of the manifest in the folder of `places` and waits for it.
fn launched(
    manifest: &Manifest,
    places: &Places,
    (start, url): (&[String], Option<String>),
    more: &[String],
) -> Result<(Launch, Process, String), TargetError> {
    let filled = start.iter().map(|word| fill(word, &manifest.root, places));
    let launch = Launch {
        command: filled.chain(more.iter().cloned()).collect(),
        folder: places.dir.clone(),
        url,
        allow_remote: manifest.relay.allow_remote,
        patience: manifest.relay.patience,
    };
    let (process, base) = launch.start()?;
    Ok((launch, process, base))
}

#[cfg(test)]
mod tests;
