//! Who would get a message, and what there is to say about them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::name;
use crate::{Client, Flaw, IdentityState, RoomId, UserId};

/// A reason to look twice before something is sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// The user is on another server, or a guest of the organisation.
    External {
        /// Who.
        user: UserId,
    },
    /// Nothing was ever sent to the user.
    FirstContact {
        /// Who.
        user: UserId,
    },
    /// The user's identity was replaced; the new one was accepted and is not verified.
    UnverifiedAfterChange {
        /// Who.
        user: UserId,
    },
    /// The user's name looks like another one's.
    LookAlike {
        /// Who.
        user: UserId,
        /// Whose name it looks like.
        of: UserId,
    },
    /// The user's name has hidden letters, or mixes scripts in one word.
    DisguisedName {
        /// Who.
        user: UserId,
    },
    /// Very many would read it.
    LargeAudience {
        /// How many others read it.
        members: usize,
        /// How many are not many.
        limit: usize,
    },
}

/// Who would get something from this user in a room, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Audience {
    /// Everybody but the user himself.
    pub(crate) users: BTreeSet<UserId>,
    /// What there is to say about them.
    pub(crate) warnings: BTreeSet<Warning>,
}

impl Audience {
    /// Whether what was confirmed for `self` holds for the audience of now: the same users, nothing new to say.
    pub(crate) fn covers(&self, now: &Self) -> bool {
        self.users == now.users && self.warnings.is_superset(&now.warnings)
    }
}

impl Client {
    /// The audience of a room as the user sees it now.
    pub(crate) fn audience(&self, room: &RoomId) -> Audience {
        let own = self.own.as_ref().map(|own| &own.user);
        let known = self.rooms.get(room);
        let members = known.into_iter().flat_map(|known| known.members.keys());
        let users: BTreeSet<UserId> = members.filter(|user| Some(*user) != own).cloned().collect();
        let mut warnings = self.look_alikes(room, &users);
        for user in &users {
            self.warn_of(room, user, &mut warnings);
        }
        let limit = usize::try_from(self.guard_rules().large).unwrap_or(usize::MAX);
        if users.len() > limit && !self.conduct.has(Flaw::LargeAudienceUnnoticed) {
            let members = users.len();
            warnings.insert(Warning::LargeAudience { members, limit });
        }
        Audience { users, warnings }
    }

    /// Whether a user is no member of the organisation.
    pub(crate) fn is_external(&self, user: &UserId) -> bool {
        let is_foreign = self.is_foreign(user).unwrap_or_else(|| {
            let home = self.own.as_ref().map(|own| name::server(&own.user));
            home != Some(name::server(user))
        });
        is_foreign || self.guard.settings.guests.contains(user)
    }

    /// The audience as it is shown: each user with what is known, in the order of their ids.
    pub(crate) fn show_audience(&self, room: &RoomId, audience: &Audience) -> Value {
        let show = |user: &UserId| {
            let state = self.directory.state(user);
            json!({
                "user": user,
                "name": self.shown_name(room, user),
                "external": self.is_external(user),
                "verified": state == IdentityState::Verified,
            })
        };
        audience.users.iter().map(show).collect()
    }

    fn warn_of(&self, room: &RoomId, user: &UserId, warnings: &mut BTreeSet<Warning>) {
        let user = || user.clone();
        if self.is_external(&user()) && !self.conduct.has(Flaw::ExternalUnnoticed) {
            warnings.insert(Warning::External { user: user() });
        }
        if !self.guard.has_met(&user()) && !self.conduct.has(Flaw::FirstContactUnnoticed) {
            warnings.insert(Warning::FirstContact { user: user() });
        }
        if self.directory.was_replaced(&user())
            && !self.conduct.has(Flaw::ReplacedIdentityUnnoticed)
        {
            warnings.insert(Warning::UnverifiedAfterChange { user: user() });
        }
        let id = user();
        let mut names = name::names(&id, self.shown_name(room, &id));
        if names.any(name::is_disguised) && !self.conduct.has(Flaw::DisguisedNameUnnoticed) {
            warnings.insert(Warning::DisguisedName { user: user() });
        }
    }

    /// Users whose names look like that of somebody whom this user writes to, or of another one in the room.
    fn look_alikes(&self, room: &RoomId, users: &BTreeSet<UserId>) -> BTreeSet<Warning> {
        let mut found = BTreeSet::new();
        let mut here: BTreeMap<String, &UserId> = BTreeMap::new();
        for user in users {
            let names = name::names(user, self.shown_name(room, user));
            // All looks of a name that was written to are known; working them out again for every message cost two thirds of what encrypting does.
            let new = names.filter(|name| !self.guard.has_met_as(user, name));
            for look in new
                .flat_map(name::looks)
                .filter(|look| !self.guard.is_known_look(user, look))
            {
                let of = self.guard.looks_like(user, &look);
                let of = of.or_else(|| here.get(&look).copied().filter(|other| *other != user));
                if let Some(of) = of
                    && !self.conduct.has(Flaw::LookAlikeUnnoticed)
                {
                    let (user, of) = (user.clone(), of.clone());
                    found.insert(Warning::LookAlike { user, of });
                }
                here.entry(look).or_insert(user);
            }
        }
        found
    }

    pub(crate) fn shown_name(&self, room: &RoomId, user: &UserId) -> Option<&str> {
        self.rooms.get(room)?.names.get(user).map(String::as_str)
    }
}
