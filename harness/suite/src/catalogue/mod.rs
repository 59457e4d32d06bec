//! The catalogue: what must hold (requirements) and what is done to find out (attacks), as data.
//!
//! The rows lie in `catalogue/*.toml` of this crate and are part of the program. Texts are our own; sources are named
//! with a mark of certainty, `[V]` read in the primary text, `[W]` secondary, `[M]` from memory.

mod load;

use std::collections::{BTreeMap, BTreeSet};

use harness_evidence::{Plan, Severity};
use serde::{Deserialize, Serialize};

pub use load::CatalogueError;

/// Requirements and attacks by id.
#[derive(Clone, Debug)]
pub struct Catalogue {
    edition: String,
    requirements: BTreeMap<String, Requirement>,
    attacks: BTreeMap<String, Attack>,
}

/// Something that must hold of a messenger.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Stable, such as `E2E-08`.
    pub id: String,
    /// How binding it is.
    pub level: Severity,
    /// How bad it is if it does not hold.
    pub gravity: Gravity,
    /// The text in English.
    pub en: String,
    /// The text in German.
    pub de: String,
    /// Where the demand comes from, each with a mark of certainty unless it is the project's own.
    pub sources: Vec<String>,
}

/// How bad it is if a requirement does not hold; ours, beside the verdict and never instead of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gravity {
    /// An inconvenience or a small leak.
    Low,
    /// A limited loss.
    Medium,
    /// A serious loss for some users.
    High,
    /// Content or authenticity lost for many users.
    Critical,
}

/// A published attack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// Stable, such as `ATK-DIR-01`.
    pub id: String,
    /// What is done, in one line.
    pub title: String,
    /// When a messenger passes.
    #[serde(default)]
    pub passes: String,
    /// Under which names it was published.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Which verb of the driver protocol is missing, so that no check can carry it out.
    #[serde(default)]
    pub gap: Option<String>,
    /// Why else no check carries it out yet.
    #[serde(default)]
    pub later: Option<String>,
}

impl Catalogue {
    /// The catalogue of this program.
    ///
    /// # Errors
    ///
    /// If a row is malformed; tests hold that none is.
    pub fn embedded() -> Result<Self, CatalogueError> {
        load::load(
            include_str!("../../catalogue/requirements.toml"),
            include_str!("../../catalogue/attacks.toml"),
            include_str!("../../catalogue/attacks_later.toml"),
        )
    }

    /// The edition, such as `2026-11`.
    #[must_use]
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// A requirement by its id.
    #[must_use]
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.get(id)
    }

    /// An attack by its id.
    #[must_use]
    pub fn attack(&self, id: &str) -> Option<&Attack> {
        self.attacks.get(id)
    }

    /// Every requirement, sorted by id.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.values()
    }

    /// Every attack, sorted by id.
    pub fn attacks(&self) -> impl Iterator<Item = &Attack> {
        self.attacks.values()
    }

    /// The requirements that a plan's checks bear on, sorted by id, as they stand in evidence.
    #[must_use]
    pub fn reported(&self, plan: &Plan) -> Vec<harness_evidence::Requirement> {
        let named: BTreeSet<_> = plan
            .checks
            .iter()
            .flat_map(|check| &check.requirements)
            .collect();
        named
            .into_iter()
            .filter_map(|id| self.requirement(id))
            .map(Requirement::reported)
            .collect()
    }
}

impl Requirement {
    fn reported(&self) -> harness_evidence::Requirement {
        harness_evidence::Requirement {
            id: self.id.clone(),
            severity: self.level,
            text_en: self.en.clone(),
            text_de: self.de.clone(),
            sources: self.sources.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
