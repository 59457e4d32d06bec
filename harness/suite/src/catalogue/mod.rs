//! The catalogue: what must hold (requirements) and what is done to find out (attacks), as data.
//!
//! The rows lie in `catalogue/*.toml` of this crate and are part of the program. Texts are our own; sources are named
//! with a mark of certainty, `[V]` read in the primary text, `[W]` secondary, `[M]` from memory.

mod edition;
mod lint;
mod load;
mod requirement;

use std::collections::BTreeMap;

use harness_evidence::Profile;
use serde::Deserialize;

pub use edition::Edition;
pub use load::CatalogueError;
pub use requirement::{Gravity, Requirement};

use load::Texts;

/// The catalogue of this program.
const EMBEDDED: Texts<'_> = Texts {
    editions: include_str!("../../catalogue/editions.toml"),
    requirements: &[
        include_str!("../../catalogue/requirements/e2e.toml"),
        include_str!("../../catalogue/requirements/key.toml"),
        include_str!("../../catalogue/requirements/grp.toml"),
        include_str!("../../catalogue/requirements/med.toml"),
        include_str!("../../catalogue/requirements/con.toml"),
        include_str!("../../catalogue/requirements/met.toml"),
        include_str!("../../catalogue/requirements/clo.toml"),
        include_str!("../../catalogue/requirements/tls.toml"),
        include_str!("../../catalogue/requirements/sto.toml"),
        include_str!("../../catalogue/requirements/prv.toml"),
        include_str!("../../catalogue/requirements/avl.toml"),
        include_str!("../../catalogue/requirements/upd.toml"),
        include_str!("../../catalogue/requirements/log.toml"),
        include_str!("../../catalogue/requirements/use.toml"),
    ],
    attacks: &[
        include_str!("../../catalogue/attacks.toml"),
        include_str!("../../catalogue/attacks_later.toml"),
    ],
};

/// Requirements and attacks by id.
#[derive(Clone, Debug)]
pub struct Catalogue {
    editions: Vec<Edition>,
    requirements: BTreeMap<String, Requirement>,
    attacks: BTreeMap<String, Attack>,
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
    /// If a row is malformed, or rows and checks do not fit each other; tests hold that none is.
    pub fn embedded() -> Result<Self, CatalogueError> {
        let catalogue = load::load(&EMBEDDED)?;
        lint::coverage(&catalogue, &crate::checks::all())?;
        Ok(catalogue)
    }

    /// The newest edition, such as `2026-11`.
    #[must_use]
    pub fn edition(&self) -> &str {
        self.editions.last().map_or("", |edition| &edition.name)
    }

    /// Every edition, oldest first.
    #[must_use]
    pub fn editions(&self) -> &[Edition] {
        &self.editions
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

    /// Every requirement that counts for a profile, or all, sorted by id, as it stands in evidence; also those that no check looks at.
    #[must_use]
    pub fn reported(&self, profile: Option<Profile>) -> Vec<harness_evidence::Requirement> {
        self.requirements()
            .filter(|row| profile.is_none_or(|profile| row.profiles.contains(&profile)))
            .map(Requirement::reported)
            .collect()
    }
}

#[cfg(test)]
mod tests;
