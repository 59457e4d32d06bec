//! What the user of the client sees.

use serde_json::json;

use crate::{
    Client, DeviceId, Flaw, FlowId, RoomId, UserId,
    directory::{Device, IdentityState},
    megolm::Owner,
    policy::Policy,
    room::{Entry, Item, ItemState, Member, Reason, Room, Source, Trust},
    verification::{ShortAuth, Stage},
};

/// A device as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceView {
    /// Its id.
    pub device: DeviceId,
    /// Unpadded base64.
    pub curve25519: String,
    /// Unpadded base64.
    pub ed25519: String,
    /// What is thought of it.
    pub trust: DeviceTrust,
}

/// What is thought of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceTrust {
    /// Signed by the owner's identity, and that identity is verified.
    Verified,
    /// Signed by the owner's identity.
    Signed,
    /// Not signed by the owner; gets no keys.
    Unsigned,
}

/// An identity as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityView {
    /// The public master key that counts, unpadded base64.
    pub key: Option<String>,
    /// Its state.
    pub state: IdentityState,
}

/// A room as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomView {
    /// Its id.
    pub room: RoomId,
    /// Whether this user is in it.
    pub joined: bool,
    /// Whether this user is invited and has not answered.
    pub invited: bool,
    /// Whether what is said in it is encrypted.
    pub encrypted: bool,
    /// Its displayed members, sorted.
    pub members: Vec<UserId>,
}

/// A verification as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowView {
    /// Its id.
    pub flow: FlowId,
    /// The other user.
    pub user: UserId,
    /// The other device.
    pub device: DeviceId,
    /// How far it is.
    pub stage: Stage,
    /// What to compare.
    pub short_auth: Option<ShortAuth>,
}

impl Client {
    /// Who is logged in, with which device.
    #[must_use]
    pub fn device(&self) -> Option<(&UserId, &DeviceId)> {
        self.own.as_ref().map(|own| (&own.user, &own.device))
    }

    /// What the organisation allows on this device; without one, [`Policy::unmanaged`].
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether the room was ever seen.
    #[must_use]
    pub fn knows(&self, room: &RoomId) -> bool {
        let known = self.rooms.get(room);
        known.is_some_and(|known| !self.is_hidden(known))
    }

    /// The rooms, in the order of their ids.
    #[must_use]
    pub fn rooms(&self) -> Vec<RoomView> {
        let own = self.own.as_ref().map(|own| &own.user);
        let view = |(id, room): (&RoomId, &Room)| RoomView {
            room: id.clone(),
            joined: own.and_then(|own| room.members.get(own)) == Some(&Member::Joined),
            invited: own.and_then(|own| room.members.get(own)) == Some(&Member::Invited),
            encrypted: room.is_encrypted(),
            members: room.members.keys().cloned().collect(),
        };
        let rooms = self.rooms.all().filter(|_| !self.is_shut());
        let rooms = rooms.filter(|(_, room)| !self.is_hidden(room));
        rooms.map(view).collect()
    }

    /// The displayed members of a room, sorted; room keys go to them and to nobody else.
    #[must_use]
    pub fn members(&self, room: &RoomId) -> Vec<UserId> {
        let known = self.rooms.get(room).filter(|_| !self.is_shut());
        known
            .into_iter()
            .flat_map(|known| known.members.keys().cloned())
            .collect()
    }

    /// The devices of a user as they are known, sorted by id.
    #[must_use]
    pub fn devices(&self, user: &UserId) -> Vec<DeviceView> {
        let known = self.directory.user(user).filter(|_| !self.is_shut());
        let devices = known.into_iter().flat_map(|known| &known.devices);
        let view = |(id, device): (&DeviceId, &Device)| DeviceView {
            device: id.clone(),
            curve25519: device.curve25519.clone(),
            ed25519: device.ed25519.clone(),
            trust: match (
                self.directory.counts(user, id, &self.conduct),
                self.is_verified(user),
            ) {
                (true, true) => DeviceTrust::Verified,
                (true, false) => DeviceTrust::Signed,
                (false, _) => DeviceTrust::Unsigned,
            },
        };
        devices.map(view).collect()
    }

    /// The identity of a user.
    #[must_use]
    pub fn identity(&self, user: &UserId) -> IdentityView {
        let pin = self
            .directory
            .user(user)
            .filter(|_| !self.is_shut())
            .and_then(|known| known.pin.as_ref());
        IdentityView {
            key: pin.map(|pin| pin.master.clone()),
            state: self.shown_state(user),
        }
    }

    /// The verifications since the client was opened, oldest first.
    #[must_use]
    pub fn flows(&self) -> Vec<FlowView> {
        let view = |(id, flow): (&FlowId, &crate::verification::Flow)| FlowView {
            flow: id.clone(),
            user: UserId::new(flow.peer().user()),
            device: DeviceId::new(flow.peer().device()),
            stage: flow.stage(),
            short_auth: flow.short_auth(),
        };
        let flows = self.flows.all().filter(|_| !self.is_shut());
        flows.map(view).collect()
    }

    /// Nobody is verified while the own identity is in doubt (ATK-DIR-05).
    fn is_verified(&self, user: &UserId) -> bool {
        self.shown_state(user) == IdentityState::Verified
    }

    /// Nobody reads as verified while the own identity is in doubt (ATK-DIR-05): what was verified, was verified with it.
    fn shown_state(&self, user: &UserId) -> IdentityState {
        let state = self.directory.state(user);
        let own = self.own.as_ref().map(|own| self.directory.state(&own.user));
        let steady = matches!(own, Some(IdentityState::Pinned | IdentityState::Verified));
        match state {
            IdentityState::Verified
                if !steady && !self.conduct.has(Flaw::PeerVerifiedIgnoresOwn) =>
            {
                IdentityState::Pinned
            }
            state => state,
        }
    }

    pub(crate) fn show(&self, entry: &Entry) -> Item {
        if self.is_barred(entry) {
            return Item::rejected(entry, Reason::Outsider);
        }
        let (trust, doubt) = match &entry.source {
            Source::Session(owner) if entry.state == ItemState::Decrypted => self.judge(owner),
            Source::Clear if entry.reason.is_some_and(Reason::warns) => (Trust::Warn, None),
            Source::Clear => (Trust::Unverified, None),
            Source::Session(_) | Source::Closed(_) | Source::Nothing => (Trust::Blocked, None),
        };
        let device = match &entry.source {
            Source::Session(owner) => owner.device.clone(),
            Source::Clear | Source::Closed(_) | Source::Nothing => None,
        };
        let mut facts = entry.facts.clone();
        if let Source::Session(Owner {
            shared_by: Some(by),
            ..
        }) = &entry.source
        {
            facts.insert("shared_by".to_owned(), json!(by));
        }
        if let Some(removal) = &entry.removed {
            facts.insert("removed".to_owned(), json!(removal));
        }
        Item {
            event: entry.event.clone(),
            sender: entry.sender.clone(),
            device,
            kind: entry.kind,
            body: entry.body.clone().filter(|_| entry.removed.is_none()),
            state: entry.state,
            trust,
            reason: entry.reason.or(doubt),
            facts,
        }
    }

    /// How far the owner of a session can be trusted, by what is known now.
    fn judge(&self, owner: &Owner) -> (Trust, Option<Reason>) {
        if owner.imported {
            return (Trust::Warn, Some(Reason::KeyImported));
        }
        match self.directory.state(&owner.user) {
            IdentityState::Changed => return (Trust::Warn, Some(Reason::IdentityChanged)),
            IdentityState::Violation => return (Trust::Warn, Some(Reason::VerificationViolation)),
            IdentityState::Unknown | IdentityState::Pinned | IdentityState::Verified => {}
        }
        let own = self.own.as_ref();
        // This device needs nobody's word for itself.
        if own.is_some_and(|own| own.user == owner.user && own.curve25519() == owner.curve25519) {
            return (Trust::Verified, None);
        }
        match self.directory.by_curve(&owner.user, &owner.curve25519) {
            Some((_, device)) if device.ed25519 != owner.ed25519 => {
                (Trust::Warn, Some(Reason::DeviceUnknown))
            }
            None => (Trust::Warn, Some(Reason::DeviceUnknown)),
            Some((_, device)) if !device.signed => (Trust::Warn, Some(Reason::DeviceUnsigned)),
            Some((id, _)) if !self.directory.counts(&owner.user, id, &self.conduct) => {
                (Trust::Warn, Some(Reason::DeviceNotListed))
            }
            Some(_) if self.is_verified(&owner.user) => (Trust::Verified, None),
            Some(_) => (Trust::Unverified, None),
        }
    }
}
