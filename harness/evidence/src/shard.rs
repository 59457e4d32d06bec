//! A run in parts: each part carries out some of the checks, and `merge` makes one record of all parts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most parts of one run.
pub const SHARD_LIMIT: usize = 64;

/// One part of a run, written `2/3`: the second of three.
///
/// Which checks it takes follows from their places in the plan alone, so that parts need not know of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    part: usize,
    of: usize,
}

/// A text that is no part of a run.
#[derive(Debug, Error)]
#[error("{0:?} is no part of a run, such as 2/3; at most {SHARD_LIMIT} parts")]
pub struct NotAShard(String);

impl Shard {
    /// Its number, from 1.
    #[must_use]
    pub const fn part(self) -> usize {
        self.part
    }

    /// How many parts there are.
    #[must_use]
    pub const fn of(self) -> usize {
        self.of
    }

    /// Whether it carries out the check at this place of the plan, from 0.
    #[must_use]
    pub const fn takes(self, place: usize) -> bool {
        place % self.of + 1 == self.part
    }
}

impl FromStr for Shard {
    type Err = NotAShard;

    fn from_str(text: &str) -> Result<Self, NotAShard> {
        let no_shard = || NotAShard(text.chars().take(20).collect());
        let (part, of) = text.split_once('/').ok_or_else(no_shard)?;
        let number = |text: &str| {
            text.parse()
                .ok()
                .filter(|number: &usize| number.to_string() == text)
        };
        let (part, of) = (
            number(part).ok_or_else(no_shard)?,
            number(of).ok_or_else(no_shard)?,
        );
        if part == 0 || part > of || of > SHARD_LIMIT {
            return Err(no_shard());
        }
        Ok(Self { part, of })
    }
}

impl TryFrom<String> for Shard {
    type Error = NotAShard;

    fn try_from(text: String) -> Result<Self, NotAShard> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

/// A part that was merged: the run it was, by the digest of its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergedShard {
    /// Which part.
    pub shard: Shard,
    /// The id of its run.
    pub run: String,
    /// SHA-256 of the manifest over its record, hex: what its run signed.
    pub manifest: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_belongs_to_one_part() {
        for of in 1..=7 {
            for place in 0..50 {
                let takes = |part: usize| {
                    format!("{part}/{of}")
                        .parse::<Shard>()
                        .unwrap()
                        .takes(place)
                };
                assert_eq!(
                    (1..=of).filter(|part| takes(*part)).count(),
                    1,
                    "{place} of {of}"
                );
            }
        }
    }

    #[test]
    fn a_part_has_one_text() {
        let shard: Shard = serde_json::from_str("\"2/3\"").unwrap();
        assert_eq!((shard.part(), shard.of()), (2, 3));
        assert_eq!(serde_json::to_string(&shard).unwrap(), "\"2/3\"");
        for other in [
            "", "/", "1", "0/3", "4/3", "1/0", "01/3", "+1/3", "1/65", "1/3 ", "-1/3", "1/2/3",
        ] {
            assert!(other.parse::<Shard>().is_err(), "{other}");
        }
    }
}
