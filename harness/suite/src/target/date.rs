//! Days, for what expires.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A day of the Gregorian calendar, in text `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no day.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("{0:?} is not a day in the form YYYY-MM-DD")]
pub struct DateError(String);

impl Date {
    /// The day at this moment (milliseconds since the Unix epoch, UTC).
    ///
    /// Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is the last one.
    #[must_use]
    pub fn at(now: u64) -> Self {
        let days = now / 86_400_000 + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        Self {
            year: u16::try_from(year).unwrap_or(u16::MAX),
            month: u8::try_from(month).unwrap_or(u8::MAX),
            day: u8::try_from(day).unwrap_or(u8::MAX),
        }
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let parsed = || {
            let mut parts = text
                .split('-')
                .map(|part| (part.len(), part.parse::<u16>().ok()));
            let (Some((4, Some(year))), Some((2, Some(month))), Some((2, Some(day))), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                return None;
            };
            let leap =
                year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
            let last = match month {
                2 => 28 + u16::from(leap),
                4 | 6 | 9 | 11 => 30,
                1..=12 => 31,
                _ => return None,
            };
            let day = (1..=last).contains(&day).then_some(day)?;
            Some(Self {
                year,
                month: u8::try_from(month).ok()?,
                day: u8::try_from(day).ok()?,
            })
        };
        parsed().ok_or_else(|| DateError(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_fall_on_their_days() {
        for (now, day) in [
            (0, "1970-01-01"),
            (951_782_399_999, "2000-02-28"),
            (951_782_400_000, "2000-02-29"),
            (1_795_392_000_000, "2026-11-23"),
            (4_107_542_400_000, "2100-03-01"),
        ] {
            assert_eq!(Date::at(now).to_string(), day);
        }
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        assert_eq!(
            "2028-02-29".parse::<Date>().unwrap().to_string(),
            "2028-02-29"
        );
        for wrong in [
            "2027-02-29",
            "2027-13-01",
            "2027-00-10",
            "27-01-01",
            "2027-1-1",
            "2027-01-01-",
            "",
            "+027-01-01 ",
        ] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
    }
}
