//! What of everything that was said about appointments counts.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{ANSWER, APPOINTMENT, Answer, Appointment, Attendance, Statement, Status};
use crate::{Conduct, EventId, Flaw, RoomId, UserId, room::Item};

/// The appointments of one timeline.
///
/// In whatever order events come, the same is shown: the statement with the highest sequence, cancelled once and for
/// all, and of each user the last answer to that statement. Only two statements under one sequence need an order; the
/// one that stands first in the timeline holds, and the dispute is shown.
#[derive(Default)]
pub(crate) struct Calendar {
    known: BTreeMap<String, Known>,
}

/// One appointment.
#[derive(Default)]
pub(crate) struct Known {
    /// The item that shows it, which is the first statement in the timeline.
    item: Option<EventId>,
    pub(crate) shown: Option<Shown>,
    cancelled: bool,
    disputed: bool,
    answers: BTreeMap<UserId, Vec<Answer>>,
}

/// The statement that holds, and whose it is.
#[derive(Clone)]
pub(crate) struct Shown {
    pub(crate) author: UserId,
    pub(crate) statement: Statement,
}

/// One event about an appointment.
pub(crate) struct Said<'a> {
    pub(crate) room: &'a RoomId,
    pub(crate) author: &'a UserId,
    pub(crate) kind: &'a str,
    pub(crate) content: &'a Value,
}

impl Calendar {
    /// Takes an event in; `item` is how the timeline would show it.
    pub(crate) fn take(
        &mut self,
        said: &Said<'_>,
        items: &mut Vec<Item>,
        item: Item,
        conduct: &Conduct,
    ) {
        match said.kind {
            APPOINTMENT => {
                let read = Statement::read(said.content, said.room, said.author, conduct);
                let Some(statement) = read else {
                    return;
                };
                let known = self.known.entry(statement.id.clone()).or_default();
                if known.item.is_none() {
                    known.item = Some(item.event.clone());
                    items.push(item);
                }
                known.state(said.author, statement, conduct);
            }
            ANSWER => {
                if let Some(answer) = Answer::read(said.content, said.author, conduct) {
                    let known = self.known.entry(answer.id.clone()).or_default();
                    let of_user = known.answers.entry(answer.attendee.clone()).or_default();
                    of_user.push(answer);
                }
            }
            _ => {}
        }
    }

    /// Shows every appointment in its item.
    pub(crate) fn fill(&self, items: &mut [Item], conduct: &Conduct) {
        for (id, known) in &self.known {
            let item = items
                .iter_mut()
                .find(|item| known.item.as_ref() == Some(&item.event));
            if let (Some(item), Some(shown)) = (item, &known.shown) {
                item.body = Some(shown.statement.appointment.title.clone());
                let fact = known.fact(id, shown, conduct);
                item.facts.insert("appointment".to_owned(), fact);
            }
        }
    }

    /// The appointment that an item shows.
    pub(crate) fn of_item(&self, item: &EventId) -> Option<&Known> {
        self.known
            .values()
            .find(|known| known.item.as_ref() == Some(item))
    }
}

impl Known {
    fn state(&mut self, author: &UserId, statement: Statement, conduct: &Conduct) {
        let holds = match &self.shown {
            None => true,
            Some(shown) if statement.sequence == shown.statement.sequence => {
                self.disputed |= statement != shown.statement;
                false
            }
            Some(shown) => statement.sequence > shown.statement.sequence,
        };
        let cancels = statement.status == Status::Cancelled;
        if conduct.has(Flaw::CancelledAppointmentRevives) {
            self.cancelled = if holds { cancels } else { self.cancelled };
        } else {
            self.cancelled |= cancels;
        }
        if holds || conduct.has(Flaw::StaleAppointmentWins) {
            self.shown = Some(Shown {
                author: author.clone(),
                statement,
            });
        }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    /// The revision of the last answer of a user.
    pub(crate) fn last_revision(&self, user: &UserId) -> u64 {
        let said = self.answers.get(user).into_iter().flatten();
        said.map(|answer| answer.revision).max().unwrap_or_default()
    }

    /// The last answer of each user to the statement that holds.
    pub(crate) fn answers(&self, conduct: &Conduct) -> BTreeMap<&UserId, Attendance> {
        let sequence = self.shown.as_ref().map(|shown| shown.statement.sequence);
        let last = |(user, said)| {
            let said: &Vec<Answer> = said;
            let to_it = said.iter().filter(|answer| {
                Some(answer.sequence) == sequence || conduct.has(Flaw::OldAnswerCounts)
            });
            // Of two answers under one revision the more careful one: no order of arrival decides.
            let last = to_it.max_by_key(|answer| (answer.revision, answer.answer as u8));
            last.map(|answer| (user, answer.answer))
        };
        self.answers.iter().filter_map(last).collect()
    }

    fn fact(&self, id: &str, shown: &Shown, conduct: &Conduct) -> Value {
        let Appointment {
            title,
            place,
            description,
            start,
            end,
        } = &shown.statement.appointment;
        let status = if self.cancelled {
            Status::Cancelled
        } else {
            Status::Confirmed
        };
        let answers: Map<String, Value> = self
            .answers(conduct)
            .into_iter()
            .map(|(user, answer)| (user.to_string(), json!(answer)))
            .collect();
        json!({
            "id": id,
            "author": shown.author,
            "sequence": shown.statement.sequence,
            "status": status,
            "title": title,
            "place": place,
            "description": description,
            "start": start,
            "end": end,
            "answers": answers,
            "disputed": self.disputed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ItemKind, ItemState, Moment, Trust,
        appointment::{Appointment, permutations},
    };

    fn room() -> RoomId {
        RoomId::new("!r:x")
    }

    fn bob() -> UserId {
        UserId::new("@bob:x")
    }

    fn appointment(title: &str) -> Appointment {
        let at = |local: &str| Moment {
            local: local.to_owned(),
            zone: "Europe/Berlin".to_owned(),
        };
        Appointment {
            title: title.to_owned(),
            place: None,
            description: None,
            start: at("2026-11-24T09:00:00"),
            end: at("2026-11-24T10:00:00"),
        }
    }

    fn statement(sequence: u64, title: &str, status: Status) -> Statement {
        let nonce = "n".to_owned();
        let proposed = Statement::propose(&room(), &bob(), nonce, appointment(title)).unwrap();
        Statement {
            sequence,
            status,
            ..proposed
        }
    }

    fn answer(user: &str, sequence: u64, revision: u64, answer: Attendance) -> Answer {
        Answer {
            id: statement(0, "x", Status::Confirmed).id,
            sequence,
            revision,
            attendee: UserId::new(user),
            answer,
        }
    }

    fn item(event: usize) -> Item {
        Item {
            event: EventId::new(format!("${event}")),
            sender: bob(),
            device: None,
            kind: ItemKind::Message,
            body: None,
            state: ItemState::Decrypted,
            trust: Trust::Unverified,
            reason: None,
            facts: BTreeMap::new(),
        }
    }

    /// What is shown after these events: author, type and content of each.
    fn shown(events: &[(UserId, &str, Value)]) -> Vec<Item> {
        let (mut calendar, mut items) = (Calendar::default(), Vec::new());
        for (at, (author, kind, content)) in events.iter().enumerate() {
            let said = Said {
                room: &room(),
                author,
                kind,
                content,
            };
            calendar.take(&said, &mut items, item(at), &Conduct::honest());
        }
        calendar.fill(&mut items, &Conduct::honest());
        items
    }

    fn fact(events: &[(UserId, &str, Value)]) -> Value {
        let items = shown(events);
        assert_eq!(items.len(), 1);
        items[0].facts["appointment"].clone()
    }

    #[test]
    fn the_same_is_shown_in_whatever_order_events_come() {
        let says = |it: Statement| (bob(), APPOINTMENT, json!(it));
        let answers = |user: &str, it: Answer| (UserId::new(user), ANSWER, json!(it));
        let (carol, dave) = ("@carol:x", "@dave:x");
        let events = [
            says(statement(0, "one", Status::Confirmed)),
            says(statement(1, "two", Status::Confirmed)),
            says(statement(2, "three", Status::Confirmed)),
            answers(carol, answer(carol, 2, 0, Attendance::Accepted)),
            answers(carol, answer(carol, 2, 1, Attendance::Declined)),
            answers(dave, answer(dave, 1, 5, Attendance::Accepted)),
        ];
        for order in permutations(events.len()) {
            let events: Vec<_> = order.iter().map(|at| events[*at].clone()).collect();
            let fact = fact(&events);
            assert_eq!(fact["title"], "three", "{order:?}");
            assert_eq!(fact["status"], "confirmed");
            assert_eq!(fact["answers"], json!({ carol: "declined" }));
            assert_eq!(fact["disputed"], false);
        }
    }

    #[test]
    fn a_cancellation_holds_in_whatever_order_it_comes() {
        let says = |it: Statement| (bob(), APPOINTMENT, json!(it));
        let events = [
            says(statement(0, "one", Status::Confirmed)),
            says(statement(1, "one", Status::Cancelled)),
            says(statement(2, "two", Status::Confirmed)),
        ];
        for order in permutations(events.len()) {
            let events: Vec<_> = order.iter().map(|at| events[*at].clone()).collect();
            let fact = fact(&events);
            assert_eq!(
                (&fact["status"], &fact["title"]),
                (&json!("cancelled"), &json!("two"))
            );
        }
    }

    #[test]
    fn an_equal_sequence_does_not_win_and_is_shown_as_a_dispute() {
        let says = |it: Statement| (bob(), APPOINTMENT, json!(it));
        let fact = fact(&[
            says(statement(1, "first", Status::Confirmed)),
            says(statement(1, "second", Status::Confirmed)),
        ]);
        assert_eq!(
            (&fact["title"], &fact["disputed"]),
            (&json!("first"), &json!(true))
        );
    }

    #[test]
    fn what_is_no_statement_of_the_author_shows_nothing() {
        let good = json!(statement(0, "one", Status::Confirmed));
        assert_eq!(shown(&[(bob(), APPOINTMENT, good.clone())]).len(), 1);
        let mallory = UserId::new("@mallory:x");
        assert_eq!(shown(&[(mallory, APPOINTMENT, good.clone())]).len(), 0);
        let with = |pointer: &str, value: Value| {
            let mut changed = good.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            shown(&[(bob(), APPOINTMENT, changed)]).len()
        };
        assert_eq!(with("/nonce", json!("other")), 0);
        assert_eq!(with("/sequence", json!(-1)), 0);
        assert_eq!(with("/sequence", json!("0")), 0);
        assert_eq!(with("/status", json!("maybe")), 0);
        assert_eq!(with("/appointment/start/zone", json!("Mars/Base")), 0);
        assert_eq!(with("/appointment/title", json!("a\r\nb")), 0);
        assert_eq!(with("/appointment", json!({})), 0);
        let mut more = good.clone();
        more["organizer"] = json!("@mallory:x");
        assert_eq!(shown(&[(bob(), APPOINTMENT, more)]).len(), 0);
    }
}
