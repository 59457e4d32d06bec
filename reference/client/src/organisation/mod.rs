//! The organisation that this account belongs to: pinned from the invitation code, and never the relay's word.
//!
//! Everything that the relay serves about it - who belongs to it, what it asks, what its administrators did - is
//! verified against the pinned root key (`reference/protocol/invitation.md`, `policy.md`, `acts.md`).

mod admission;
mod directory;
mod enrol;
mod news;
mod outside;
mod own;

use std::collections::{BTreeMap, BTreeSet};

use reference_organisation::{
    Authorised, Charter, Digest, DirectoryKey, Entry, Log, Policy as Profile, PublicKey, Role,
    Signed, Suite, Tenant, Trust,
};
use serde::{Deserialize, Serialize};

pub(crate) use admission::Standing;
use directory::Listing;
use enrol::Enrolling;
use news::Topic;
pub(crate) use own::AFFILIATION;

use crate::{
    CallId, Client, DeviceId, Policy, Refusal, RoomId, Secret, UserId,
    channel::{Publisher, Reach},
    client::Answer,
    store::{Records, StoreError, put, read},
};

/// Where the extension lives.
pub(crate) const ENDPOINT: &str = "/_matrix/client/unstable/dev.pruefstand";

/// The suite that this client speaks: Olm and Megolm version 1.
const SUITE: Suite = Suite(1);

/// What this device knows of its organisation, if it belongs to one.
#[derive(Default)]
pub(crate) struct Affiliation {
    known: Option<Organisation>,
    changed: bool,
    /// The directory of the tenant, and the next one while its pages come.
    listing: Option<Listing>,
    coming: Option<Listing>,
    has_new_listing: bool,
    /// Users who were asked for since the last news.
    asked: BTreeSet<UserId>,
    /// When its news were asked for, in milliseconds since the epoch.
    refreshed: Option<u64>,
    /// The last entry that this device announced in each channel, and the call that did.
    announced: BTreeMap<RoomId, (CallId, u64, Digest)>,
    /// Rooms in which an announcement was opened since they were looked at.
    touched: BTreeSet<RoomId>,
}

/// A pinned organisation, and what it has said.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Organisation {
    pub(crate) charter: Signed<Charter>,
    /// The tenant of this account.
    pub(crate) tenant: Tenant,
    /// What this account was invited as.
    pub(crate) role: Role,
    /// The log of acts as far as it was verified.
    acts: Vec<Entry>,
    /// The newest policy that was taken.
    policy: Option<Authorised<Profile>>,
    /// Why what the relay served last was not taken.
    fault: Option<String>,
    /// The flaw: the key of the invitation, which is of no use any longer but to others.
    seed: Option<Secret>,
    /// What opens the directory of the tenant.
    #[serde(default)]
    directory_key: Option<DirectoryKey>,
    /// Own devices that were told of it.
    #[serde(default)]
    told: BTreeSet<DeviceId>,
    /// The key of a publisher, on his device.
    publisher: Option<Publisher>,
    /// How far channels are known.
    reaches: BTreeMap<RoomId, Reach>,
    #[serde(skip)]
    log: Option<Log>,
}

/// What was asked of the relay.
#[derive(Debug)]
pub(crate) enum Asked {
    /// That it keeps the account's admission.
    Enrolment(Box<Enrolling>),
    /// The admissions of users.
    Admissions(Vec<UserId>),
    /// News, and the call that ends with all of them.
    News(Topic, Option<CallId>),
}

impl Asked {
    /// The call that ends when the answer is in.
    pub(crate) fn call(&self) -> Option<CallId> {
        match self {
            Self::Enrolment(enrolling) => Some(enrolling.call),
            Self::Admissions(_) => None,
            Self::News(_, call) => *call,
        }
    }
}

impl Client {
    pub(crate) fn take_organisation(
        &mut self,
        now: u64,
        asked: Asked,
        answer: Answer<'_>,
    ) -> Result<(), Refusal> {
        match asked {
            Asked::Enrolment(enrolling) => self.take_enrolment(now, *enrolling, answer)?,
            Asked::Admissions(users) => self.take_admissions(&users, answer),
            Asked::News(topic, call) => self.take_news(now, topic, call, answer),
        }
        Ok(())
    }
}

impl Affiliation {
    pub(crate) fn load(&mut self, record: &[u8]) -> Result<(), StoreError> {
        let mut known: Organisation = read(record)?;
        let log = Log::verify(*known.root(), &known.acts);
        known.log = Some(log.map_err(|fault| StoreError(fault.to_string()))?);
        self.known = Some(known);
        self.reopen()
    }

    pub(crate) fn load_listing(&mut self, record: &[u8]) -> Result<(), StoreError> {
        self.listing = Some(read(record)?);
        self.reopen()
    }

    /// Opens the directory once both the organisation and the listing are here, whichever comes first.
    fn reopen(&mut self) -> Result<(), StoreError> {
        match (&self.known, &mut self.listing) {
            (Some(known), Some(listing)) => listing.reopen(known).map_err(StoreError),
            _ => Ok(()),
        }
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        if let Some(known) = &self.known
            && std::mem::take(&mut self.changed)
        {
            put(records, &["organisation"], known)?;
        }
        if let Some(listing) = &self.listing
            && std::mem::take(&mut self.has_new_listing)
        {
            put(records, &["listing"], listing)?;
        }
        Ok(())
    }

    /// The organisation; none: the account is nobody's.
    pub(crate) fn organisation(&self) -> Option<&Organisation> {
        self.known.as_ref()
    }

    /// From now on the account belongs to this organisation.
    fn join(&mut self, organisation: Organisation) {
        self.known = Some(organisation);
        self.changed = true;
        self.refreshed = None;
    }

    /// The directory of the tenant, as far as it is known.
    fn listing(&self) -> Option<&Listing> {
        self.listing.as_ref()
    }

    fn change(&mut self) -> Option<&mut Organisation> {
        self.changed |= self.known.is_some();
        self.known.as_mut()
    }

    /// Keeps the key of a publisher.
    ///
    /// # Errors
    /// If the account is nobody's.
    pub(crate) fn hold(&mut self, publisher: Publisher) -> Result<(), Refusal> {
        let known = self.change().ok_or(Refusal::NoPublisherKey)?;
        known.publisher = Some(publisher);
        Ok(())
    }

    /// How far channels are known.
    pub(crate) fn reaches(&self) -> impl Iterator<Item = (&RoomId, &Reach)> {
        self.known.iter().flat_map(|known| &known.reaches)
    }

    /// The same, to change.
    pub(crate) fn change_reaches(&mut self) -> Option<&mut BTreeMap<RoomId, Reach>> {
        self.change().map(|known| &mut known.reaches)
    }

    /// An announcement was opened in the room.
    pub(crate) fn touch(&mut self, room: &RoomId) {
        self.touched.insert(room.clone());
    }

    pub(crate) fn take_touched(&mut self) -> BTreeSet<RoomId> {
        std::mem::take(&mut self.touched)
    }

    /// The last entry that this device announced in a channel.
    pub(crate) fn announced(&self, room: &RoomId) -> Option<(u64, Digest)> {
        let (_, number, digest) = self.announced.get(room)?;
        Some((*number, *digest))
    }

    pub(crate) fn announce(&mut self, call: CallId, room: &RoomId, number: u64, digest: Digest) {
        self.announced.insert(room.clone(), (call, number, digest));
    }

    /// What was refused was not announced: the next entry takes its place, or readers would miss one for ever.
    pub(crate) fn take_back(&mut self, refused: CallId) {
        self.announced.retain(|_, (call, _, _)| *call != refused);
    }

    /// What holds on this device.
    pub(crate) fn policy(&self) -> Policy {
        match &self.known {
            None => Policy::unmanaged(),
            Some(known) => {
                let profile = known.policy.as_ref().map(Authorised::body);
                profile.map_or_else(Policy::default, Policy::of)
            }
        }
    }
}

impl Organisation {
    fn new(charter: Signed<Charter>, tenant: Tenant, role: Role) -> Self {
        Self {
            log: Some(Log::new(charter.body.organisation)),
            charter,
            tenant,
            role,
            acts: Vec::new(),
            policy: None,
            fault: None,
            seed: None,
            directory_key: None,
            told: BTreeSet::new(),
            publisher: None,
            reaches: BTreeMap::new(),
        }
    }

    /// The root key, which is the organisation.
    pub(crate) fn root(&self) -> &PublicKey {
        &self.charter.body.organisation
    }

    pub(crate) fn publisher(&self) -> Option<&Publisher> {
        self.publisher.as_ref()
    }

    /// What everything is checked against; `None` only before the log was read.
    pub(crate) fn trust(&self) -> Option<Trust<'_>> {
        self.log.as_ref().map(Log::trust)
    }

    /// The oldest suite that may be spoken.
    fn suite_floor(&self) -> Suite {
        let policy = self.policy.as_ref();
        let asked = policy.map_or(Suite(0), |policy| policy.body().rules.suite_floor);
        asked.max(self.charter.body.suite_floor)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_announcement_that_was_refused_takes_no_place() {
        let (mut affiliation, room) = (Affiliation::default(), RoomId::new("!news:x"));
        let digest = Digest::of_value(&json!({})).unwrap();
        affiliation.announce(CallId(1), &room, 2, digest);
        affiliation.take_back(CallId(9));
        assert_eq!(affiliation.announced(&room), Some((2, digest)));
        affiliation.take_back(CallId(1));
        assert_eq!(affiliation.announced(&room), None);
    }
}
