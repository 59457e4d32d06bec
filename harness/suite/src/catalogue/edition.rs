//! Editions: which rows stood in the catalogue when, and how they read.

use std::collections::BTreeMap;

use harness_evidence::sha256_hex;
use serde::Deserialize;

use super::Catalogue;

/// One edition of the catalogue, as `catalogue/editions.toml` records it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Its name, such as `2026-11`.
    pub name: String,
    /// What is new, and why.
    pub note: String,
    /// SHA-256, hex, of all rows that count in it: a line `id digest` each, sorted by id.
    pub digest: String,
    /// The rows that are new or read otherwise than before, with their SHA-256, hex.
    pub rows: BTreeMap<String, String>,
}

impl Edition {
    /// Every row that counts after these editions, by id with its digest. A row is never taken back.
    #[must_use]
    pub fn rows_after(editions: &[Self]) -> BTreeMap<&str, &str> {
        let rows = editions.iter().flat_map(|edition| &edition.rows);
        rows.map(|(id, digest)| (id.as_str(), digest.as_str()))
            .collect()
    }
}

impl Catalogue {
    /// The lines that the newest edition lacks: rows that are new, or changed since it was recorded. Rows that it records and that
    /// are gone are named with an empty digest. A frozen catalogue has none.
    #[must_use]
    pub fn unrecorded(&self) -> BTreeMap<String, String> {
        let recorded = Edition::rows_after(&self.editions);
        let rows = self.requirements();
        let changed = rows.filter_map(|row| {
            let digest = row.digest();
            (recorded.get(row.id.as_str()) != Some(&digest.as_str()))
                .then(|| (row.id.clone(), digest))
        });
        let gone = recorded
            .keys()
            .filter(|id| self.requirement(id).is_none())
            .map(|id| ((*id).to_owned(), String::new()));
        changed.chain(gone).collect()
    }
}

/// The digest of rows, each with its own.
#[must_use]
pub(super) fn digest_of(rows: &BTreeMap<&str, &str>) -> String {
    let lines: String = rows
        .iter()
        .map(|(id, digest)| format!("{id} {digest}\n"))
        .collect();
    sha256_hex(lines.as_bytes())
}
