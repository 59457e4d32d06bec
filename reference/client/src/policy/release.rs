//! Releases of the client, and the oldest that may still send (`A_22725`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A release number: three numbers, compared from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Release(u32, u32, u32);

/// The oldest release that may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Floor {
    /// That release.
    pub version: Release,
    /// Older ones warn until then, and send nothing afterwards; milliseconds since the Unix epoch.
    pub refuse_after: u64,
}

/// A text that is no release number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a release has three numbers with dots between them")]
pub struct NoRelease;

impl Release {
    /// The release of this client core.
    #[must_use]
    pub fn own() -> Self {
        // Cargo writes what it has parsed as a version.
        env!("CARGO_PKG_VERSION").parse().unwrap_or(Self(0, 0, 0))
    }
}

impl FromStr for Release {
    type Err = NoRelease;

    fn from_str(text: &str) -> Result<Self, NoRelease> {
        let mut numbers = text.split('.').map(|number| {
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            number.parse().ok().filter(|_| is_number).ok_or(NoRelease)
        });
        let mut next = || numbers.next().unwrap_or(Err(NoRelease));
        let release = Self(next()?, next()?, next()?);
        match numbers.next() {
            None => Ok(release),
            Some(_) => Err(NoRelease),
        }
    }
}

impl TryFrom<String> for Release {
    type Error = NoRelease;

    fn try_from(text: String) -> Result<Self, NoRelease> {
        text.parse()
    }
}

impl From<Release> for String {
    fn from(release: Release) -> Self {
        release.to_string()
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_as_numbers() {
        let release = |text: &str| text.parse::<Release>().unwrap();
        assert!(release("0.10.0") > release("0.9.99"));
        assert!(release("1.0.0") > release("0.99.0"));
        assert_eq!(Release::own().to_string(), env!("CARGO_PKG_VERSION"));
    }

    #[test]
    fn what_is_no_release_is_refused() {
        for text in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "1.2.x",
            "1..2",
            "+1.2.3",
            "1.2.99999999999",
        ] {
            assert_eq!(text.parse::<Release>(), Err(NoRelease), "{text}");
        }
    }
}
