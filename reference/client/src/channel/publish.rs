//! The publisher's side: a key of the organisation, and the next entry of a channel.

use std::fmt;

use reference_organisation::{
    Announcement, Authorised, Chain, Digest, Says, Serial, Signed, SigningKey, Time, json, read,
    value_of,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ANNOUNCEMENT;
use crate::{
    CallId, Client, Priority, Refusal, RoomId, Secret,
    client::{Body, Method, Pending},
    json::{random_name, segment},
    send::Draft,
};

/// Longest title and text of a post, in bytes.
const LONGEST: (usize, usize) = (200, 32 << 10);

/// A key that may announce, as `reference org grant` writes it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publisher {
    seed: Secret,
    chain: Chain,
}

impl Publisher {
    /// Reads a key file.
    ///
    /// # Errors
    /// If it is none.
    pub(crate) fn parse(file: &Secret) -> Result<Self, Refusal> {
        let refused = || Refusal::Content("no key file of an organisation".to_owned());
        let value = json::parse(file.reveal().trim().as_bytes()).or(Err(refused()))?;
        let publisher: Self = read(&value).or(Err(refused()))?;
        publisher.key().map(|_| publisher.clone())
    }

    fn key(&self) -> Result<SigningKey, Refusal> {
        let refused = || Refusal::Content("no key of an organisation".to_owned());
        SigningKey::parse(self.seed.reveal()).or(Err(refused()))
    }
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Publisher(redacted)")
    }
}

/// The place of an entry that is to be made.
struct Place {
    channel: Serial,
    number: u64,
    previous: Option<Digest>,
}

impl Client {
    /// Makes a room of this user a channel: from now on only publishers are heard in it.
    ///
    /// # Errors
    /// If the room is one already or is not encrypted, or no key is there.
    pub(crate) fn found_channel(
        &mut self,
        now: u64,
        call: CallId,
        room: &RoomId,
        name: &str,
    ) -> Result<(), Refusal> {
        self.must_be_encrypted(room)?;
        if self.channel(room).is_some() {
            return Err(Refusal::Content("the room is a channel already".to_owned()));
        }
        let place = Place {
            channel: fresh_serial()?,
            number: 1,
            previous: None,
        };
        let name = name.to_owned();
        self.announce(now, call, room, place, (Says::Found { name }, None))?;
        self.close_to_others(room);
        Ok(())
    }

    /// The relay is told, too, that only some may write; readers do not rely on it.
    fn close_to_others(&mut self, room: &RoomId) {
        let Some(own) = self.own.as_ref() else {
            return;
        };
        let content = json!({
            "users": { own.user.to_string(): 100 }, "users_default": 0, "events_default": 50,
            "state_default": 100, "invite": 50, "kick": 50, "ban": 50, "redact": 50, "events": {},
        });
        let room = segment(room.as_str());
        let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.power_levels/");
        self.wire
            .send(Method::Put, path, Body::Json(content), Pending::Errand);
    }

    /// The next post.
    ///
    /// # Errors
    /// If the text is too long, the room is no channel, entries of it are missing here, or no key is there.
    pub(crate) fn publish(
        &mut self,
        now: u64,
        call: CallId,
        room: &RoomId,
        (title, body, priority): (&str, &str, Priority),
        lifetime: Option<u64>,
    ) -> Result<(), Refusal> {
        if title.len() > LONGEST.0 || body.len() > LONGEST.1 {
            return Err(Refusal::Content("the announcement is too long".to_owned()));
        }
        // The salt keeps whoever sees the digest from guessing a short text.
        let mut post = json!({ "title": title, "body": body, "salt": random_name() });
        if let (true, Some(fields)) = (priority != Priority::Normal, post.as_object_mut()) {
            fields.insert("priority".to_owned(), json!(priority));
        }
        let refused = |error: &dyn fmt::Display| Refusal::Content(error.to_string());
        let content = Announcement::digest_of(&post).map_err(|error| refused(&error))?;
        let expires = lifetime.map(|lifetime| Time(now.saturating_add(lifetime)));
        let place = self.next_place(room)?;
        let says = Says::Post { content, expires };
        self.announce(now, call, room, place, (says, Some(post)))
    }

    /// Takes a post back.
    ///
    /// # Errors
    /// As [`Client::publish`], or if there is no such post.
    pub(crate) fn recall(
        &mut self,
        now: u64,
        call: CallId,
        room: &RoomId,
        number: u64,
    ) -> Result<(), Refusal> {
        let channel = self.channel(room).ok_or(Refusal::UnknownMessage)?;
        if number < 2 || !channel.entries.contains_key(&number) {
            return Err(Refusal::UnknownMessage);
        }
        let place = self.next_place(room)?;
        self.announce(now, call, room, place, (Says::Recall { number }, None))
    }

    fn next_place(&self, room: &RoomId) -> Result<Place, Refusal> {
        let none = || Refusal::Content("the room is no channel".to_owned());
        let channel = self.channel(room).ok_or_else(none)?;
        if !channel.is_whole() {
            let reason = "entries of the channel are missing or contradict each other";
            return Err(Refusal::Content(reason.to_owned()));
        }
        let serial = channel.serial().ok_or_else(none)?;
        let seen = channel.head().ok_or_else(none)?;
        // What this device announced and has not seen come back.
        let made = self
            .affiliation
            .announced(room)
            .filter(|made| made.0 > seen.0);
        let (number, previous) = made.unwrap_or(seen);
        Ok(Place {
            channel: serial,
            number: number.saturating_add(1),
            previous: Some(previous),
        })
    }

    fn announce(
        &mut self,
        now: u64,
        call: CallId,
        room: &RoomId,
        place: Place,
        (says, post): (Says, Option<Value>),
    ) -> Result<(), Refusal> {
        let organisation = self.affiliation.organisation();
        let organisation = organisation.ok_or(Refusal::NoPublisherKey)?;
        let publisher = organisation.publisher().ok_or(Refusal::NoPublisherKey)?;
        let number = place.number;
        let body = Announcement {
            organisation: *organisation.root(),
            tenant: organisation.tenant.clone(),
            channel: place.channel,
            room: room.to_string(),
            number,
            previous: place.previous,
            issued: Time(now),
            says,
        };
        let refused = |error: &dyn fmt::Display| Refusal::Content(error.to_string());
        let digest = Digest::of(&body).map_err(|error| refused(&error))?;
        let signed = Signed::new(body, &publisher.key()?).map_err(|error| refused(&error))?;
        let statement = Authorised {
            statement: signed,
            chain: publisher.chain.clone(),
        };
        if let Some(trust) = organisation.trust() {
            let verified = statement.verify_announcement(trust, Time(now));
            verified.map_err(|error| refused(&error))?;
        }
        let statement = value_of(&statement).map_err(|error| refused(&error))?;
        let content = json!({ "statement": statement, "post": post });
        self.affiliation.announce(call, room, number, digest);
        self.queue(room, Draft::of_kind(call, ANNOUNCEMENT, content));
        Ok(())
    }
}

fn fresh_serial() -> Result<Serial, Refusal> {
    let mut bytes = [0; 16];
    let filled = getrandom::fill(&mut bytes);
    filled.map_err(|error| Refusal::Crypto(error.to_string()))?;
    Ok(Serial::from_bytes(bytes))
}
