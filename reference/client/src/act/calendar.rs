//! Appointments: proposed, updated, cancelled, answered, exported.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Opened;
use crate::{
    Appointment, Attendance, CallId, Client, EventId, Outcome, Refusal, RoomId,
    appointment::{
        ANSWER, APPOINTMENT, Answer, AppointmentError, Calendar, Said, Shown, Statement, Status,
        export,
    },
    json::random_name,
    room::{Entry, Item},
    send::Draft,
};

/// An act on an appointment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarAct {
    /// Propose an appointment to the members of a room.
    Propose {
        /// Where.
        conv: RoomId,
        /// What.
        appointment: Appointment,
    },
    /// Replace what an own appointment says.
    Update {
        /// Where.
        conv: RoomId,
        /// The item that shows it.
        message: EventId,
        /// What it says from now on.
        appointment: Appointment,
    },
    /// Cancel an own appointment, for ever.
    Cancel {
        /// Where.
        conv: RoomId,
        /// The item that shows it.
        message: EventId,
    },
    /// Answer an appointment as it is shown now.
    Answer {
        /// Where.
        conv: RoomId,
        /// The item that shows it.
        message: EventId,
        /// Whether this user comes.
        answer: Attendance,
    },
    /// The appointment as iCalendar.
    Export {
        /// Where.
        conv: RoomId,
        /// The item that shows it.
        message: EventId,
    },
}

impl Client {
    pub(super) fn act_on_calendar(
        &mut self,
        now: u64,
        call: CallId,
        act: CalendarAct,
    ) -> Result<(), Refusal> {
        match act {
            CalendarAct::Propose { conv, appointment } => {
                self.propose_appointment(call, &conv, appointment)
            }
            CalendarAct::Update {
                conv,
                message,
                appointment,
            } => {
                let next = |statement: &mut Statement| statement.appointment = appointment;
                self.state_appointment(call, &conv, &message, next)
            }
            CalendarAct::Cancel { conv, message } => {
                let next = |statement: &mut Statement| statement.status = Status::Cancelled;
                self.state_appointment(call, &conv, &message, next)
            }
            CalendarAct::Answer {
                conv,
                message,
                answer,
            } => self.answer_appointment(call, &conv, &message, answer),
            CalendarAct::Export { conv, message } => {
                self.export_appointment(now, call, &conv, &message)
            }
        }
    }

    fn propose_appointment(
        &mut self,
        call: CallId,
        room: &RoomId,
        appointment: Appointment,
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        self.must_be_encrypted(room)?;
        let proposed = Statement::propose(room, &own.user, random_name(), appointment)?;
        self.queue(room, Draft::of_kind(call, APPOINTMENT, json!(proposed)));
        Ok(())
    }

    /// Says the next thing about an own appointment.
    fn state_appointment(
        &mut self,
        call: CallId,
        room: &RoomId,
        item: &EventId,
        next: impl FnOnce(&mut Statement),
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let (shown, is_cancelled) = self.shown_appointment(room, item)?;
        if shown.author != own.user || is_cancelled {
            return Err(Refusal::NotChangeable);
        }
        let mut statement = shown.statement;
        next(&mut statement);
        statement.appointment.check()?;
        statement.sequence = self.next_count(&statement.id, statement.sequence);
        self.queue(room, Draft::of_kind(call, APPOINTMENT, json!(statement)));
        Ok(())
    }

    fn answer_appointment(
        &mut self,
        call: CallId,
        room: &RoomId,
        item: &EventId,
        answer: Attendance,
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let attendee = own.user.clone();
        let (shown, _) = self.shown_appointment(room, item)?;
        let (_, calendar) = self.view(room);
        let known = calendar.of_item(item).ok_or(Refusal::UnknownMessage)?;
        let last = known.last_revision(&attendee);
        let revision = self.next_count(&format!("answer to {}", shown.statement.id), last);
        let answer = Answer {
            id: shown.statement.id,
            sequence: shown.statement.sequence,
            revision,
            attendee,
            answer,
        };
        self.queue(room, Draft::of_kind(call, ANSWER, json!(answer)));
        Ok(())
    }

    fn export_appointment(
        &mut self,
        now: u64,
        call: CallId,
        room: &RoomId,
        item: &EventId,
    ) -> Result<(), Refusal> {
        let (shown, _) = self.shown_appointment(room, item)?;
        let (_, calendar) = self.view(room);
        let known = calendar.of_item(item).ok_or(Refusal::UnknownMessage)?;
        let text = export(known, &shown, now, &self.conduct)?;
        let value: Value = json!({ "icalendar": text });
        self.wire.done(call, Outcome::Value(value));
        Ok(())
    }

    /// The appointment that an item shows, and whether it is cancelled.
    fn shown_appointment(&self, room: &RoomId, item: &EventId) -> Result<(Shown, bool), Refusal> {
        let (_, calendar) = self.view(room);
        let known = calendar.of_item(item).ok_or(Refusal::UnknownMessage)?;
        let shown = known.shown.clone().ok_or(Refusal::UnknownMessage)?;
        Ok((shown, known.is_cancelled()))
    }

    /// There is no clear form of it that could leave.
    pub(crate) fn must_be_encrypted(&self, room: &RoomId) -> Result<(), Refusal> {
        let known = self.rooms.get(room).ok_or(Refusal::UnknownRoom)?;
        if known.is_encrypted() {
            Ok(())
        } else {
            Err(Refusal::NotEncrypted)
        }
    }

    pub(super) fn fold_calendar(
        &self,
        calendar: &mut Calendar,
        items: &mut Vec<Item>,
        room: &RoomId,
        entry: &Entry,
        opened: &Opened,
    ) {
        let Some(author) = entry.author() else {
            return;
        };
        let said = Said {
            room,
            author,
            kind: &opened.kind,
            content: &opened.content,
        };
        calendar.take(&said, items, self.show(entry), &self.conduct);
    }
}

impl From<AppointmentError> for Refusal {
    fn from(error: AppointmentError) -> Self {
        Self::Content(error.to_string())
    }
}
