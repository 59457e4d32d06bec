use ruma::{EventId, RoomId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::account::Session;
use super::event::Event;
use super::membership::{Member, MemberState, member, not_in_room};
use super::room::{NOW, event_at, place, state_content, state_event, state_numbers};
use crate::conduct::{Conduct, Flaw};
use crate::position::RoomPosition;
use crate::refusal::Refusal;
use crate::store::{Span, Table, Tables};

/// The part of a room's history that one user may see: `after < number <= through`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) after: u64,
    pub(crate) through: u64,
}

/// What part of the history is asked for.
pub(crate) struct PageWish {
    pub(crate) from: Option<RoomPosition>,
    pub(crate) to: Option<RoomPosition>,
    pub(crate) backwards: bool,
    pub(crate) limit: usize,
}

/// Events in the order asked for, with the numbers they have.
pub(crate) struct Page {
    pub(crate) events: Vec<(u64, Event)>,
    pub(crate) start: RoomPosition,
    /// Where the next page begins; `None`: there is no more.
    pub(crate) end: Option<RoomPosition>,
}

#[derive(Deserialize)]
struct HistoryVisibility {
    history_visibility: String,
}

/// What the user may see of the room; users who never joined see nothing.
pub(crate) fn sight(
    tables: &dyn Tables,
    room: &RoomId,
    viewer: &Session,
    conduct: &Conduct,
) -> Result<Sight, Refusal> {
    match member(tables, room, &viewer.user)? {
        Some(member) => sight_of(tables, room, &member),
        None if conduct.has(Flaw::RoomIdor) => Ok(Sight {
            after: 0,
            through: NOW,
        }),
        None => Err(not_in_room()),
    }
}

/// What a member, present or past, may see (spec, "Room history visibility").
pub(crate) fn sight_of(
    tables: &dyn Tables,
    room: &RoomId,
    member: &Member,
) -> Result<Sight, Refusal> {
    let joined_at = member.joined_at.ok_or_else(not_in_room)?;
    let rule = state_content::<HistoryVisibility>(tables, room, "m.room.history_visibility")?;
    let first = match rule.as_ref().map(|rule| rule.history_visibility.as_str()) {
        Some("joined") => joined_at,
        Some("invited") => member
            .invited_at
            .map_or(joined_at, |invited| invited.min(joined_at)),
        _ => 0,
    };
    let through = match member.state {
        MemberState::Join => NOW,
        MemberState::Leave | MemberState::Ban => member.left_at.ok_or_else(not_in_room)?,
        // Invited again after a stay: nothing until the user joins.
        MemberState::Invite => return Err(not_in_room()),
    };
    Ok(Sight {
        after: first.saturating_sub(1),
        through,
    })
}

/// One page of the room's history.
pub(crate) fn page(
    tables: &dyn Tables,
    room: &RoomId,
    sight: Sight,
    wish: &PageWish,
) -> Result<Page, Refusal> {
    let head = tables.head()?;
    let start = wish
        .from
        .map_or(if wish.backwards { head } else { 0 }, |position| position.0);
    let (after, through) = match (wish.backwards, wish.to) {
        (true, to) => (to.map_or(0, |to| to.0), start),
        (false, to) => (start, to.map_or(head, |to| to.0)),
    };
    let (after, through) = (after.max(sight.after), through.min(sight.through));
    let events = if after < through {
        let span = Span::numbers(&[room.as_str()], after, through);
        let limit = wish.limit.saturating_add(1);
        tables.page::<Event>(Table::Events, &span, limit, wish.backwards)?
    } else {
        Vec::new()
    };
    let more = events.len() > wish.limit;
    let numbered = events.into_iter().map(|(key, event)| (key.number(), event));
    let events: Vec<_> = numbered.take(wish.limit).collect();
    let last = events.last().map(|(number, _)| *number);
    let end = last.filter(|_| more || !wish.backwards);
    // Right before the event when going back, right after it when going on.
    let end = end.map(|number| RoomPosition(number.saturating_sub(u64::from(wish.backwards))));
    Ok(Page {
        events,
        start: RoomPosition(start),
        end,
    })
}

/// One event, if the user may see it.
pub(crate) fn event(
    tables: &dyn Tables,
    room: &RoomId,
    sight: Sight,
    id: &EventId,
) -> Result<Event, Refusal> {
    let missing = || Refusal::not_found("there is no such event in the room");
    let number = place(tables, room, id)?.ok_or_else(missing)?;
    if number <= sight.after || number > sight.through {
        return Err(missing());
    }
    event_at(tables, room, number)?.ok_or_else(missing)
}

/// The state the user may see: as of now, or as of the moment he left.
pub(crate) fn state(
    tables: &dyn Tables,
    room: &RoomId,
    sight: Sight,
) -> Result<Vec<(u64, Event)>, Refusal> {
    let mut events = Vec::new();
    for number in state_numbers(tables, room, sight.through)?.into_values() {
        events.extend(event_at(tables, room, number)?.map(|event| (number, event)));
    }
    events.sort_by_key(|(number, _)| *number);
    Ok(events)
}

/// One piece of that state.
pub(crate) fn state_of(
    tables: &dyn Tables,
    room: &RoomId,
    sight: Sight,
    kind_and_key: (&str, &str),
) -> Result<Event, Refusal> {
    state_event(tables, room, kind_and_key, sight.through)?
        .ok_or_else(|| Refusal::not_found("there is no such state in the room"))
}

/// Events as a client sees them.
pub(crate) fn for_client(
    events: impl IntoIterator<Item = (u64, Event)>,
    viewer: &Session,
    room: Option<&RoomId>,
) -> Result<Vec<Box<RawValue>>, Refusal> {
    events
        .into_iter()
        .map(|(_, event)| event.for_client(viewer, room))
        .collect()
}
