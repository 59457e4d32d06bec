use std::fmt;

use serde::{Deserialize, Deserializer};

/// A span of time as operators write it: `30d`, `12h`, `15m`, `10s`, `500ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lifetime(u64);

impl Lifetime {
    /// So many milliseconds.
    #[must_use]
    pub const fn milliseconds(count: u64) -> Self {
        Self(count)
    }

    /// Its length in milliseconds.
    #[must_use]
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// Reads `30d` and the like; `None`: it is no such text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at_checked(digits)?;
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit)?;
        count.parse::<u64>().ok()?.checked_mul(*unit).map(Self)
    }

    /// Whether something made at `from` has outlived it at `now`.
    pub(crate) fn is_over(self, from: u64, now: u64) -> bool {
        from.saturating_add(self.0) <= now
    }
}

impl<'de> Deserialize<'de> for Lifetime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("a time is a number and one of d, h, m, s, ms"))
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}ms", self.0)
    }
}

const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_units_only() {
        assert_eq!(Lifetime::parse("30d").unwrap().as_ms(), 2_592_000_000);
        assert_eq!(Lifetime::parse("5ms").unwrap().as_ms(), 5);
        for wrong in [
            "",
            "d",
            "30",
            "-1d",
            "1.5h",
            "1w",
            "99999999999999999999d",
            "9999999999999d",
        ] {
            assert_eq!(Lifetime::parse(wrong), None, "{wrong}");
        }
    }
}
