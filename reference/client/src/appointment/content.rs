//! What an appointment says, and what it may not say.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What an appointment says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appointment {
    /// One line.
    pub title: String,
    /// One line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Any number of lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it begins.
    pub start: Moment,
    /// When it ends.
    pub end: Moment,
}

/// A local time in a zone of the IANA database, so that it stays nine o'clock when a country changes its rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// `2026-11-24T09:00:00`.
    pub local: String,
    /// `Europe/Berlin`.
    pub zone: String,
}

/// Why an appointment is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum AppointmentError {
    #[error("the {what} has {got} characters, limit {limit}")]
    TooLong {
        what: &'static str,
        got: usize,
        limit: usize,
    },
    #[error("the title is empty")]
    NoTitle,
    #[error("the {0} holds a control character")]
    ControlCharacter(&'static str),
    #[error("{0:?} is no local time such as 2026-11-24T09:00:00")]
    LocalTimeMalformed(String),
    #[error("{0:?} is no zone of the IANA database")]
    ZoneUnknown(String),
    #[error("the clocks of {zone} never show {local}")]
    LocalTimeSkipped { local: String, zone: String },
    #[error("the end is not after the start")]
    EndNotAfterStart,
}

/// The instants between which an appointment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: DateTime<Utc>,
    pub(crate) end: DateTime<Utc>,
}

const MAX_LINE: usize = 500;
const MAX_DESCRIPTION: usize = 8_000;

impl Appointment {
    /// Checks it and tells when it is.
    pub(crate) fn check(&self) -> Result<Span, AppointmentError> {
        if self.title.trim().is_empty() {
            return Err(AppointmentError::NoTitle);
        }
        line("title", &self.title)?;
        line("place", self.place.as_deref().unwrap_or_default())?;
        let description = self.description.as_deref().unwrap_or_default();
        within("description", description, MAX_DESCRIPTION)?;
        if description.chars().any(|char| breaks(char) && char != '\n') {
            return Err(AppointmentError::ControlCharacter("description"));
        }
        let (start, end) = (self.start.instant()?, self.end.instant()?);
        if end <= start {
            return Err(AppointmentError::EndNotAfterStart);
        }
        Ok(Span { start, end })
    }
}

impl Moment {
    /// The instant; of a local time that comes twice the first.
    fn instant(&self) -> Result<DateTime<Utc>, AppointmentError> {
        const FORM: &str = "%Y-%m-%dT%H:%M:%S";

        let malformed =
            || AppointmentError::LocalTimeMalformed(self.local.chars().take(40).collect());
        let local = NaiveDateTime::parse_from_str(&self.local, FORM).or(Err(malformed()))?;
        if self.local.len() != 19 || local.format(FORM).to_string() != self.local {
            return Err(malformed());
        }
        let unknown = || AppointmentError::ZoneUnknown(self.zone.chars().take(40).collect());
        let zone: Tz = self.zone.parse().or(Err(unknown()))?;
        match zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.to_utc()),
            LocalResult::None => Err(AppointmentError::LocalTimeSkipped {
                local: self.local.clone(),
                zone: self.zone.clone(),
            }),
        }
    }
}

fn line(what: &'static str, text: &str) -> Result<(), AppointmentError> {
    within(what, text, MAX_LINE)?;
    if text.chars().any(breaks) {
        return Err(AppointmentError::ControlCharacter(what));
    }
    Ok(())
}

/// Controls, and what some reader takes for the end of a line.
fn breaks(char: char) -> bool {
    char.is_control() || matches!(char, '\u{2028}' | '\u{2029}')
}

fn within(what: &'static str, text: &str, limit: usize) -> Result<(), AppointmentError> {
    let got = text.chars().count();
    if got > limit {
        return Err(AppointmentError::TooLong { what, got, limit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(local: &str, zone: &str) -> Moment {
        Moment {
            local: local.to_owned(),
            zone: zone.to_owned(),
        }
    }

    fn appointment(start: Moment, end: Moment) -> Appointment {
        Appointment {
            title: "Review".to_owned(),
            place: None,
            description: None,
            start,
            end,
        }
    }

    #[test]
    fn a_local_time_is_an_instant_by_the_rules_of_its_zone() {
        let summer = appointment(
            moment("2026-07-01T09:00:00", "Europe/Berlin"),
            moment("2026-07-01T09:00:00", "America/New_York"),
        );
        let span = summer.check().unwrap();
        assert_eq!(span.start.to_rfc3339(), "2026-07-01T07:00:00+00:00");
        assert_eq!(span.end.to_rfc3339(), "2026-07-01T13:00:00+00:00");
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_refused_and_one_that_comes_twice_is_the_first() {
        let skipped = moment("2026-03-29T02:30:00", "Europe/Berlin");
        assert!(matches!(
            skipped.instant(),
            Err(AppointmentError::LocalTimeSkipped { .. })
        ));
        let twice = moment("2026-10-25T02:30:00", "Europe/Berlin");
        assert_eq!(
            twice.instant().unwrap().to_rfc3339(),
            "2026-10-25T00:30:00+00:00"
        );
    }

    #[test]
    fn a_time_has_one_form() {
        for local in [
            "2026-1-24T09:00:00",
            "2026-11-24 09:00:00",
            "2026-11-24T09:00:00Z",
            "2026-11-24T09:00",
            "2026-02-30T09:00:00",
            "+2026-11-24T09:00:0",
            "-999-11-24T09:00:00",
            " 2026-11-24T09:00:0",
            "",
        ] {
            let moment = moment(local, "Europe/Berlin");
            assert!(moment.instant().is_err(), "{local:?}");
        }
        for zone in ["europe/berlin", "Berlin", "", "../etc/passwd", "CET+1"] {
            let moment = moment("2026-11-24T09:00:00", zone);
            assert!(moment.instant().is_err(), "{zone:?}");
        }
    }

    #[test]
    fn texts_have_limits_and_lines_are_lines() {
        let good = appointment(
            moment("2026-11-24T09:00:00", "Europe/Berlin"),
            moment("2026-11-24T10:00:00", "Europe/Berlin"),
        );
        assert!(good.check().is_ok());
        let with = |change: fn(&mut Appointment)| {
            let mut changed = good.clone();
            change(&mut changed);
            changed.check()
        };
        assert!(with(|it| it.description = Some("two\nlines, «quoted»; \\n".to_owned())).is_ok());
        assert!(with(|it| it.title = " ".to_owned()).is_err());
        assert!(with(|it| it.title = "a\r\nATTENDEE:x".to_owned()).is_err());
        assert!(with(|it| it.title = "x".repeat(501)).is_err());
        assert!(with(|it| it.place = Some("a\nb".to_owned())).is_err());
        assert!(with(|it| it.description = Some("a\rb".to_owned())).is_err());
        assert!(with(|it| it.description = Some("x".repeat(8_001))).is_err());
        assert!(with(|it| it.end = it.start.clone()).is_err());
    }
}
