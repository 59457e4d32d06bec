use std::collections::BTreeMap;

use ruma::{EventId, OwnedEventId, OwnedUserId, RoomId};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::event::{Event, NewEvent};
use super::membership::{Member, MemberState, note_membership};
use super::retention::{RETENTION, note_rule};
use crate::refusal::Refusal;
use crate::secret::random_text;
use crate::store::{Key, Span, Table, Tables, TablesMut, load, save};

/// Membership content, as far as the relay reads it.
#[derive(Deserialize)]
struct MemberContent {
    membership: MemberState,
}

/// Appends an event that is allowed already, and wakes everyone who sees it.
pub(crate) fn append(
    tables: &mut dyn TablesMut,
    room: &RoomId,
    new: NewEvent,
    now: u64,
) -> Result<OwnedEventId, Refusal> {
    let number = tables.next()?;
    // An id as room version 11 writes them; no hash, since no other server ever checks it.
    let event_id = EventId::parse(format!("${}", random_text()?))
        .map_err(|error| Refusal::internal().because(error))?;
    let NewEvent {
        kind,
        sender,
        content,
        state_key,
        sent_by,
    } = new;
    let event = Event {
        event_id,
        kind,
        sender,
        origin_server_ts: now,
        content,
        state_key,
        sent_by,
    };
    let place = Key::of(&[room.as_str(), event.event_id.as_str()]);
    save(
        tables,
        Table::Events,
        &Key::numbered(&[room.as_str()], number),
        &event,
    )?;
    save(tables, Table::EventPlaces, &place, &number)?;
    if let Some(state_key) = &event.state_key {
        note_state(tables, room, (&event, state_key), number)?;
    }
    wake_room(tables, room)?;
    Ok(event.event_id)
}

/// Makes a state event the one in force.
fn note_state(
    tables: &mut dyn TablesMut,
    room: &RoomId,
    (event, state_key): (&Event, &str),
    number: u64,
) -> Result<(), Refusal> {
    let key = Key::numbered(&[room.as_str(), &event.kind, state_key], number);
    save(tables, Table::State, &key, &event.event_id)?;
    if event.kind == RETENTION && state_key.is_empty() {
        note_rule(tables, room, &event.content)?;
    }
    if event.kind == MEMBER {
        let content: MemberContent = parse(event)?;
        note_membership(tables, room, state_key, content.membership, number)?;
    }
    Ok(())
}

/// Whether the room exists.
pub(crate) fn exists(tables: &dyn Tables, room: &RoomId) -> Result<bool, Refusal> {
    Ok(tables
        .fetch(Table::Rooms, &Key::of(&[room.as_str()]))?
        .is_some())
}

/// Wakes joined and invited members.
pub(crate) fn wake_room(tables: &mut dyn TablesMut, room: &RoomId) -> Result<(), Refusal> {
    let reader: &dyn Tables = tables;
    let rows = reader.list::<Member>(Table::Members, &Span::under(&[room.as_str()]))?;
    for (key, member) in rows {
        if matches!(member.state, MemberState::Join | MemberState::Invite)
            && let Ok(user) = OwnedUserId::try_from(key.part(1))
        {
            tables.wake(&user);
        }
    }
    Ok(())
}

/// The event with this number.
pub(crate) fn event_at(
    tables: &dyn Tables,
    room: &RoomId,
    number: u64,
) -> Result<Option<Event>, Refusal> {
    Ok(load(
        tables,
        Table::Events,
        &Key::numbered(&[room.as_str()], number),
    )?)
}

/// The number of an event of this room.
pub(crate) fn place(
    tables: &dyn Tables,
    room: &RoomId,
    event: &EventId,
) -> Result<Option<u64>, Refusal> {
    Ok(load(
        tables,
        Table::EventPlaces,
        &Key::of(&[room.as_str(), event.as_str()]),
    )?)
}

/// The state event of type and key as of number `through`.
pub(crate) fn state_event(
    tables: &dyn Tables,
    room: &RoomId,
    (kind, state_key): (&str, &str),
    through: u64,
) -> Result<Option<Event>, Refusal> {
    let span = Span::numbers(&[room.as_str(), kind, state_key], 0, through);
    let newest = tables.scan(Table::State, &span, 1, true)?;
    match newest.first() {
        Some((key, _)) => event_at(tables, room, key.number()),
        None => Ok(None),
    }
}

/// The content of a current state event, typed; `None` when there is no such state.
pub(crate) fn state_content<T: DeserializeOwned>(
    tables: &dyn Tables,
    room: &RoomId,
    kind: &str,
) -> Result<Option<T>, Refusal> {
    state_event(tables, room, (kind, ""), NOW)?
        .map(|event| parse(&event))
        .transpose()
}

/// Numbers of the state events of a room as of number `through`, by type and key.
pub(crate) fn state_numbers(
    tables: &dyn Tables,
    room: &RoomId,
    through: u64,
) -> Result<BTreeMap<(String, String), u64>, Refusal> {
    let rows = tables.scan(
        Table::State,
        &Span::under(&[room.as_str()]),
        usize::MAX,
        false,
    )?;
    let known = rows.into_iter().filter(|(key, _)| key.number() <= through);
    // In key order, so the newest of each type and key stays.
    Ok(known
        .map(|(key, _)| ((key.part(1), key.part(2)), key.number()))
        .collect())
}

/// Reads the content of an event that the relay checked when it took it.
pub(crate) fn parse<T: DeserializeOwned>(event: &Event) -> Result<T, Refusal> {
    serde_json::from_str(event.content.get()).map_err(|error| Refusal::internal().because(error))
}

/// Type of membership events.
pub(crate) const MEMBER: &str = "m.room.member";
/// As of now: after every event. One less than the highest, so that spans may add one.
pub(crate) const NOW: u64 = u64::MAX - 1;
