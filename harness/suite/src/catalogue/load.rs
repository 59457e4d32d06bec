//! From TOML to typed rows.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use super::{Attack, Catalogue, Edition, Requirement, edition::digest_of, lint};

/// A catalogue that contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CatalogueError {
    /// Not the TOML of a catalogue.
    #[error("the catalogue is malformed: {0}")]
    Malformed(String),
    /// Two rows have one id.
    #[error("the catalogue has two rows {0}")]
    Twice(String),
    /// The rows of an edition are not those of its digest.
    #[error("edition {0} of the catalogue does not have the digest of its rows")]
    Edition(String),
    /// A row lacks a text or a source.
    #[error("row {0} of the catalogue has an empty text, no source or no kind of test")]
    Empty(String),
    /// A row reads the same in both languages.
    #[error("row {0} of the catalogue has one text for two languages")]
    OneLanguage(String),
    /// A source says neither how certain it is nor that it is our own.
    #[error("row {row} of the catalogue has a source without [V], [W] or [M]: {clause:?}")]
    Unmarked {
        /// The row.
        row: String,
        /// The source.
        clause: String,
    },
    /// A row says what only an accredited body may say.
    #[error("row {row} of the catalogue says {word:?}")]
    Forbidden {
        /// The row.
        row: String,
        /// The word.
        word: &'static str,
    },
    /// A row would fall away with the very protection that it demands.
    #[error("row {row} of the catalogue needs {switch}, which is a protection and excuses nothing")]
    ExcusedByItsProtection {
        /// The row.
        row: String,
        /// The switch.
        switch: &'static str,
    },
    /// A row has a depth without a clause of TR-03161 or the other way round.
    #[error(
        "row {0} of the catalogue has a depth exactly if a clause of TR-03161 is among its sources"
    )]
    Depth(String),
    /// A check bears on no row, or on one that does not exist.
    #[error("the check {check} bears on a row that is not in the catalogue: {row}")]
    Unrequired {
        /// The check's id.
        check: &'static str,
        /// The row, or `none`.
        row: String,
    },
    /// A row has neither a check nor an argued gap.
    #[error(
        "row {0} of the catalogue has no check and no gap that says why and, behind \"Closes it:\", what would close it"
    )]
    Uncovered(String),
    /// No check of a row accepts only what the row demands.
    #[error("row {0} of the catalogue demands a stronger witness than any of its checks")]
    Unwitnessed(String),
}

/// The texts of a catalogue, TOML.
pub(super) struct Texts<'a> {
    pub editions: &'a str,
    pub requirements: &'a [&'a str],
    pub attacks: &'a [&'a str],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Editions {
    edition: Vec<Edition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirements {
    requirement: Vec<Requirement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attacks {
    attack: Vec<Attack>,
}

pub(super) fn load(texts: &Texts<'_>) -> Result<Catalogue, CatalogueError> {
    let Editions { edition } = parse(texts.editions)?;
    for (n, one) in edition.iter().enumerate() {
        let before = edition.get(..=n).unwrap_or_default();
        if digest_of(&Edition::rows_after(before)) != one.digest {
            return Err(CatalogueError::Edition(one.name.clone()));
        }
    }
    let mut requirements = Vec::new();
    for text in texts.requirements {
        let Requirements { requirement } = parse(text)?;
        requirements.extend(requirement);
    }
    let mut attacks = Vec::new();
    for text in texts.attacks {
        let Attacks { attack } = parse(text)?;
        attacks.extend(attack);
    }
    for row in &requirements {
        lint::row(row)?;
    }
    let requirements = requirements
        .into_iter()
        .map(|row| (row.id.clone(), true, row));
    let attacks = attacks
        .into_iter()
        .map(|row| (row.id.clone(), is_whole(&row), row));
    Ok(Catalogue {
        editions: edition,
        requirements: by_id(requirements)?,
        attacks: by_id(attacks)?,
    })
}

fn parse<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, CatalogueError> {
    toml::from_str(text).map_err(|error| CatalogueError::Malformed(error.to_string()))
}

/// What a check carries out has sources and says when a messenger passes; what none carries out yet needs a reason instead.
fn is_whole(attack: &Attack) -> bool {
    let says = |text: &str| !text.trim().is_empty();
    let is_described = says(&attack.passes) && !attack.sources.is_empty();
    let is_argued = match (&attack.gap, &attack.later) {
        (None, None) => is_described,
        (Some(why), None) | (None, Some(why)) => says(why),
        (Some(_), Some(_)) => false,
    };
    says(&attack.title) && is_argued
}

/// The rows by id; each comes with its id and whether it is whole.
fn by_id<Row>(
    rows: impl Iterator<Item = (String, bool, Row)>,
) -> Result<BTreeMap<String, Row>, CatalogueError> {
    let mut found = BTreeMap::new();
    for (id, whole, row) in rows {
        if id.is_empty() || !whole {
            return Err(CatalogueError::Empty(id));
        }
        if found.insert(id.clone(), row).is_some() {
            return Err(CatalogueError::Twice(id));
        }
    }
    Ok(found)
}
