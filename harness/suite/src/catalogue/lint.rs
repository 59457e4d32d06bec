//! What must hold of every row before it counts.

use super::{Catalogue, CatalogueError, Requirement};
use crate::check::Check;

/// What only an accredited body may say, in both languages; looked for as a part of a word, in small letters.
const FORBIDDEN: [&str; 8] = [
    "certified",
    "certification",
    "compliant",
    "compliance",
    "zertifizier",
    "konform",
    "bsi-geprüft",
    "gütesiegel",
];

/// Marks of certainty: read in the primary text, from a secondary source, from memory.
const MARKS: [&str; 3] = [" [V]", " [W]", " [M]"];

/// Sources that are our own and need no mark.
const OWN: [&str; 2] = ["project demand", "project addition"];

/// What stands between why no check looks and what would close the gap.
const CLOSES: &str = " Closes it: ";

/// What a row says by itself.
pub(super) fn row(row: &Requirement) -> Result<(), CatalogueError> {
    let id = || row.id.clone();
    let is_empty = |text: &String| text.trim().is_empty();
    if is_empty(&row.en) || is_empty(&row.de) || row.sources.is_empty() || row.test.is_empty() {
        return Err(CatalogueError::Empty(id()));
    }
    if row.en == row.de {
        return Err(CatalogueError::OneLanguage(id()));
    }
    if let Some(source) = row.sources.iter().find(|source| !is_marked(source)) {
        return Err(CatalogueError::Unmarked {
            row: id(),
            clause: source.clone(),
        });
    }
    let texts = [&row.en, &row.de].into_iter().chain(&row.gap);
    if let Some(word) = texts.into_iter().find_map(|text| forbidden(text)) {
        return Err(CatalogueError::Forbidden { row: id(), word });
    }
    if let Some(switch) = row.needs.iter().find(|switch| switch.is_protection()) {
        return Err(CatalogueError::ExcusedByItsProtection {
            row: id(),
            switch: switch.name(),
        });
    }
    let has_clause = row.sources.iter().any(|one| one.starts_with("TR-03161-"));
    if has_clause != row.depth.is_some() {
        return Err(CatalogueError::Depth(id()));
    }
    Ok(())
}

/// What the rows and the checks say of each other.
pub(super) fn coverage(catalogue: &Catalogue, checks: &[&Check]) -> Result<(), CatalogueError> {
    for check in checks {
        let unknown = check
            .requirements
            .iter()
            .find(|id| catalogue.requirement(id).is_none());
        if unknown.is_some() || check.requirements.is_empty() {
            return Err(CatalogueError::Unrequired {
                check: check.id,
                row: unknown.copied().unwrap_or("none").to_owned(),
            });
        }
    }
    for row in catalogue.requirements() {
        let mut bearing = checks
            .iter()
            .filter(|check| check.requirements.contains(&row.id.as_str()))
            .peekable();
        let is_covered = bearing.peek().is_some();
        if !is_covered && !row.gap.as_deref().is_some_and(is_argued) {
            return Err(CatalogueError::Uncovered(row.id.clone()));
        }
        if is_covered && !bearing.any(|check| check.witness >= row.witness) {
            return Err(CatalogueError::Unwitnessed(row.id.clone()));
        }
    }
    Ok(())
}

fn is_marked(source: &str) -> bool {
    OWN.contains(&source) || MARKS.iter().any(|mark| source.ends_with(mark))
}

fn forbidden(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    FORBIDDEN.into_iter().find(|word| text.contains(word))
}

/// Whether a gap says why it is there and what would close it.
fn is_argued(gap: &str) -> bool {
    gap.split_once(CLOSES)
        .is_some_and(|(why, what)| !why.trim().is_empty() && !what.trim().is_empty())
}
