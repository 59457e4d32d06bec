//! The manifest of a target: what is tested and how it is reached.

mod statement;
mod written;

use std::path::{Path, PathBuf};

use harness_driver::Secret;
use harness_evidence::{Ics, MakerClaim};
use serde::{Deserialize, Deserializer};

use super::{
    Date, Patience, TargetError,
    command::{Places, fill},
    file::{read_text, unusable},
};

/// What is tested, in the words of the person who tests it.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The name that stands in the report.
    pub name: String,
    /// SHA-256 of its text, hex.
    pub sha256: String,
    /// Files and folders that the product consists of, with placeholders: measured before the bench starts it, beside its programs.
    pub artefacts: Vec<String>,
    /// The relay.
    pub relay: RelaySpec,
    /// The client, if one is tested too.
    pub client: Option<ClientSpec>,
    /// What its maker claims: the sentences of `claims`, then the tables of `[[claim]]`.
    pub claims: Vec<MakerClaim>,
    /// What its maker declares that it has and has not; whoever claims something declares it.
    pub ics: Option<Ics>,
    /// Known deviations.
    pub deviations: Vec<Deviation>,
    /// The folder of the manifest.
    pub root: PathBuf,
}

/// A relay and what is known about it.
#[derive(Clone, Debug)]
pub struct RelaySpec {
    /// How it is reached.
    pub reach: Reach,
    /// Whether it may lie outside this machine.
    pub allow_remote: bool,
    /// How long it may take to become ready.
    pub patience: Patience,
    /// Files and folders of its store, with placeholders.
    pub store: Vec<String>,
    /// Files and folders of its log, with placeholders.
    pub log: Vec<String>,
    /// What the relay offers beyond what Matrix demands of it: `retention`, `push-gateways`, `client-versions`,
    /// `claim-limit`.
    pub offers: Vec<String>,
    /// How accounts are made.
    pub accounts: AccountSource,
    /// How it is started for an organisation, if it knows what the bench's organisation signs.
    pub organisation: Option<OrganisationSpec>,
}

/// How a relay is started for an organisation that the bench plays (`reference/protocol/organisation.md`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationSpec {
    /// Program and arguments, with placeholders; the bench puts the charter to `{dir}/charter.json`.
    pub start: Vec<String>,
    /// The relay's name in user ids.
    pub server: String,
}

/// How a relay is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It runs already, at this URL.
    Url(String),
    /// The bench starts it and it says where it listens, in a line `listening URL`.
    Announced {
        /// Program and arguments, with placeholders.
        start: Vec<String>,
    },
    /// The bench starts it and it is ready once this URL answers.
    Answering {
        /// Program and arguments, with placeholders.
        start: Vec<String>,
        /// Its URL.
        url: String,
    },
}

/// How accounts are made on a relay.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum AccountSource {
    /// Registration with an invitation token (Matrix `m.login.registration_token`).
    RegistrationToken {
        /// A token for the accounts of the bench; it must be good for many uses.
        #[serde(deserialize_with = "secret")]
        token: Secret,
        /// Tokens that are good for one use each, for the check of just that.
        #[serde(default, deserialize_with = "secrets")]
        single_use: Vec<Secret>,
    },
    /// Synapse's registration with a secret that the operator shares with the bench.
    SynapseSharedSecret {
        /// The secret.
        #[serde(deserialize_with = "secret")]
        secret: Secret,
        /// Whether the operator gives out invitation tokens through Synapse's administration interface.
        #[serde(default)]
        invitations: bool,
    },
    /// Accounts that exist already, in a TOML file beside the manifest: `[[account]]` with `user` and `password`.
    Static {
        /// The file, relative to the manifest.
        file: PathBuf,
    },
}

impl AccountSource {
    /// Whether there are invitation tokens that are good for one account.
    #[must_use]
    pub fn gives_invitations(&self) -> bool {
        match self {
            Self::RegistrationToken { single_use, .. } => !single_use.is_empty(),
            Self::SynapseSharedSecret { invitations, .. } => *invitations,
            Self::Static { .. } => false,
        }
    }
}

/// A client under test.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSpec {
    /// The driver's program and arguments, with placeholders.
    pub drive: Vec<String>,
    /// Arguments with which it logs as much as it can, for the checks that search its log.
    #[serde(default)]
    pub loudest: Vec<String>,
    /// Files and folders of its log and of its crash reports, with placeholders; its standard error is known.
    #[serde(default)]
    pub log: Vec<String>,
    /// How long the driver may take for one answer.
    #[serde(rename = "patience_seconds", default = "Patience::of_driver")]
    pub patience: Patience,
}

/// A check that is known to fail on this target. It runs nevertheless and is reported as a deviation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// The check's id.
    pub check: String,
    /// Why it is accepted.
    pub reason: String,
    /// The day after which it is accepted no more.
    pub expires: Date,
}

impl Manifest {
    /// Reads a manifest file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or [`Manifest::parse`] does not understand it.
    pub fn read(path: &Path) -> Result<Self, TargetError> {
        let root = path.parent().unwrap_or_else(|| Path::new(""));
        let root = if root.as_os_str().is_empty() {
            Path::new(".")
        } else {
            root
        };
        let text = read_text(path)?;
        let root = root
            .canonicalize()
            .map_err(|reason| unusable(path, reason))?;
        Self::parse(&text, path, root)
    }

    /// Understands the text of a manifest. `path` is its name in errors, `root` the folder for `{root}`.
    ///
    /// # Errors
    ///
    /// If the text is no manifest, contradicts itself, or names a relay that may not be attacked.
    pub fn parse(text: &str, path: &Path, root: PathBuf) -> Result<Self, TargetError> {
        written::understand(text, path, root)
    }

    /// The command of the client's driver, if a client is tested.
    #[must_use]
    pub fn drive(&self, places: &Places) -> Option<Vec<String>> {
        let words = &self.client.as_ref()?.drive;
        Some(
            words
                .iter()
                .map(|word| fill(word, &self.root, places))
                .collect(),
        )
    }

    /// The files and folders where the client's log lies.
    #[must_use]
    pub fn client_log(&self, places: &Places) -> Vec<PathBuf> {
        let words = self.client.iter().flat_map(|client| &client.log);
        words
            .map(|word| fill(word, &self.root, places).into())
            .collect()
    }

    /// The files and folders where the relay's store and log lie.
    #[must_use]
    pub fn kept(&self, places: &Places) -> Vec<PathBuf> {
        let words = self.relay.store.iter().chain(&self.relay.log);
        words
            .map(|word| fill(word, &self.root, places).into())
            .collect()
    }
}

fn secret<'de, D: Deserializer<'de>>(input: D) -> Result<Secret, D::Error> {
    String::deserialize(input).map(Secret::new)
}

fn secrets<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Secret>, D::Error> {
    Vec::<String>::deserialize(input).map(|values| values.into_iter().map(Secret::new).collect())
}

#[cfg(test)]
mod tests;
