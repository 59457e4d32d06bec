//! The guard against wrong recipients: before a message or a file leaves, it knows who would get it.
//!
//! The core decides, an interface only shows: what needs the user's word and does not have it is refused
//! ([`Refusal::Unconfirmed`]), whatever the interface did. The word is given for one draft and one audience.

mod audience;
mod forward;
mod name;
mod outbox;
#[cfg(test)]
mod rates;
mod settings;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

pub(crate) use audience::Audience;
pub use audience::Warning;
pub(crate) use forward::origin;
pub(crate) use name::is_unseen;
pub(crate) use outbox::Held;
pub use outbox::Outgoing;
pub use settings::{Ask, RecipientSettings};

use crate::{
    CallId, Client, Flaw, Refusal, RoomId, UserId,
    json::random_name,
    store::{Records, StoreError, put, read},
};

/// Drafts that wait for the user's word; one more and the oldest is forgotten.
const MOST_REVIEWS: usize = 16;

/// What the guard remembers.
#[derive(Default)]
pub(crate) struct Guard {
    pub(crate) settings: RecipientSettings,
    /// Whom this user has sent something, and under which names.
    met: BTreeMap<UserId, BTreeSet<String>>,
    /// Whom a name is taken for.
    looks: BTreeMap<String, BTreeSet<UserId>>,
    /// The audience that the user last confirmed in each room; texts to it need no second word.
    confirmed: BTreeMap<RoomId, Audience>,
    /// Drafts that wait for the user's word, oldest first.
    reviews: VecDeque<(String, Review)>,
    /// Messages that wait for the end of their undo window, or have left, by handle.
    pub(crate) held: BTreeMap<String, Held>,
    /// The handle of the message behind each call of the client's own.
    pub(crate) leaving: BTreeMap<CallId, String>,
    dirty: Dirty,
}

/// Records that changed.
#[derive(Default)]
struct Dirty {
    settings: bool,
    met: BTreeSet<UserId>,
    rooms: BTreeSet<RoomId>,
    held: BTreeSet<String>,
}

/// A draft that waits for the user's word.
pub(crate) struct Review {
    pub(crate) room: RoomId,
    pub(crate) what: Outgoing,
    pub(crate) audience: Audience,
}

/// What a draft is to the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Weight {
    /// A text: the audience is confirmed once.
    Text,
    /// A file: the audience is confirmed each time.
    File,
}

impl Guard {
    pub(crate) fn has_met(&self, user: &UserId) -> bool {
        self.met.contains_key(user)
    }

    /// Whether something was sent to the user under this name.
    fn has_met_as(&self, user: &UserId, name: &str) -> bool {
        let names = self.met.get(user);
        names.is_some_and(|names| names.contains(name))
    }

    /// Whether something was sent to the user while this was the look of one of his names.
    fn is_known_look(&self, user: &UserId, look: &str) -> bool {
        let with = self.looks.get(look);
        with.is_some_and(|users| users.contains(user))
    }

    /// Somebody else whom this user writes to and whose name has this look.
    fn looks_like(&self, user: &UserId, look: &str) -> Option<&UserId> {
        self.looks.get(look)?.iter().find(|other| *other != user)
    }

    /// Something was sent to the user under these names.
    fn meet<'a>(&mut self, user: &UserId, names: impl Iterator<Item = &'a str>) {
        let known = self.met.entry(user.clone()).or_default();
        let new: Vec<&str> = names.filter(|name| !known.contains(*name)).collect();
        if !new.is_empty() {
            known.extend(new.iter().map(|name| (*name).to_owned()));
            self.dirty.met.insert(user.clone());
        }
        for look in new.into_iter().flat_map(name::looks) {
            self.looks.entry(look).or_default().insert(user.clone());
        }
    }

    pub(crate) fn configure(&mut self, settings: RecipientSettings) {
        self.settings = settings;
        self.dirty.settings = true;
    }

    fn confirm(&mut self, room: &RoomId, audience: Audience) {
        self.confirmed.insert(room.clone(), audience);
        self.dirty.rooms.insert(room.clone());
    }

    fn keep(&mut self, review: Review) -> String {
        if self.reviews.len() >= MOST_REVIEWS {
            self.reviews.pop_front();
        }
        let token = random_name();
        self.reviews.push_back((token.clone(), review));
        token
    }

    fn take(&mut self, token: &str) -> Option<Review> {
        let at = self.reviews.iter().position(|(known, _)| known == token)?;
        self.reviews.remove(at).map(|(_, review)| review)
    }

    pub(crate) fn load(&mut self, name: &[&str], record: &[u8]) -> Result<bool, StoreError> {
        match *name {
            ["settings"] => self.settings = read(record)?,
            ["met", user] => {
                let names: BTreeSet<String> = read(record)?;
                self.meet(&UserId::new(user), names.iter().map(String::as_str));
                self.dirty.met.clear();
            }
            ["confirmed", room] => drop(self.confirmed.insert(RoomId::new(room), read(record)?)),
            ["held", handle] => {
                let held: Held = read(record)?;
                self.held.insert(handle.to_owned(), held.after_restart());
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        let dirty = std::mem::take(&mut self.dirty);
        if dirty.settings {
            put(records, &["guard", "settings"], &self.settings)?;
        }
        for user in dirty.met {
            put(
                records,
                &["guard", "met", user.as_str()],
                &self.met.get(&user),
            )?;
        }
        for room in dirty.rooms {
            let audience = self.confirmed.get(&room);
            put(records, &["guard", "confirmed", room.as_str()], &audience)?;
        }
        for handle in dirty.held {
            match self.held.get(&handle) {
                Some(held) => put(records, &["guard", "held", &handle], held)?,
                None => drop(records.0.insert(format!("guard/held/{handle}"), None)),
            }
        }
        Ok(())
    }
}

impl Client {
    /// The last question before something leaves: does it need the user's word, and does it have it?
    ///
    /// # Errors
    /// [`Refusal::Unconfirmed`] with what there is to say, or [`Refusal::AudienceChanged`] if the word was given
    /// for another audience.
    pub(crate) fn ask_guard(
        &self,
        room: &RoomId,
        weight: Weight,
        word: Option<&Audience>,
    ) -> Result<(), Refusal> {
        let now = self.audience(room);
        if let Some(confirmed) = word {
            let holds = confirmed.covers(&now) || self.conduct.has(Flaw::ConfirmationNotBound);
            return if holds {
                Ok(())
            } else {
                Err(Refusal::AudienceChanged)
            };
        }
        let asking = self.questions(weight, &now);
        let earlier = self
            .guard
            .confirmed
            .get(room)
            .filter(|_| weight == Weight::Text);
        if asking.is_empty() || earlier.is_some_and(|earlier| earlier.covers(&now)) {
            return Ok(());
        }
        Err(Refusal::Unconfirmed(asking))
    }

    /// The warnings that need the user's word.
    pub(crate) fn questions(&self, weight: Weight, audience: &Audience) -> Vec<Warning> {
        let rules = self.guard_rules();
        let warnings = audience.warnings.iter();
        let asking = warnings.filter(|warning| rules.asks(weight, warning));
        asking.cloned().collect()
    }

    /// The settings that hold: the user's, and stricter ones of the organisation.
    pub(crate) fn guard_rules(&self) -> RecipientSettings {
        self.guard.settings.under(self.policy())
    }

    /// Keeps a draft until the user has said whether it may go to the audience of now.
    pub(crate) fn review(&mut self, room: RoomId, what: Outgoing) -> (String, Audience) {
        let audience = self.audience(&room);
        let token = self.guard.keep(Review {
            room,
            what,
            audience: audience.clone(),
        });
        (token, audience)
    }

    /// The user's word for one draft; it holds once.
    pub(crate) fn confirm_review(
        &mut self,
        now: u64,
        call: CallId,
        token: &str,
    ) -> Result<(), Refusal> {
        let review = self.guard.take(token).ok_or(Refusal::UnknownReview)?;
        let Review {
            room,
            what,
            audience,
        } = review;
        self.ask_guard(&room, what.weight(), Some(&audience))?;
        self.guard.confirm(&room, audience.clone());
        self.submit(now, call, room, what, Some(audience))
    }

    /// The room's members have got something from this user.
    pub(crate) fn meet_audience(&mut self, room: &RoomId) {
        let Some(known) = self.rooms.get(room) else {
            return;
        };
        let own = self.own.as_ref().map(|own| &own.user);
        for user in known.members.keys().filter(|user| Some(*user) != own) {
            let shown = known.names.get(user).map(String::as_str);
            self.guard.meet(user, name::names(user, shown));
        }
    }
}
