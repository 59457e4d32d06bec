//! Numbers and moments as the reader of a language writes them.

use serde::Serialize;

use super::{Words, fill};

/// How numbers and dates look.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct FigureWords {
    /// Between groups of three digits.
    pub(crate) thousands: &'static str,
    /// Before the fraction.
    pub(crate) decimal: &'static str,
    /// A moment, from `day`, `month`, `year` and `time`.
    pub(crate) moment: &'static str,
    /// The months in a moment.
    pub(crate) months: [&'static str; 12],
}

impl Words {
    /// A whole number, such as `1.234` in German.
    pub(crate) fn count(&self, number: impl TryInto<u64>) -> String {
        let digits = number.try_into().unwrap_or(u64::MAX).to_string();
        let mut grouped = String::new();
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (digits.len() - position).is_multiple_of(3) {
                grouped.push_str(self.figures.thousands);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// A part of a whole in percent with one decimal, such as `12,5`; of an empty whole, 0.
    pub(crate) fn percent(&self, part: usize, whole: usize) -> String {
        let tenths = (part * 1000 + whole / 2).checked_div(whole).unwrap_or(0);
        self.fraction(u64::try_from(tenths).unwrap_or(u64::MAX), 1)
    }

    /// A number of tenths, hundredths and so on with so many decimals, such as `1.234,5` of 12345 tenths.
    pub(crate) fn fraction(&self, number: u64, decimals: usize) -> String {
        let unit = (0..decimals).fold(1_u64, |unit, _| unit.saturating_mul(10));
        let (whole, part) = (number / unit, number % unit);
        format!(
            "{}{}{part:0decimals$}",
            self.count(whole),
            self.figures.decimal
        )
    }

    /// A moment of RFC 3339 in UTC to the second; anything else as it is.
    pub(crate) fn moment(&self, rfc3339: &str) -> String {
        self.read_moment(rfc3339)
            .unwrap_or_else(|| rfc3339.to_owned())
    }

    fn read_moment(&self, rfc3339: &str) -> Option<String> {
        let (date, time) = rfc3339.split_once('T')?;
        let [year, month, day]: [&str; 3] = date.split('-').collect::<Vec<_>>().try_into().ok()?;
        let month = month.parse::<usize>().ok()?.checked_sub(1)?;
        let values = [
            ("day", day),
            ("month", *self.figures.months.get(month)?),
            ("year", year),
            ("time", time.get(..8)?),
        ];
        Some(fill(self.figures.moment, &values))
    }
}

#[cfg(test)]
mod tests {
    use crate::Language;

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        let (german, english) = (Language::De.words(), Language::En.words());
        for (number, de, en) in [
            (0_u64, "0", "0"),
            (999, "999", "999"),
            (1_000, "1.000", "1,000"),
            (1_234_567, "1.234.567", "1,234,567"),
        ] {
            assert_eq!(german.count(number), de);
            assert_eq!(english.count(number), en);
        }
    }

    #[test]
    fn percentages_are_rounded_and_an_empty_whole_has_none() {
        let german = Language::De.words();
        assert_eq!(german.percent(1, 3), "33,3");
        assert_eq!(german.percent(2, 3), "66,7");
        assert_eq!(german.percent(5, 5), "100,0");
        assert_eq!(german.percent(1, 0), "0,0");
        assert_eq!(Language::En.words().percent(1, 8), "12.5");
    }

    #[test]
    fn fractions_keep_their_zeros() {
        let (german, english) = (Language::De.words(), Language::En.words());
        assert_eq!(german.fraction(12_345, 1), "1.234,5");
        assert_eq!(english.fraction(7, 2), "0.07");
        assert_eq!(english.fraction(1108, 2), "11.08");
    }

    #[test]
    fn moments_are_written_by_hand_and_nonsense_stays_as_it_is() {
        let (german, english) = (Language::De.words(), Language::En.words());
        let moment = "2026-03-09T03:00:41.250Z";
        assert_eq!(german.moment(moment), "09.03.2026, 03:00:41");
        assert_eq!(english.moment(moment), "09 Mar 2026, 03:00:41");
        for other in [
            "",
            "soon",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-01T0",
        ] {
            assert_eq!(german.moment(other), other);
        }
    }
}
