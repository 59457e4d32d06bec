//! An appointment for other programs: iCalendar (RFC 5545).

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus, Property};

use super::{AppointmentError, Attendance, Known, calendar::Shown};
use crate::{Conduct, Flaw};

/// The appointment as text, stamped with `now` (milliseconds since the epoch).
///
/// Times are in UTC, so the text needs no definition of a zone (RFC 5545, 3.2.19) and means the same instant everywhere.
pub(crate) fn export(
    known: &Known,
    shown: &Shown,
    now: u64,
    conduct: &Conduct,
) -> Result<String, AppointmentError> {
    let statement = &shown.statement;
    let span = statement.appointment.check()?;
    let mut event = Event::new();
    event
        .uid(&statement.id)
        .timestamp(instant(now))
        .sequence(u32::try_from(statement.sequence).unwrap_or(u32::MAX))
        .summary(&statement.appointment.title)
        .starts(span.start)
        .ends(span.end)
        .status(if known.is_cancelled() {
            EventStatus::Cancelled
        } else {
            EventStatus::Confirmed
        });
    if let Some(place) = &statement.appointment.place {
        event.location(place);
    }
    if let Some(description) = &statement.appointment.description {
        event.description(description);
    }
    event.append_property(Property::new("ORGANIZER", address(shown.author.as_str())));
    for (user, answer) in known.answers(conduct) {
        let status = match answer {
            Attendance::Accepted => "ACCEPTED",
            Attendance::Tentative => "TENTATIVE",
            Attendance::Declined => "DECLINED",
        };
        let mut attendee = Property::new("ATTENDEE", address(user.as_str()));
        event.append_multi_property(attendee.add_parameter("PARTSTAT", status).done());
    }
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//pruefstand//reference messenger//EN"))
        .push(event);
    let text = calendar.to_string();
    if conduct.has(Flaw::IcalendarUnescaped) {
        return Ok(text.replace("\r\n ", "").replace("\\n", "\r\n"));
    }
    Ok(text)
}

fn instant(now: u64) -> DateTime<Utc> {
    let at = i64::try_from(now)
        .ok()
        .and_then(DateTime::from_timestamp_millis);
    at.unwrap_or(DateTime::UNIX_EPOCH)
}

/// A Matrix user as a URI (Matrix specification, 'matrix: URI scheme'): what has a meaning in URIs is encoded.
fn address(user: &str) -> String {
    let user = user.strip_prefix('@').unwrap_or(user);
    format!("matrix:u/{}", crate::json::segment(user))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::{
        EventId, Item, ItemKind, ItemState, RoomId, Trust, UserId,
        appointment::{APPOINTMENT, Appointment, Calendar as Fold, Moment, Said, Statement},
    };

    /// The exported text of an appointment of Bob's.
    fn exported(appointment: Appointment, conduct: &Conduct) -> String {
        let (room, bob) = (RoomId::new("!r:x"), UserId::new("@bob:x;y,z\""));
        let proposed = Statement::propose(&room, &bob, "n".to_owned(), appointment).unwrap();
        let (mut fold, mut items) = (Fold::default(), Vec::new());
        let event = EventId::new("$1");
        let item = Item {
            event: event.clone(),
            sender: bob.clone(),
            device: None,
            kind: ItemKind::Message,
            body: None,
            state: ItemState::Decrypted,
            trust: Trust::Unverified,
            reason: None,
            facts: std::collections::BTreeMap::new(),
        };
        let said = Said {
            room: &room,
            author: &bob,
            kind: APPOINTMENT,
            content: &json!(proposed),
        };
        fold.take(&said, &mut items, item, conduct);
        let known = fold.of_item(&event).unwrap();
        let shown = known.shown.clone().unwrap();
        export(known, &shown, 1_795_000_000_000, conduct).unwrap()
    }

    fn hostile(title: &str, place: &str, description: &str) -> Appointment {
        let at = |local: &str| Moment {
            local: local.to_owned(),
            zone: "Europe/Berlin".to_owned(),
        };
        Appointment {
            title: title.to_owned(),
            place: Some(place.to_owned()),
            description: Some(description.to_owned()),
            start: at("2026-11-24T09:00:00"),
            end: at("2026-11-24T10:00:00"),
        }
    }

    fn names(text: &str) -> BTreeSet<String> {
        let unfolded = text.replace("\r\n ", "");
        let lines = unfolded.split(['\r', '\n']).filter(|line| !line.is_empty());
        lines
            .map(|line| line.split([':', ';']).next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn texts_never_become_lines_of_their_own() {
        let description =
            "1\nX-EVIL:1\nEND:VEVENT\nBEGIN:VALARM; a, b \\ \\n \\N ß 会議".repeat(20);
        let text = exported(
            hostile("a;b,c\\n:d\"e", "Raum 4; X-EVIL:1", &description),
            &Conduct::honest(),
        );
        let expected = [
            "BEGIN",
            "END",
            "VERSION",
            "PRODID",
            "UID",
            "DTSTAMP",
            "DTSTART",
            "DTEND",
            "SEQUENCE",
            "STATUS",
            "SUMMARY",
            "LOCATION",
            "DESCRIPTION",
            "ORGANIZER",
        ];
        assert_eq!(names(&text), expected.map(str::to_owned).into());
        assert_eq!(
            text.matches("BEGIN:").count() - text.matches("nBEGIN:").count(),
            2
        );
        assert!(text.contains("SUMMARY:a\\;b\\,c\\\\n:d\"e\r\n"), "{text}");
        assert!(text.contains("DTSTART:20261124T080000Z\r\n"), "{text}");
        assert!(
            text.contains("ORGANIZER:matrix:u/bob%3Ax%3By%2Cz%22"),
            "{text}"
        );
    }

    #[test]
    fn the_twin_that_does_not_escape_lets_lines_through() {
        let twin = Conduct::flawed(&[Flaw::IcalendarUnescaped]);
        let text = exported(hostile("a", "b", "1\nX-EVIL:1"), &twin);
        assert!(names(&text).contains("X-EVIL"));
    }
}
