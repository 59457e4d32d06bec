//! Appointments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An act on an appointment.
///
/// Who has an appointment sees one item for it, whose body is the title and whose fact `appointment` is
/// `{"id", "author", "sequence", "status": "confirmed" | "cancelled", "title", "place", "description", "start", "end",
/// "answers": {user: "accepted" | "tentative" | "declined"}}`; `sequence` counts the updates, `answers` are those to
/// the shown sequence. `disputed` is true if the author has stated two things under one sequence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarAct {
    /// Propose an appointment to the members of a conversation; the event carries the handle of its item.
    Propose {
        /// Where.
        conv: String,
        /// What.
        appointment: Appointment,
    },
    /// Replace what an own appointment says.
    Update {
        /// Where.
        conv: String,
        /// The item that shows it.
        message: String,
        /// What it says from now on.
        appointment: Appointment,
    },
    /// Cancel an own appointment, for ever.
    Cancel {
        /// Where.
        conv: String,
        /// The item that shows it.
        message: String,
    },
    /// Say whether the actor's user comes to the appointment as it is shown now.
    Answer {
        /// Where.
        conv: String,
        /// The item that shows it.
        message: String,
        /// Whether he comes.
        answer: Attendance,
    },
    /// The appointment as iCalendar (RFC 5545). Returns `{"icalendar": text}`.
    Export {
        /// Where.
        conv: String,
        /// The item that shows it.
        message: String,
    },
}

/// What an appointment says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Appointment {
    /// One line.
    pub title: String,
    /// One line: a room, an address, a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Any number of lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it begins.
    pub start: Moment,
    /// When it ends, after it began.
    pub end: Moment,
}

/// A time as people write it down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moment {
    /// What the clock on the wall shows: `2026-11-24T09:00:00`.
    pub local: String,
    /// Whose wall, by its name in the IANA database: `Europe/Berlin`.
    pub zone: String,
}

/// Whether somebody comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    /// He comes.
    Accepted,
    /// Perhaps.
    Tentative,
    /// He does not.
    Declined,
}
