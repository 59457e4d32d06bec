use std::collections::{BTreeMap, BTreeSet};

use ruma::{RoomId, UserId};
use serde::Deserialize;

use super::membership::require_joined;
use super::room::{MEMBER, NOW, parse, state_event};
use crate::refusal::Refusal;
use crate::store::Tables;

/// Who may do what in a room (spec, `m.room.power_levels`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct PowerLevels {
    #[serde(default)]
    users: BTreeMap<String, i64>,
    #[serde(default)]
    users_default: i64,
    #[serde(default)]
    events: BTreeMap<String, i64>,
    #[serde(default)]
    events_default: i64,
    #[serde(default = "fifty")]
    state_default: i64,
    #[serde(default = "fifty")]
    pub(crate) ban: i64,
    #[serde(default = "fifty")]
    pub(crate) kick: i64,
    #[serde(default)]
    pub(crate) invite: i64,
    #[serde(default = "fifty")]
    redact: i64,
}

impl PowerLevels {
    /// The levels in force; before any are set, the creator may do everything.
    pub(crate) fn of(tables: &dyn Tables, room: &RoomId) -> Result<Self, Refusal> {
        if let Some(event) = state_event(tables, room, ("m.room.power_levels", ""), NOW)? {
            return parse(&event);
        }
        let mut levels = Self::parse("{}")?;
        if let Some(create) = state_event(tables, room, ("m.room.create", ""), NOW)? {
            levels.users.insert(create.sender.to_string(), 100);
        }
        Ok(levels)
    }

    /// Reads content that a client sent: levels are integers (room version 10 and later).
    pub(crate) fn parse(content: &str) -> Result<Self, Refusal> {
        serde_json::from_str(content)
            .map_err(|error| Refusal::bad_json("power levels are not well formed").because(error))
    }

    /// The level of a user.
    pub(crate) fn of_user(&self, user: &UserId) -> i64 {
        self.users
            .get(user.as_str())
            .copied()
            .unwrap_or(self.users_default)
    }

    fn of_event(&self, kind: &str, is_state: bool) -> i64 {
        let default = if is_state {
            self.state_default
        } else {
            self.events_default
        };
        self.events.get(kind).copied().unwrap_or(default)
    }

    /// Spec, room version 11, authorization rule 9: nobody hands out or takes away more than he
    /// has, and nobody changes who is as high as himself.
    fn may_become(&self, new: &Self, sender: &UserId) -> bool {
        let own = self.of_user(sender);
        let single = |levels: &Self| {
            [
                levels.users_default,
                levels.events_default,
                levels.state_default,
                levels.ban,
                levels.kick,
                levels.invite,
                levels.redact,
            ]
        };
        let singles = single(self)
            .into_iter()
            .zip(single(new))
            .all(|(old, new)| old == new || (old <= own && new <= own));
        let events = changed(&self.events, &new.events).all(|(_, old, new)| {
            old.is_none_or(|old| old <= own) && new.is_none_or(|new| new <= own)
        });
        let users = changed(&self.users, &new.users).all(|(user, old, new)| {
            let reachable = old.is_none_or(|old| old < own || user == sender.as_str());
            reachable && new.is_none_or(|new| new <= own)
        });
        singles && events && users
    }
}

/// Whether `sender` may send an event of this type; membership events go through `membership`.
pub(crate) fn authorise(
    tables: &dyn Tables,
    room: &RoomId,
    sender: &UserId,
    (kind, state_key, content): (&str, Option<&str>, &str),
) -> Result<(), Refusal> {
    require_joined(tables, room, sender)?;
    let levels = PowerLevels::of(tables, room)?;
    if levels.of_user(sender) < levels.of_event(kind, state_key.is_some()) {
        return Err(Refusal::forbidden("your power level is too low"));
    }
    // Rule 8: such a key belongs to the user with that id.
    if state_key.is_some_and(|key| key.starts_with('@') && key != sender.as_str()) {
        return Err(Refusal::forbidden("the state key is another user's"));
    }
    match (kind, state_key) {
        ("m.room.create", _) => Err(Refusal::forbidden("a room is created once")),
        (MEMBER, None) => Err(Refusal::forbidden("membership is state")),
        ("m.room.power_levels", Some("")) => {
            let allowed = levels.may_become(&PowerLevels::parse(content)?, sender);
            allowed
                .then_some(())
                .ok_or_else(|| Refusal::forbidden("levels above your own"))
        }
        _ => Ok(()),
    }
}

fn changed<'a>(
    old: &'a BTreeMap<String, i64>,
    new: &'a BTreeMap<String, i64>,
) -> impl Iterator<Item = (&'a str, Option<i64>, Option<i64>)> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names
        .into_iter()
        .map(|name| {
            (
                name.as_str(),
                old.get(name).copied(),
                new.get(name).copied(),
            )
        })
        .filter(|(_, old, new)| old != new)
}

fn fifty() -> i64 {
    50
}

#[cfg(test)]
mod tests {
    use ruma::user_id;

    use super::*;

    fn levels(text: &str) -> PowerLevels {
        PowerLevels::parse(text).unwrap()
    }

    #[test]
    fn nobody_raises_anyone_above_himself() {
        let now = levels(r#"{"users":{"@a:x":100,"@b:x":50}}"#);
        let wish = levels(r#"{"users":{"@a:x":100,"@b:x":100}}"#);
        assert!(!now.may_become(&wish, user_id!("@b:x")));
        assert!(now.may_become(&wish, user_id!("@a:x")));
    }

    #[test]
    fn nobody_lowers_who_is_as_high() {
        let now = levels(r#"{"users":{"@a:x":100,"@b:x":100}}"#);
        let wish = levels(r#"{"users":{"@a:x":100,"@b:x":0}}"#);
        assert!(!now.may_become(&wish, user_id!("@a:x")));
        assert!(now.may_become(&wish, user_id!("@b:x")));
    }

    #[test]
    fn a_level_that_is_no_integer_is_refused() {
        assert!(PowerLevels::parse(r#"{"ban":"50"}"#).is_err());
        assert!(PowerLevels::parse(r#"{"ban":50.5}"#).is_err());
    }
}
