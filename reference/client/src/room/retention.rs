//! How long this device keeps what it got: the organisation's term for each kind of content (R40).

use std::collections::BTreeSet;

use reference_organisation::policy::{Retention, RetentionKind};
use serde_json::json;

use super::{Entry, ItemKind, Removal, Rooms, Source};
use crate::{
    EventId, RoomId,
    act::{ABSENCE, is_contact},
    appointment::{ANSWER, APPOINTMENT},
    channel::ANNOUNCEMENT,
};

/// The terms in force, and what goes when.
#[derive(Default)]
pub(crate) struct Terms {
    /// `None`: content is kept for ever.
    retention: Option<Retention>,
    /// When the content of an entry is over, in milliseconds since the epoch.
    due: BTreeSet<(u64, RoomId, usize)>,
}

impl Rooms {
    /// From now on content goes after these terms, which count from when this device got it.
    pub(crate) fn keep_for(&mut self, retention: Option<Retention>) {
        self.terms = Terms {
            retention,
            due: BTreeSet::new(),
        };
        let places: Vec<_> = self.places().collect();
        for (room, at) in places {
            self.schedule(&room, at);
        }
    }

    /// Notes when an entry goes.
    pub(super) fn schedule(&mut self, room: &RoomId, at: usize) {
        if let Some(due) = self.due(room, at) {
            self.terms.due.insert((due, room.clone(), at));
        }
    }

    /// When the content of an entry is over, by what is known of it now.
    fn due(&self, room: &RoomId, at: usize) -> Option<u64> {
        let retention = self.terms.retention.as_ref()?;
        let entry = self.entries.get(room)?.get(at)?;
        let seconds = match entry.retention_kind() {
            Some(kind) => retention.seconds(kind),
            None => retention.other_seconds,
        };
        let due = entry.received.saturating_add(seconds.saturating_mul(1000));
        entry.holds_content().then_some(due)
    }

    /// Whether the time of something may be over.
    pub(crate) fn is_overdue(&self, now: u64) -> bool {
        self.terms
            .due
            .first()
            .is_some_and(|(due, _, _)| *due <= now)
    }

    /// Takes out of the records what was kept long enough; the events that went.
    pub(crate) fn drop_overdue(&mut self, now: u64) -> Vec<(RoomId, EventId)> {
        let mut went = Vec::new();
        while let Some((due, _, _)) = self.terms.due.first()
            && *due <= now
            && let Some((_, room, at)) = self.terms.due.pop_first()
        {
            // A message that was closed may have turned out to be of a kind with a longer term.
            if self.due(&room, at).is_none_or(|due| due > now) {
                continue;
            }
            self.dirty_entries.insert((room.clone(), at));
            let entries = self.entries.get_mut(&room);
            if let Some(entry) = entries.and_then(|entries| entries.get_mut(at)) {
                entry.clear();
                went.push((room, entry.event.clone()));
            }
        }
        went
    }
}

impl Entry {
    /// Whether there is something in it to remove; what the client says by itself is no content of anybody.
    fn holds_content(&self) -> bool {
        self.kind != ItemKind::Notice && self.removed.is_none()
    }

    /// `None` for what has no term of its own.
    fn retention_kind(&self) -> Option<RetentionKind> {
        match &self.opened {
            None if self.kind == ItemKind::File => Some(RetentionKind::Attachment),
            None => Some(RetentionKind::Message),
            Some(opened) => match opened.kind.as_str() {
                APPOINTMENT | ANSWER => Some(RetentionKind::Appointment),
                ANNOUNCEMENT => Some(RetentionKind::Announcement),
                ABSENCE => None,
                _ if is_contact(&opened.content) => Some(RetentionKind::Contact),
                _ => Some(RetentionKind::Message),
            },
        }
    }

    /// Leaves nothing but that there was something, and the place of its event.
    fn clear(&mut self) {
        self.removed = Some(Removal::Retention);
        self.expires = None;
        self.body = None;
        self.file = None;
        self.facts.clear();
        if self.is_announcement() {
            self.drop_post();
        } else if let Some(opened) = &mut self.opened {
            opened.content = json!({});
        }
        if matches!(self.source, Source::Closed(_)) {
            self.source = Source::Nothing;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;
    use crate::{EventId, UserId, act::Opened, room::Reason};

    const HOUR: u64 = 3_600_000;

    fn terms() -> Retention {
        Retention {
            other_seconds: 7200,
            kinds: BTreeMap::from([(RetentionKind::Message, 3600)]),
        }
    }

    fn message(id: &str, body: &str) -> Entry {
        Entry {
            kind: ItemKind::Message,
            ..Entry::notice(
                EventId::new(id),
                UserId::new("@a:x"),
                Reason::MemberJoined,
                body.to_owned(),
            )
        }
    }

    fn appointment() -> Entry {
        let opened = Opened {
            kind: APPOINTMENT.to_owned(),
            content: json!({ "title": "secret meeting" }),
        };
        let source = Source::Clear;
        Entry::opened(EventId::new("$2"), UserId::new("@a:x"), opened, source)
    }

    fn bodies(rooms: &Rooms, room: &RoomId) -> Vec<Option<String>> {
        let entries = rooms.entries(room).iter();
        entries.map(|entry| entry.body.clone()).collect()
    }

    #[test]
    fn each_kind_goes_after_its_own_term_and_notices_stay() {
        let (mut rooms, room) = (Rooms::default(), RoomId::new("!r:x"));
        rooms.keep_for(Some(terms()));
        rooms.push(&room, message("$1", "early"), HOUR);
        rooms.push(&room, appointment(), HOUR);
        rooms.push(&room, message("$3", "later"), 2 * HOUR);
        let notice = Entry {
            kind: ItemKind::Notice,
            ..message("$4", "somebody joined")
        };
        rooms.push(&room, notice, HOUR);
        rooms.drop_overdue(2 * HOUR - 1);
        assert_eq!(bodies(&rooms, &room)[0].as_deref(), Some("early"));
        rooms.drop_overdue(2 * HOUR);
        assert_eq!(bodies(&rooms, &room)[0], None);
        assert_eq!(bodies(&rooms, &room)[2].as_deref(), Some("later"));
        rooms.drop_overdue(9 * HOUR);
        let entries = rooms.entries(&room);
        assert_eq!(entries[1].opened.as_ref().unwrap().content, json!({}));
        assert_eq!(entries[2].removed, Some(Removal::Retention));
        assert_eq!(entries[3].body.as_deref(), Some("somebody joined"));
    }

    #[test]
    fn shorter_terms_hold_for_what_is_there_already_and_none_holds_nothing() {
        let (mut rooms, room) = (Rooms::default(), RoomId::new("!r:x"));
        rooms.push(&room, message("$1", "old"), HOUR);
        rooms.drop_overdue(u64::MAX);
        assert_eq!(bodies(&rooms, &room)[0].as_deref(), Some("old"));
        rooms.keep_for(Some(terms()));
        rooms.drop_overdue(2 * HOUR);
        assert_eq!(bodies(&rooms, &room)[0], None);
    }

    #[test]
    fn what_turns_out_to_be_a_file_has_the_term_of_files() {
        let (mut rooms, room) = (Rooms::default(), RoomId::new("!r:x"));
        rooms.keep_for(Some(terms()));
        let closed = Entry {
            source: Source::Closed(Value::from("ciphertext")),
            ..message("$1", "")
        };
        let at = rooms.push(&room, closed, HOUR);
        let file = Entry {
            kind: ItemKind::File,
            ..message("$1", "plan.pdf")
        };
        rooms.replace(&room, at, file);
        rooms.drop_overdue(2 * HOUR);
        assert_eq!(bodies(&rooms, &room)[0].as_deref(), Some("plan.pdf"));
        rooms.drop_overdue(3 * HOUR);
        assert_eq!(bodies(&rooms, &room)[0], None);
    }

    #[test]
    fn what_could_never_be_opened_goes_too() {
        let (mut rooms, room) = (Rooms::default(), RoomId::new("!r:x"));
        rooms.keep_for(Some(terms()));
        let closed = Entry {
            source: Source::Closed(Value::from("ciphertext")),
            body: None,
            ..message("$1", "")
        };
        rooms.push(&room, closed, HOUR);
        rooms.drop_overdue(3 * HOUR);
        assert_eq!(rooms.entries(&room)[0].source, Source::Nothing);
    }
}
