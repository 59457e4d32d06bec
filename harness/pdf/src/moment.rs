//! The date of a report is that of its record.

use typst::foundations::Datetime;

/// A moment of RFC 3339 in UTC, to the second.
pub(crate) fn moment(rfc3339: &str) -> Option<Datetime> {
    let rest = rfc3339.strip_suffix('Z')?;
    let (date, time) = rest.split_once('T')?;
    let (whole, _) = time.split_once('.').unwrap_or((time, ""));
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(whole, ':')?;
    // four digits: what a date in a PDF file has room for
    let year = i32::from(year);
    let small = |number: u16| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        (1000..10_000).contains(&year).then_some(year)?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
    )
}

fn numbers(text: &str, between: char) -> Option<[u16; 3]> {
    let numbers = text.split(between).map(|part| part.parse().ok());
    numbers.collect::<Option<Vec<_>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_to_the_second() {
        let read = moment("2026-11-23T03:00:41.250Z").unwrap();
        assert_eq!(
            (read.year(), read.month(), read.day()),
            (Some(2026), Some(11), Some(23))
        );
        assert_eq!(
            (read.hour(), read.minute(), read.second()),
            (Some(3), Some(0), Some(41))
        );
    }

    #[test]
    fn what_is_no_moment_in_utc_is_none() {
        for text in [
            "",
            "soon",
            "2026-11-23",
            "2026-11-23T03:00:41+01:00",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "0001-01-01T00:00:00Z",
            "99999-01-01T00:00:00Z",
            "2026-11-23T03:00Z",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
