//! Content that goes: deleted by its author, or its time is over.
//!
//! What goes is taken out of the record, so that a copy of the store does not hold it. Only the authenticated author of
//! a message deletes it, in whatever order message, edits and deletion are opened.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Entry, Rooms};
use crate::{
    Conduct, EventId, Flaw, RoomId, UserId,
    act::{DELETION, is_edit, related},
};

/// Why the content of an entry is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub(crate) enum Removal {
    /// Its author took it back.
    Deleted { by: UserId },
    /// It was to disappear after a time.
    Expired,
    /// The organisation's term for it is over.
    Retention,
}

/// What must go, and what is gone.
#[derive(Default)]
pub(crate) struct Removals {
    /// When the content of an entry is to go, in milliseconds since the epoch.
    deadlines: BTreeSet<(u64, RoomId, usize)>,
    /// Who said of an event that it be deleted.
    deletions: BTreeMap<(RoomId, EventId), BTreeSet<UserId>>,
    gone: BTreeSet<(RoomId, EventId)>,
}

impl Rooms {
    /// Learns from the store's entries what must go.
    pub(crate) fn remember_removals(&mut self, conduct: &Conduct) {
        let places: Vec<(RoomId, usize)> = self.places().collect();
        for (room, at) in places {
            self.remember(&room, at);
        }
        if !self.removals.deadlines.is_empty() && conduct.has(Flaw::DisappearingForgottenOnRestart)
        {
            self.removals.deadlines.clear();
        }
    }

    /// Lets an entry that was just opened take its effect on the others, and theirs on it.
    pub(crate) fn settle(&mut self, room: &RoomId, at: usize, conduct: &Conduct) {
        self.remember(room, at);
        let Some(entry) = self.entry(room, at) else {
            return;
        };
        let (event, author) = (entry.event.clone(), entry.author().cloned());
        if let Some(target) = deleted(entry) {
            return self.delete(room, &target, conduct);
        }
        if let Some(target) = edited(entry) {
            let place = (room.clone(), target);
            let by_author = author.is_some_and(|author| self.has_deleted(&place, &author));
            if by_author || self.removals.gone.contains(&place) {
                self.strip_edit(room, at, conduct);
            }
            return;
        }
        self.delete(room, &event, conduct);
    }

    /// Takes out everything whose time is over; the events that went.
    pub(crate) fn expire(&mut self, now: u64, conduct: &Conduct) -> Vec<(RoomId, Entry)> {
        let mut went = Vec::new();
        while let Some((deadline, _, _)) = self.removals.deadlines.first()
            && *deadline <= now
            && !conduct.has(Flaw::DisappearingIgnored)
            && let Some((_, room, at)) = self.removals.deadlines.pop_first()
        {
            if let Some(entry) = self.entry(&room, at).cloned() {
                let event = entry.event.clone();
                self.remove(&room, &event, &Removal::Expired, conduct);
                went.push((room, entry));
            }
        }
        went
    }

    /// Takes what a post of a channel says out of its record; its statement stays.
    pub(crate) fn drop_post(&mut self, room: &RoomId, event: &EventId) {
        let entries = self.entries(room).iter();
        let found = entries.enumerate().find(|(_, entry)| entry.event == *event);
        let Some(at) = found.map(|(at, _)| at) else {
            return;
        };
        if let Some(entry) = self.change_entry(room, at) {
            entry.drop_post();
        }
    }

    fn entry(&self, room: &RoomId, at: usize) -> Option<&Entry> {
        self.entries.get(room)?.get(at)
    }

    fn remember(&mut self, room: &RoomId, at: usize) {
        let Some(entry) = self.entries.get(room).and_then(|entries| entries.get(at)) else {
            return;
        };
        let place = (room.clone(), entry.event.clone());
        if entry.removed.is_some() {
            self.removals.gone.insert(place);
        } else if let Some(deadline) = entry.expires {
            self.removals.deadlines.insert((deadline, room.clone(), at));
        }
        if let (Some(target), Some(by)) = (deleted(entry), entry.author()) {
            let said = self.removals.deletions.entry((room.clone(), target));
            said.or_default().insert(by.clone());
        }
    }

    fn has_deleted(&self, place: &(RoomId, EventId), author: &UserId) -> bool {
        let said = self.removals.deletions.get(place);
        said.is_some_and(|by| by.contains(author))
    }

    /// Removes an event if its author has deleted it.
    fn delete(&mut self, room: &RoomId, event: &EventId, conduct: &Conduct) {
        let Some(by) = self.removals.deletions.get(&(room.clone(), event.clone())) else {
            return;
        };
        let entry = self
            .entries(room)
            .iter()
            .find(|entry| entry.event == *event);
        let author = entry.and_then(Entry::author);
        let by = by.iter().find(|by| {
            Some(*by) == author || (author.is_some() && conduct.has(Flaw::DeleteByAnyone))
        });
        if let Some(by) = by.cloned() {
            self.remove(room, event, &Removal::Deleted { by }, conduct);
        }
    }

    /// Takes a message and every edit of it out of the records.
    fn remove(&mut self, room: &RoomId, event: &EventId, why: &Removal, conduct: &Conduct) {
        self.removals.gone.insert((room.clone(), event.clone()));
        let entries = self.entries.entry(room.clone()).or_default().iter();
        let mut edits = Vec::new();
        let mut message = None;
        for (at, entry) in entries.enumerate() {
            if entry.event == *event && entry.is_removable() {
                message = Some(at);
            } else if edited(entry).is_some_and(|target| target == *event) {
                edits.push(at);
            }
        }
        let Some(at) = message else {
            return;
        };
        if let Some(entry) = self.change_entry(room, at) {
            entry.removed = Some(why.clone());
            entry.expires = None;
            if !conduct.has(Flaw::DeletedContentKept) {
                entry.body = None;
                entry.file = None;
                entry.opened = None;
                entry.facts.clear();
            }
        }
        for at in edits {
            self.strip_edit(room, at, conduct);
        }
    }

    /// Takes the text out of an edit; that there was one stays.
    fn strip_edit(&mut self, room: &RoomId, at: usize, conduct: &Conduct) {
        if conduct.has(Flaw::EditRevivesDeleted) || conduct.has(Flaw::DeletedContentKept) {
            return;
        }
        if let Some(opened) = self
            .change_entry(room, at)
            .and_then(|it| it.opened.as_mut())
        {
            let relation = opened.content.get("m.relates_to").cloned();
            opened.content = json!({ "m.relates_to": relation });
        }
    }

    fn change_entry(&mut self, room: &RoomId, at: usize) -> Option<&mut Entry> {
        self.dirty_entries.insert((room.clone(), at));
        self.entries.get_mut(room)?.get_mut(at)
    }
}

impl Entry {
    /// Takes out what an announcement says.
    pub(super) fn drop_post(&mut self) {
        let content = self.opened.as_mut().map(|opened| &mut opened.content);
        if let Some(fields) = content.and_then(Value::as_object_mut) {
            fields.remove("post");
        }
    }

    /// Messages, files and what is shared like them; an appointment is cancelled instead.
    fn is_removable(&self) -> bool {
        self.opened
            .as_ref()
            .is_none_or(|opened| opened.kind == "m.room.message" && !is_edit(&opened.content))
    }
}

/// The event that an entry says is to be deleted.
fn deleted(entry: &Entry) -> Option<EventId> {
    let opened = entry.opened.as_ref()?;
    named(&opened.content, DELETION).filter(|_| opened.kind == DELETION)
}

/// The event whose text an entry replaces.
fn edited(entry: &Entry) -> Option<EventId> {
    let opened = entry.opened.as_ref()?;
    named(&opened.content, "m.replace").filter(|_| opened.kind == "m.room.message")
}

fn named(content: &Value, relation: &str) -> Option<EventId> {
    related(content, relation).map(EventId::new)
}
