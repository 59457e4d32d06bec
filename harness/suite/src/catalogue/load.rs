//! From TOML to typed rows.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use super::{Attack, Catalogue, Requirement};

/// A catalogue that contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CatalogueError {
    /// Not the TOML of a catalogue.
    #[error("the catalogue is malformed: {0}")]
    Malformed(String),
    /// Two rows have one id.
    #[error("the catalogue has two rows {0}")]
    Twice(String),
    /// A row lacks a text or a source.
    #[error("row {0} of the catalogue has an empty text or no source")]
    Empty(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirements {
    edition: String,
    requirement: Vec<Requirement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attacks {
    attack: Vec<Attack>,
}

pub(super) fn load(
    requirements: &str,
    attacks: &str,
    later: &str,
) -> Result<Catalogue, CatalogueError> {
    let malformed = |error: toml::de::Error| CatalogueError::Malformed(error.to_string());
    let Requirements {
        edition,
        requirement,
    } = toml::from_str(requirements).map_err(malformed)?;
    let Attacks { attack } = toml::from_str(attacks).map_err(malformed)?;
    let later: Attacks = toml::from_str(later).map_err(malformed)?;
    let requirements = requirement.into_iter().map(|row| {
        let whole = [&row.en, &row.de]
            .iter()
            .all(|text| !text.trim().is_empty());
        (row.id.clone(), whole && !row.sources.is_empty(), row)
    });
    let attacks = attack.into_iter().map(|row| {
        let whole = [&row.title, &row.passes]
            .iter()
            .all(|text| !text.trim().is_empty());
        (row.id.clone(), whole && !row.sources.is_empty(), row)
    });
    // What no check carries out yet needs a reason instead.
    let later = later.attack.into_iter().map(|row| {
        let why = row.gap.as_ref().xor(row.later.as_ref());
        let whole = why.is_some_and(|why| !why.trim().is_empty());
        (row.id.clone(), whole && !row.title.trim().is_empty(), row)
    });
    let attacks = attacks.chain(later);
    Ok(Catalogue {
        edition,
        requirements: by_id(requirements)?,
        attacks: by_id(attacks)?,
    })
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
