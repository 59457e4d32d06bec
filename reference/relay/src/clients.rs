use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Which versions of clients the relay serves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Clients {
    /// The oldest version that is served; none: all are.
    pub minimum: Option<Version>,
    /// From when on older ones are refused; until then they are warned. None: they are only warned.
    pub refused_from: Option<Moment>,
    /// Whether clients that say no version are served as if they were new: stock Matrix clients say none.
    pub serve_unnamed: bool,
}

/// Three numbers: `1.2.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version([u32; 3]);

/// A moment, written as in RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// It is served.
    Full,
    /// It is served with a warning.
    Warned(Version),
    /// It is not served.
    Refused(Version),
}

impl Clients {
    /// What becomes of a request by a client that says this of its version.
    pub(crate) fn judge(&self, said: Option<&str>, now: u64) -> Service {
        let Some(minimum) = self.minimum else {
            return Service::Full;
        };
        let new_enough = match said {
            // What is no version is no new one.
            Some(said) => said
                .parse()
                .is_ok_and(|version: Version| version >= minimum),
            None => self.serve_unnamed,
        };
        match (new_enough, self.refused_from) {
            (true, _) => Service::Full,
            (false, Some(Moment(from))) if from <= now => Service::Refused(minimum),
            (false, _) => Service::Warned(minimum),
        }
    }
}

impl Version {
    /// The version made of these numbers.
    #[must_use]
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self([major, minor, patch])
    }
}

impl Moment {
    /// So many milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn at(milliseconds: u64) -> Self {
        Self(milliseconds)
    }
}

impl FromStr for Version {
    type Err = NoVersion;

    fn from_str(text: &str) -> Result<Self, NoVersion> {
        let numbers = text.split('.').map(|number| {
            let plain = number.len() <= 9 && number.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| number.parse().ok()).flatten()
        });
        let numbers: Vec<u32> = numbers.collect::<Option<_>>().ok_or(NoVersion)?;
        numbers.try_into().map(Self).map_err(|_numbers| NoVersion)
    }
}

/// A text that is no version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a version is three numbers with dots between")]
pub struct NoVersion;

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([major, minor, patch]) = self;
        write!(formatter, "{major}.{minor}.{patch}")
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom("a moment is written like 2027-01-15T08:00:00Z");
        let moment = OffsetDateTime::parse(&text, &Rfc3339).map_err(|_error| wrong())?;
        let milliseconds = moment.unix_timestamp_nanos() / 1_000_000;
        u64::try_from(milliseconds)
            .map(Self)
            .map_err(|_error| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let version = |text: &str| text.parse::<Version>();
        assert!(version("1.10.0").unwrap() > version("1.9.9").unwrap());
        for wrong in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "1.2.x",
            "+1.2.3",
            "1.2.99999999999",
        ] {
            assert_eq!(version(wrong), Err(NoVersion), "{wrong}");
        }
    }

    #[test]
    fn old_clients_are_warned_then_refused() {
        let clients = Clients {
            minimum: Some(Version::new(1, 2, 0)),
            refused_from: Some(Moment(100)),
            serve_unnamed: false,
        };
        let minimum = Version::new(1, 2, 0);
        assert_eq!(clients.judge(Some("1.2.0"), 200), Service::Full);
        for old in [Some("1.1.9"), Some("new"), None] {
            assert_eq!(clients.judge(old, 99), Service::Warned(minimum));
            assert_eq!(clients.judge(old, 100), Service::Refused(minimum));
        }
        let lenient = Clients {
            serve_unnamed: true,
            ..clients
        };
        assert_eq!(lenient.judge(None, 200), Service::Full);
        assert_eq!(Clients::default().judge(None, 200), Service::Full);
    }
}
