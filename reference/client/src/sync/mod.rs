//! Takes the relay's news in.

mod event;
mod keys;
mod message;
mod state;
mod to_device;

use serde_json::Value;

pub(crate) use event::Event;
pub(crate) use keys::{RoomKeyRefusal, shared_key};

use crate::{
    CallId, Client, EventId, Flaw, Refusal, RoomId, UserId,
    json::text,
    room::{Entry, Reason},
};

/// Events of one kind taken in at once; a relay that sends more is asked again with the same token.
const MAX_EVENTS: usize = 20_000;

impl Client {
    /// Takes the answer to `/sync` in (Matrix specification, 'Syncing').
    pub(crate) fn take_sync(&mut self, now: u64, call: CallId, answer: &Value) {
        let Some(next) = text(answer, "next_batch").map(str::to_owned) else {
            return self
                .wire
                .refuse(call, Refusal::AnswerMalformed("next_batch"));
        };
        if !event::all_well_formed(answer) && self.conduct.has(Flaw::SyncFailsOnBadItem) {
            return self.wire.refuse(call, Refusal::AnswerMalformed("event"));
        }
        let got = event::count(answer);
        if got > MAX_EVENTS {
            let refusal = Refusal::TooMany {
                what: "events",
                got,
                limit: MAX_EVENTS,
            };
            return self.wire.refuse(call, refusal);
        }
        self.hear_starts(answer.get("account_data"));
        for event in event::list(answer.get("to_device")) {
            self.take_to_device(now, event);
        }
        if let Some(own) = self.own.as_mut() {
            own.heard(answer, &self.conduct);
            own.since = Some(next);
            own.changed = true;
        }
        let changed = answer
            .get("device_lists")
            .and_then(|lists| lists.get("changed"));
        for user in changed.and_then(Value::as_array).into_iter().flatten() {
            if let Some(user) = user.as_str() {
                self.directory.mark_outdated(&UserId::new(user));
            }
        }
        for (kind, room, news) in event::rooms(answer) {
            self.take_room(&room, kind, news);
        }
        self.take_words();
        self.take_books(answer);
        self.ask_of_strangers_again();
        self.refresh_organisation(now);
        self.release_due(now);
        self.syncs.push(call);
    }

    /// Takes the news of one room in: first the state before the timeline, then the timeline.
    fn take_room(&mut self, room: &RoomId, kind: RoomKind, news: &Value) {
        let timeline = news.get("timeline");
        let limited =
            timeline.and_then(|timeline| timeline.get("limited")) == Some(&Value::Bool(true));
        let seen = self.rooms.get(room).is_some_and(|known| known.seen);
        if limited && seen {
            // Somebody may have left in the gap (ATK-MEGOLM-14).
            self.groups.end(room);
            let gap = EventId::new(format!("gap-{}", self.rooms.entries(room).len()));
            let body = "the relay left messages out".to_owned();
            let relay = UserId::new("");
            let notice = Entry::notice(gap, relay, Reason::HistoryGap, body);
            self.rooms.push(room, notice, self.now);
        }
        let state = if kind == RoomKind::Invited {
            "invite_state"
        } else {
            "state"
        };
        let (state, timeline) = (event::list(news.get(state)), event::list(timeline));
        self.find_root(room, &state);
        self.find_root(room, &timeline);
        for event in state {
            self.take_state(room, &event);
        }
        for event in timeline {
            if event.state_key.is_some() {
                self.take_state(room, &event);
            } else {
                self.take_message(room, &event);
            }
        }
        self.track_members(room);
        if kind == RoomKind::Joined && !self.rooms.get(room).is_some_and(|known| known.seen) {
            // Who was there before this user is what he joined.
            let known = self.rooms.change(room);
            known.seen = true;
            known.acknowledge();
        }
    }

    /// Keys of all members of encrypted rooms are followed.
    pub(crate) fn track_members(&mut self, room: &RoomId) {
        let Some(known) = self.rooms.get(room).filter(|known| known.is_encrypted()) else {
            return;
        };
        for member in known.members.keys() {
            self.directory.track(member);
        }
    }
}

/// In which part of the answer a room is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoomKind {
    Joined,
    Invited,
    Left,
}
