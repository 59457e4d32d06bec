use ruma::{OwnedEventId, OwnedRoomId, RoomId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::event::Event;
use super::media::Media;
use crate::refusal::Refusal;
use crate::retention::Retention;
use crate::store::{Key, Span, Table, Tables, TablesMut, load, save};

/// What a room says of its events (`m.room.retention`, MSC1763), as far as the relay heeds it.
#[derive(Deserialize)]
struct Rule {
    max_lifetime: Option<u64>,
}

/// The part of a stored to-device message that a sweep looks at.
#[derive(Deserialize)]
struct Queued {
    at: u64,
}

/// Keeps what a room's retention event asks for. What is no lifetime asks for nothing.
pub(crate) fn note_rule(
    tables: &mut dyn TablesMut,
    room: &RoomId,
    content: &RawValue,
) -> Result<(), Refusal> {
    let row = Key::of(&[room.as_str()]);
    let rule = serde_json::from_str::<Rule>(content.get()).ok();
    match rule.and_then(|rule| rule.max_lifetime) {
        Some(lifetime) => Ok(save(tables, Table::RoomLifetimes, &row, &lifetime)?),
        None => Ok(tables.delete(Table::RoomLifetimes, &row)?),
    }
}

/// Rooms whose events can be over.
pub(crate) fn rooms(
    tables: &dyn Tables,
    retention: &Retention,
) -> Result<Vec<OwnedRoomId>, Refusal> {
    let table = if retention.touches_every_room() {
        Table::Rooms
    } else {
        Table::RoomLifetimes
    };
    let rows = tables.scan(table, &Span::all(), usize::MAX, false)?;
    let named = retention.rooms.keys().cloned();
    let mut rooms: Vec<_> = rows
        .into_iter()
        .map(|(key, _)| key.part(0))
        .chain(named)
        .collect();
    rooms.sort();
    rooms.dedup();
    Ok(rooms
        .into_iter()
        .filter_map(|room| RoomId::parse(room).ok())
        .collect())
}

/// Events of a room whose time is over, at most [`PAGE`]: their numbers and ids. State in force is not among them.
pub(crate) fn expired_events(
    tables: &dyn Tables,
    room: &RoomId,
    (retention, now): (&Retention, u64),
) -> Result<Vec<(u64, OwnedEventId)>, Refusal> {
    let own: Option<u64> = load(tables, Table::RoomLifetimes, &Key::of(&[room.as_str()]))?;
    let Some(shortest) = retention.shortest(room.as_str(), own) else {
        return Ok(Vec::new());
    };
    let (mut found, mut after) = (Vec::new(), 0);
    while found.len() < PAGE {
        let span = Span::numbers(&[room.as_str()], after, u64::MAX - 1);
        let events = tables.page::<Event>(Table::Events, &span, PAGE, false)?;
        let Some((last, _)) = events.last() else {
            break;
        };
        after = last.number();
        for (key, event) in events {
            if !shortest.is_over(event.origin_server_ts, now) {
                return Ok(found);
            }
            let lifetime = retention.of_event(room.as_str(), own, &event.kind);
            let over = lifetime.is_some_and(|time| time.is_over(event.origin_server_ts, now));
            if over && !in_force(tables, room, &event, key.number())? {
                found.push((key.number(), event.event_id));
            }
        }
    }
    Ok(found)
}

/// Whether an event is the newest state of its type and key.
fn in_force(
    tables: &dyn Tables,
    room: &RoomId,
    event: &Event,
    number: u64,
) -> Result<bool, Refusal> {
    let Some(state_key) = &event.state_key else {
        return Ok(false);
    };
    let span = Span::under(&[room.as_str(), &event.kind, state_key]);
    let newest = tables.scan(Table::State, &span, 1, true)?;
    Ok(newest
        .first()
        .is_some_and(|(key, _)| key.number() == number))
}

/// Removes events with everything that leads to them.
pub(crate) fn remove_events(
    tables: &mut dyn TablesMut,
    room: &RoomId,
    events: &[(u64, OwnedEventId)],
) -> Result<(), Refusal> {
    for (number, id) in events {
        let row = Key::numbered(&[room.as_str()], *number);
        if let Some(event) = load::<Event>(tables, Table::Events, &row)?
            && let Some(state_key) = &event.state_key
        {
            let state = Key::numbered(&[room.as_str(), &event.kind, state_key], *number);
            tables.delete(Table::State, &state)?;
        }
        tables.delete(Table::Events, &row)?;
        tables.delete(Table::EventPlaces, &Key::of(&[room.as_str(), id.as_str()]))?;
    }
    Ok(())
}

/// Ids of uploads whose time is over, at most [`PAGE`].
pub(crate) fn expired_media(
    tables: &dyn Tables,
    (retention, now): (&Retention, u64),
) -> Result<Vec<String>, Refusal> {
    // Own times of uploads are ordered by their end.
    let over = Span::numbers(&[], 0, now);
    let rows = tables.scan(Table::MediaEnds, &over, PAGE, false)?;
    let mut found: Vec<_> = rows.into_iter().map(|(key, _)| key.part(1)).collect();
    if let Some(lifetime) = retention.media {
        for (key, media) in tables.list::<Media>(Table::Media, &Span::all())? {
            if lifetime.is_over(media.created, now) {
                found.push(key.part(0));
            }
        }
    }
    found.sort();
    found.dedup();
    found.truncate(PAGE);
    Ok(found)
}

/// Removes uploads.
pub(crate) fn remove_media(tables: &mut dyn TablesMut, ids: &[String]) -> Result<(), Refusal> {
    for id in ids {
        let row = Key::of(&[id]);
        if let Some(end) = load::<Media>(tables, Table::Media, &row)?.and_then(|media| media.ends) {
            tables.delete(Table::MediaEnds, &Media::end_row(end, id))?;
        }
        tables.delete(Table::Media, &row)?;
        tables.delete(Table::MediaBytes, &row)?;
    }
    Ok(())
}

/// Rows of to-device messages that waited too long, at most [`PAGE`].
pub(crate) fn expired_to_device(
    tables: &dyn Tables,
    (retention, now): (&Retention, u64),
) -> Result<Vec<Key>, Refusal> {
    let Some(lifetime) = retention.to_device else {
        return Ok(Vec::new());
    };
    let rows = tables.list::<Queued>(Table::ToDevice, &Span::all())?;
    let over = rows
        .into_iter()
        .filter(|(_, queued)| lifetime.is_over(queued.at, now));
    Ok(over.map(|(key, _)| key).take(PAGE).collect())
}

/// Rows that one write removes, so that other writes come between.
pub(crate) const PAGE: usize = 1000;
/// Type of the event by which a room shortens the life of its events.
pub(crate) const RETENTION: &str = "m.room.retention";
