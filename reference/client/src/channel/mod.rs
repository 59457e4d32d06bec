//! Announcement channels: news of the organisation, signed by its publishers, in an encrypted room that only carries them.
//!
//! A channel is a chain of entries (`reference/protocol/channels.md`). Like every feature it has no state of its own:
//! what the room's opened events say is folded whenever somebody looks. Only how far each channel was known is kept,
//! because members tell each other.

mod chain;
mod heads;
mod publish;
mod show;
mod tidy;

use reference_organisation::{Announcement, Authorised, Authority, Digest, read};
use serde_json::Value;

pub(crate) use chain::Channel;
pub(crate) use heads::{FIELD as CHANNEL_HEADS, Reach};
pub(crate) use publish::Publisher;

use crate::{
    Client, EventId, Flaw, RoomId, UserId,
    room::{Entry, Reason},
};

/// The type of the events that carry entries, inside the encryption.
pub(crate) const ANNOUNCEMENT: &str = "dev.pruefstand.announcement";

/// An entry whose signature holds, with the event that brought it.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) event: EventId,
    pub(crate) sender: UserId,
    pub(crate) digest: Digest,
    pub(crate) entry: Announcement,
    pub(crate) by: Authority,
    /// What a post says; gone once it was recalled or its time is over.
    pub(crate) content: Option<Value>,
}

impl Client {
    /// An entry of a channel, if it counts for this room.
    ///
    /// # Errors
    /// Why it does not.
    fn told(&self, room: &RoomId, entry: &Entry) -> Result<Told, Reason> {
        let forged = Reason::AnnouncementForged;
        let content = entry.opened.as_ref().map(|opened| &opened.content);
        let content = content.ok_or(forged)?;
        let statement = content.get("statement").ok_or(forged)?;
        let signed: Authorised<Announcement> = read(statement).or(Err(forged))?;
        let organisation = self.affiliation.organisation().ok_or(forged)?;
        let by = self.authority(&signed)?;
        let body = signed.body().clone();
        let elsewhere = body.room != room.as_str() || body.tenant != organisation.tenant;
        if elsewhere {
            return Err(forged);
        }
        let digest = Digest::of(&body).or(Err(forged))?;
        let said = content.get("post").cloned();
        if let (reference_organisation::Says::Post { content, .. }, Some(said)) =
            (&body.says, &said)
            && !self.conduct.has(Flaw::AnnouncementContentUnbound)
            && Announcement::digest_of(said) != Ok(*content)
        {
            return Err(forged);
        }
        Ok(Told {
            event: entry.event.clone(),
            sender: entry.sender.clone(),
            digest,
            entry: body,
            by,
            content: said,
        })
    }

    /// Who signed it, and what that key may say.
    fn authority(&self, signed: &Authorised<Announcement>) -> Result<Authority, Reason> {
        let forged = Reason::AnnouncementForged;
        let trust = self
            .affiliation
            .organisation()
            .and_then(|organisation| organisation.trust())
            .ok_or(forged)?;
        let now = reference_organisation::Time(self.now);
        match signed.verify_announcement(trust, now) {
            Ok(authority) => Ok(authority),
            Err(reference_organisation::TrustError::Role { .. })
                if self.conduct.has(Flaw::AnnouncementByAnyRole) =>
            {
                signed.verify(trust).or(Err(forged))
            }
            Err(_) if self.conduct.has(Flaw::AnnouncementUnsigned) => signed
                .statement
                .signers()
                .next()
                .map_or(Err(forged), |key| {
                    Ok(Authority {
                        key: *key,
                        role: reference_organisation::Role::Publisher,
                        tenant: None,
                        is_root: false,
                    })
                }),
            Err(_) => Err(forged),
        }
    }

    /// The channel that a room carries, if it carries one.
    pub(crate) fn channel(&self, room: &RoomId) -> Option<Channel> {
        let mut channel = Channel::default();
        let entries = self.rooms.entries(room).iter();
        for entry in entries.filter(|entry| entry.is_announcement()) {
            match self.told(room, entry) {
                Ok(told) => channel.take(told, &self.conduct),
                Err(reason) => channel.refuse(entry.event.clone(), reason),
            }
        }
        channel.link(&self.conduct);
        channel.is_founded().then_some(channel)
    }
}

impl Entry {
    pub(crate) fn is_announcement(&self) -> bool {
        let opened = self.opened.as_ref();
        opened.is_some_and(|opened| opened.kind == ANNOUNCEMENT)
    }
}
