use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, load};

/// What a client wants of a sync (spec, "Filtering"): the parts this relay heeds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    pub(crate) room: RoomFilter,
    pub(crate) account_data: EventFilter,
}

/// The same for rooms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct RoomFilter {
    rooms: Option<Vec<OwnedRoomId>>,
    not_rooms: Vec<OwnedRoomId>,
    pub(crate) include_leave: bool,
    pub(crate) timeline: EventFilter,
    pub(crate) state: EventFilter,
    pub(crate) ephemeral: EventFilter,
    pub(crate) account_data: EventFilter,
}

/// The same for one kind of events.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct EventFilter {
    pub(crate) limit: Option<u64>,
    types: Option<Vec<String>>,
    not_types: Vec<String>,
    senders: Option<Vec<OwnedUserId>>,
    not_senders: Vec<OwnedUserId>,
}

impl Filter {
    /// Reads a filter; wrong shapes are refused, unknown fields are not ours.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        serde_json::from_str(text)
            .map_err(|error| Refusal::bad_json("filter is not well formed").because(error))
    }
}

impl RoomFilter {
    /// Whether the room is wanted.
    pub(crate) fn wants(&self, room: &RoomId) -> bool {
        let listed = self
            .rooms
            .as_ref()
            .is_none_or(|rooms| rooms.iter().any(|one| one == room));
        listed && !self.not_rooms.iter().any(|one| one == room)
    }
}

impl EventFilter {
    /// Whether nothing is left out.
    pub(crate) fn wants_all(&self) -> bool {
        self.types.is_none()
            && self.not_types.is_empty()
            && self.senders.is_none()
            && self.not_senders.is_empty()
    }

    /// Whether an event of this type and sender is wanted; what is excluded wins.
    pub(crate) fn wants(&self, kind: &str, sender: Option<&UserId>) -> bool {
        let kinds = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, kind));
        let senders = |users: &[OwnedUserId]| users.iter().any(|user| Some(&**user) == sender);
        self.types.as_deref().is_none_or(kinds)
            && !kinds(&self.not_types)
            && self.senders.as_deref().is_none_or(senders)
            && !senders(&self.not_senders)
    }
}

/// Stores a filter and gives its id; the same filter again has the same id.
pub(crate) fn put(
    tables: &mut dyn TablesMut,
    user: &UserId,
    filter: &RawValue,
    limit: usize,
) -> Result<String, Refusal> {
    let reader: &dyn Tables = tables;
    let known = reader.list::<Box<RawValue>>(Table::Filters, &Span::under(&[user.as_str()]))?;
    if let Some((row, _)) = known.iter().find(|(_, known)| known.get() == filter.get()) {
        return Ok(row.part(1));
    }
    if known.len() >= limit {
        return Err(Refusal::full("filters of this account", limit));
    }
    let id = known.len().to_string();
    let row = Key::of(&[user.as_str(), &id]);
    tables.put(Table::Filters, &row, filter.get().as_bytes())?;
    Ok(id)
}

/// A stored filter as it came.
pub(crate) fn stored(
    tables: &dyn Tables,
    user: &UserId,
    id: &str,
) -> Result<Box<RawValue>, Refusal> {
    load(tables, Table::Filters, &Key::of(&[user.as_str(), id]))?
        .ok_or_else(|| Refusal::not_found("there is no such filter"))
}

/// `*` stands for any text (spec, `EventFilter.types`); matched without backtracking beyond the
/// last star, so a hostile pattern costs no more than its length times the type's.
fn matches(pattern: &str, kind: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == kind;
    };
    let Some(mut kind) = kind.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, after)) = kind.split_once(part) else {
            return false;
        };
        kind = after;
    }
    kind.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_match_any_text() {
        assert!(matches("m.room.*", "m.room.message"));
        assert!(matches("*", "anything"));
        assert!(matches("m.*.m*e", "m.room.message"));
        assert!(!matches("m.room.*", "m.reaction"));
        assert!(!matches("a*a", "a"));
    }

    #[test]
    fn excluded_types_win() {
        let filter: EventFilter =
            serde_json::from_str(r#"{"types":["m.*"],"not_types":["m.room.member"]}"#).unwrap();
        assert!(filter.wants("m.room.message", None));
        assert!(!filter.wants("m.room.member", None));
        assert!(!filter.wants("org.example", None));
    }
}
