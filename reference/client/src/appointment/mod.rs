//! Appointments: what their author says, what the others answer, and what of it counts.
//!
//! Everything about an appointment is an event inside the encryption. What is shown is a fold over the timeline that
//! asks who wrote each event and which sequence it is about, never when it arrived.

mod calendar;
mod content;
mod icalendar;
mod statement;

pub(crate) use calendar::{Calendar, Known, Said, Shown};
pub(crate) use content::AppointmentError;
pub use content::{Appointment, Moment};
pub(crate) use icalendar::export;
pub use statement::Attendance;
pub(crate) use statement::{ANSWER, APPOINTMENT, Answer, Statement, Status};

/// Every order of so many things.
#[cfg(test)]
pub(crate) fn permutations(count: usize) -> Vec<Vec<usize>> {
    let Some(last) = count.checked_sub(1) else {
        return vec![Vec::new()];
    };
    let shorter = permutations(last);
    let with_last = |order: &Vec<usize>| {
        let order = order.clone();
        (0..count).map(move |at| {
            let mut order = order.clone();
            order.insert(at, last);
            order
        })
    };
    shorter.iter().flat_map(with_last).collect()
}
