use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Everything that the relay stores or logs, with purpose and lifetime: `inventory.toml`, as it was compiled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// What lies in the store.
    #[serde(rename = "table")]
    pub tables: Vec<StoredTable>,
    /// What stands in the log.
    #[serde(rename = "log")]
    pub lines: Vec<LogLine>,
}

/// A table of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredTable {
    /// Its name in the file.
    pub name: String,
    /// What its rows are kept for.
    pub purpose: String,
    /// How long they are kept: one of the words that the file explains.
    pub lifetime: String,
    /// The parts of a row's key.
    pub key: Vec<String>,
    /// Paths inside a row's value; one that ends in `*` covers all below it.
    pub fields: Vec<String>,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogLine {
    /// Its `event`.
    pub event: String,
    /// What it is written for.
    pub purpose: String,
    /// Its fields beside time, level and event.
    pub fields: Vec<String>,
}

/// The inventory of this relay.
///
/// # Errors
/// Never for a relay whose tests passed: they read the same file.
pub fn inventory() -> Result<Inventory, Error> {
    toml::from_str(WRITTEN).map_err(|error| {
        Error::Settings(crate::settings::SettingsError::Contradictory {
            path: Path::new("inventory.toml").to_owned(),
            fact: error.message().to_owned(),
        })
    })
}

impl StoredTable {
    /// Whether a path inside a row's value is declared.
    #[must_use]
    pub fn declares(&self, path: &str) -> bool {
        self.fields.iter().any(|field| covers(field, path))
    }
}

/// Whether a declared path is, or holds, `path`.
fn covers(field: &str, path: &str) -> bool {
    match field.strip_suffix('*') {
        Some(before) => path.starts_with(before) || before.strip_suffix('.') == Some(path),
        None => field == path,
    }
}

const WRITTEN: &str = include_str!("../inventory.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Table;

    #[test]
    fn every_table_is_listed_once_and_no_other() {
        let listed: Vec<_> = inventory()
            .unwrap()
            .tables
            .into_iter()
            .map(|table| table.name)
            .collect();
        let real: Vec<_> = Table::ALL.iter().map(|table| table.name()).collect();
        assert_eq!(listed, real);
    }

    #[test]
    fn lifetimes_are_words_that_the_file_explains() {
        let words = [
            "account",
            "device",
            "room",
            "retention",
            "delivered",
            "relay",
        ];
        for table in inventory().unwrap().tables {
            assert!(words.contains(&table.lifetime.as_str()), "{}", table.name);
            assert!(!table.purpose.is_empty());
        }
    }

    #[test]
    fn a_star_covers_what_is_below_it_and_nothing_else() {
        assert!(covers("content.*", "content.body") && covers("content.*", "content"));
        assert!(!covers("content.*", "contents") && covers("*", "") && !covers("id", "ids"));
    }
}
