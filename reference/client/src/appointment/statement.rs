//! The events about appointments.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Appointment, AppointmentError};
use crate::{
    Conduct, Flaw, RoomId, UserId,
    border::json::{MAX_INTEGER, canonical},
};

/// The type of a [`Statement`].
pub(crate) const APPOINTMENT: &str = "dev.pruefstand.appointment";

/// The type of an [`Answer`].
pub(crate) const ANSWER: &str = "dev.pruefstand.appointment.answer";

/// What the author of an appointment says about it; each statement says all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Statement {
    /// Made of room, author and nonce, so that nobody else can speak about the same appointment.
    pub(crate) id: String,
    pub(crate) nonce: String,
    /// Counts the statements; the highest holds.
    pub(crate) sequence: u64,
    pub(crate) status: Status,
    pub(crate) appointment: Appointment,
}

/// Whether an appointment takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Confirmed,
    Cancelled,
}

/// What somebody answers to an appointment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// Of which appointment.
    pub(crate) id: String,
    /// To which of its statements.
    pub(crate) sequence: u64,
    /// Counts this user's answers; the highest holds.
    pub(crate) revision: u64,
    /// Who answers: always the author of the event.
    pub(crate) attendee: UserId,
    pub(crate) answer: Attendance,
}

/// Whether somebody comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    /// He comes.
    Accepted,
    /// Perhaps.
    Tentative,
    /// He does not.
    Declined,
}

impl Statement {
    /// The first statement about a new appointment.
    pub(crate) fn propose(
        room: &RoomId,
        author: &UserId,
        nonce: String,
        appointment: Appointment,
    ) -> Result<Self, AppointmentError> {
        appointment.check()?;
        Ok(Self {
            id: id(room, author, &nonce),
            nonce,
            sequence: 0,
            status: Status::Confirmed,
            appointment,
        })
    }

    /// Reads what `author` wrote; `None` if it is malformed, or about somebody else's appointment.
    pub(crate) fn read(
        content: &Value,
        room: &RoomId,
        author: &UserId,
        conduct: &Conduct,
    ) -> Option<Self> {
        let statement: Self = serde_json::from_value(content.clone()).ok()?;
        let is_own = statement.id == id(room, author, &statement.nonce);
        let counts = is_own || conduct.has(Flaw::AppointmentByAnyone);
        let holds = statement.appointment.check().is_ok() && statement.sequence <= MAX_INTEGER;
        (counts && holds).then_some(statement)
    }
}

impl Answer {
    /// Reads what `author` wrote; `None` if it is malformed, or in somebody else's name.
    pub(crate) fn read(content: &Value, author: &UserId, conduct: &Conduct) -> Option<Self> {
        let answer: Self = serde_json::from_value(content.clone()).ok()?;
        let is_own = answer.attendee == *author || conduct.has(Flaw::AnswerForAnother);
        (is_own && answer.revision <= MAX_INTEGER).then_some(answer)
    }
}

/// The id of an appointment: nobody finds a nonce that makes another author's.
fn id(room: &RoomId, author: &UserId, nonce: &str) -> String {
    let origin = json!({
        "domain": APPOINTMENT,
        "room": room,
        "author": author,
        "nonce": nonce,
    });
    // There is no number in it and no depth, so it has a canonical text.
    let origin = canonical(&origin).unwrap_or_default();
    let digest = Sha256::digest(origin.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
