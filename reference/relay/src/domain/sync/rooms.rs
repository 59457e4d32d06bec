use std::collections::BTreeSet;

use ruma::RoomId;

use super::SyncWish;
use super::answer::{Events, InvitedRoom, JoinedRoom, LeftRoom, Summary, Timeline};
use crate::domain::account::Session;
use crate::domain::account_data::{self, Scope};
use crate::domain::event::Event;
use crate::domain::history::sight_of;
use crate::domain::membership::{Member, MemberState};
use crate::domain::receipt;
use crate::domain::room::{MEMBER, event_at, state_event, state_numbers};
use crate::position::RoomPosition;
use crate::refusal::Refusal;
use crate::store::{Span, Table, Tables};

/// One room in the eyes of one user: news with `after < number <= head`.
pub(super) struct RoomView<'a> {
    pub(super) tables: &'a dyn Tables,
    pub(super) viewer: &'a Session,
    pub(super) wish: &'a SyncWish,
    pub(super) room: &'a RoomId,
    pub(super) member: &'a Member,
    pub(super) after: u64,
    pub(super) head: u64,
}

/// Events chosen for a timeline.
struct Chosen {
    events: Vec<(u64, Event)>,
    /// Older ones exist that were left out for their number.
    limited: bool,
    /// Some were left out for their type or sender.
    filtered: bool,
}

impl RoomView<'_> {
    /// News of a room that the user is in; `None`: there are none.
    pub(super) fn joined(&self) -> Result<Option<JoinedRoom>, Refusal> {
        let sight = sight_of(self.tables, self.room, self.member)?;
        let joined_now = self
            .member
            .joined_at
            .is_some_and(|joined_at| joined_at > self.after);
        let fresh = self.wish.since.is_none() || joined_now;
        let after = if fresh {
            sight.after
        } else {
            self.after.max(sight.after)
        };
        let chosen = self.choose(after, self.head)?;
        let full = fresh || self.wish.full_state;
        let state = self.state(&chosen, full)?;
        // What lies before a room was joined counts as unread then, as in a first sync.
        let since = if fresh { 0 } else { self.after };
        let ephemeral = self.ephemeral(since)?;
        let account_data = self.account_data(since)?;
        let empty = chosen.events.is_empty()
            && !chosen.limited
            && state.is_empty()
            && ephemeral.events.is_empty()
            && account_data.events.is_empty();
        if empty && !full {
            return Ok(None);
        }
        let members_changed =
            |events: &[(u64, Event)]| events.iter().any(|(_, event)| event.kind == MEMBER);
        let count = full || members_changed(&chosen.events) || members_changed(&state);
        Ok(Some(JoinedRoom {
            summary: if count {
                self.summary()?
            } else {
                Summary::default()
            },
            timeline: self.timeline(chosen)?,
            state: self.render(state)?,
            account_data,
            ephemeral,
        }))
    }

    /// An invitation: enough state to show it.
    pub(super) fn invited(&self) -> Result<InvitedRoom, Refusal> {
        let mut events = Vec::new();
        for kind in INVITE_STATE {
            events.extend(state_event(
                self.tables,
                self.room,
                (kind, ""),
                self.member.at,
            )?);
        }
        let own = event_at(self.tables, self.room, self.member.at)?;
        if let Some(own) = own {
            let inviter = (MEMBER, own.sender.as_str());
            events.extend(state_event(
                self.tables,
                self.room,
                inviter,
                self.member.at,
            )?);
            events.push(own);
        }
        let events = events
            .iter()
            .map(Event::stripped)
            .collect::<Result<_, _>>()?;
        Ok(InvitedRoom {
            invite_state: Events { events },
        })
    }

    /// Whether a room that the user left belongs into this answer.
    pub(super) fn shows_left(&self) -> bool {
        match self.wish.since {
            Some(_) => self.member.at > self.after,
            None => self.wish.filter.room.include_leave,
        }
    }

    /// The last of a room that the user left, through the event that ended his stay.
    pub(super) fn left(&self) -> Result<LeftRoom, Refusal> {
        // Only what ends a stay brings the rest of it along; a refusal or a ban comes alone.
        let stay = self
            .member
            .left_at
            .filter(|left_at| *left_at == self.member.at);
        let chosen = match stay {
            Some(_) => {
                let sight = sight_of(self.tables, self.room, self.member)?;
                self.choose(self.after.max(sight.after), sight.through)?
            }
            None => {
                let own = event_at(self.tables, self.room, self.member.at)?;
                let events = own
                    .into_iter()
                    .map(|event| (self.member.at, event))
                    .collect();
                Chosen {
                    events,
                    limited: false,
                    filtered: false,
                }
            }
        };
        let state = match stay {
            Some(_) => self.state(&chosen, self.wish.full_state || self.wish.since.is_none())?,
            None => Vec::new(),
        };
        Ok(LeftRoom {
            timeline: self.timeline(chosen)?,
            state: self.render(state)?,
            account_data: self.account_data(self.after)?,
        })
    }

    fn choose(&self, after: u64, through: u64) -> Result<Chosen, Refusal> {
        let filter = &self.wish.filter.room.timeline;
        let limit = filter
            .limit
            .map_or(TIMELINE, |limit| usize::try_from(limit).unwrap_or(MOST));
        let limit = limit.min(MOST);
        let span = Span::numbers(&[self.room.as_str()], after, through);
        // One more than can be shown says whether there are more; a filter may need to look past
        // many, which is bounded.
        let seen = if filter.wants_all() { limit + 1 } else { LOOK };
        let rows = self
            .tables
            .page::<Event>(Table::Events, &span, seen, true)?;
        let found = rows.len();
        let wanted = rows.into_iter().map(|(row, event)| (row.number(), event));
        let mut events: Vec<_> = wanted
            .filter(|(_, event)| filter.wants(&event.kind, Some(&event.sender)))
            .collect();
        let limited = events.len() > limit || (!filter.wants_all() && found == LOOK);
        let filtered = events.len() < found;
        events.truncate(limit);
        events.reverse();
        Ok(Chosen {
            events,
            limited,
            filtered,
        })
    }

    /// State that the timeline does not tell: all of it, or what changed since the last sync.
    fn state(&self, chosen: &Chosen, full: bool) -> Result<Vec<(u64, Event)>, Refusal> {
        if !full && !chosen.limited && !chosen.filtered {
            return Ok(Vec::new());
        }
        let told: BTreeSet<u64> = chosen.events.iter().map(|(number, _)| *number).collect();
        let after = if full { 0 } else { self.after };
        let through = match self.member.state {
            MemberState::Join | MemberState::Invite => self.head,
            MemberState::Leave | MemberState::Ban => self.member.at,
        };
        let mut events = Vec::new();
        for number in state_numbers(self.tables, self.room, through)?.into_values() {
            if number > after && !told.contains(&number) {
                events
                    .extend(event_at(self.tables, self.room, number)?.map(|event| (number, event)));
            }
        }
        let filter = &self.wish.filter.room.state;
        events.retain(|(_, event)| filter.wants(&event.kind, Some(&event.sender)));
        events.sort_by_key(|(number, _)| *number);
        Ok(events)
    }

    fn timeline(&self, chosen: Chosen) -> Result<Timeline, Refusal> {
        let first = chosen
            .events
            .first()
            .map(|(number, _)| number.saturating_sub(1));
        let prev_batch = RoomPosition(first.unwrap_or(self.head)).to_string();
        Ok(Timeline {
            limited: chosen.limited,
            events: self.render(chosen.events)?.events,
            prev_batch,
        })
    }

    fn render(&self, events: Vec<(u64, Event)>) -> Result<Events, Refusal> {
        let events = events
            .iter()
            .map(|(_, event)| event.for_client(self.viewer, None));
        Ok(Events {
            events: events.collect::<Result<_, _>>()?,
        })
    }

    fn account_data(&self, after: u64) -> Result<Events, Refusal> {
        let scope = Scope {
            user: &self.viewer.user,
            room: Some(self.room),
        };
        let filter = &self.wish.filter.room.account_data;
        let changed = account_data::changed(self.tables, scope, after)?;
        let wanted = changed
            .into_iter()
            .filter(|(kind, _)| filter.wants(kind, None));
        Ok(Events {
            events: wanted.map(|(_, event)| event).collect(),
        })
    }

    fn ephemeral(&self, after: u64) -> Result<Events, Refusal> {
        if !self.wish.filter.room.ephemeral.wants("m.receipt", None) {
            return Ok(Events::default());
        }
        let range = (after, self.head);
        let receipts = receipt::changed(self.tables, self.room, &self.viewer.user, range)?;
        Ok(Events {
            events: receipts.into_iter().collect(),
        })
    }

    fn summary(&self) -> Result<Summary, Refusal> {
        let span = Span::under(&[self.room.as_str()]);
        let members = self.tables.list::<Member>(Table::Members, &span)?;
        let count = |state| {
            members
                .iter()
                .filter(|(_, member)| member.state == state)
                .count()
        };
        let (joined, invited) = (count(MemberState::Join), count(MemberState::Invite));
        Ok(Summary {
            joined: Some(joined),
            invited: Some(invited),
        })
    }
}

/// State that the spec recommends for invitations.
const INVITE_STATE: [&str; 6] = [
    "m.room.create",
    "m.room.name",
    "m.room.avatar",
    "m.room.topic",
    "m.room.join_rules",
    "m.room.encryption",
];
/// Events of a timeline when the filter does not say.
const TIMELINE: usize = 10;
/// Events of a timeline at most.
const MOST: usize = 200;
/// Events looked at when a filter picks among them.
const LOOK: usize = 1000;
