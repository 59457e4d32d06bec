//! Who is outside the organisation, and what that means: the rule `external = deny | list | allow` (R03).

use reference_organisation::Role;

use super::SUITE;
use crate::{
    Client, External, Flaw, Refusal, Release, RoomId, UserId,
    room::{Entry, ItemKind, Member, Room},
};

impl Client {
    /// What the organisation has admitted the user as; the own account counts without the relay's word.
    fn role_of(&self, user: &UserId) -> Option<Role> {
        let organisation = self.affiliation.organisation()?;
        if self.own.as_ref().is_some_and(|own| own.user == *user) {
            return Some(organisation.role);
        }
        self.directory.standing(user)?.role()
    }

    /// Whether the user is of outside: another organisation, a guest, or an account that nobody invited. Without an
    /// organisation the server's name says it.
    pub(crate) fn is_foreign(&self, user: &UserId) -> Option<bool> {
        self.affiliation.organisation()?;
        Some(!matches!(self.role_of(user), Some(role) if role != Role::Guest))
    }

    /// What a list of members says of the user beside his id: that he reads for compliance, or is of outside.
    #[must_use]
    pub fn mark(&self, user: &UserId) -> Option<&'static str> {
        match (self.role_of(user), self.is_foreign(user)?) {
            (Some(Role::Reader), _) => Some("reads for compliance"),
            (Some(Role::Guest), _) => Some("guest"),
            (None, true) => Some("not of the organisation"),
            _ => None,
        }
    }

    /// Whether the organisation lets its members talk with the user.
    pub(crate) fn may_talk(&self, user: &UserId) -> bool {
        if self.affiliation.organisation().is_none() || self.role_of(user).is_some() {
            return true;
        }
        match self.policy.external {
            External::Deny => false,
            External::List => self.policy.lists(user.as_str()),
            External::Allow => true,
        }
    }

    /// Nothing goes to somebody with whom the organisation lets nobody talk.
    pub(crate) fn permits_reader(&self, user: &UserId) -> Result<(), Refusal> {
        if self.may_talk(user) || self.conduct.has(Flaw::OutsiderGetsKeys) {
            return Ok(());
        }
        Err(Refusal::Outsider(user.clone()))
    }

    /// Whom the user invites must not be known as somebody of outside; who is not known yet is judged before any key goes out.
    pub(crate) fn permits_guest(&self, user: &UserId) -> Result<(), Refusal> {
        let own = self.own.as_ref().map(|own| own.user.as_str());
        let server = |user: &str| user.split_once(':').map(|(_, server)| server.to_owned());
        let elsewhere = own.and_then(server) != server(user.as_str());
        let judged = self.directory.standing(user).is_some();
        if (elsewhere || judged) && !self.may_talk(user) && !self.conduct.has(Flaw::OutsiderInvited)
        {
            return Err(Refusal::Outsider(user.clone()));
        }
        Ok(())
    }

    /// An entry that must not reach the inbox: somebody of outside wrote it.
    pub(crate) fn is_barred(&self, entry: &Entry) -> bool {
        entry.kind != ItemKind::Notice
            && !self.may_talk(entry.author().unwrap_or(&entry.sender))
            && !self.conduct.has(Flaw::OutsiderShown)
    }

    /// An invitation by somebody of outside is not shown.
    pub(crate) fn is_hidden(&self, room: &Room) -> bool {
        let own = self.own.as_ref().map(|own| &own.user);
        let invited = own.and_then(|own| room.members.get(own)) == Some(&Member::Invited);
        let inviter = room.inviter.as_ref();
        invited
            && inviter.is_some_and(|inviter| !self.may_talk(inviter))
            && !self.conduct.has(Flaw::OutsiderInvites)
    }

    /// Nobody joins a room of somebody of outside.
    pub(crate) fn permits_joining(&self, room: &RoomId) -> Result<(), Refusal> {
        match self.rooms.get(room) {
            Some(known) if self.is_hidden(known) => {
                let inviter = known.inviter.clone();
                Err(inviter.map_or(Refusal::UnknownRoom, Refusal::Outsider))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A client that is older than the organisation allows sends nothing once the grace is over (`A_22725`).
    pub(crate) fn permits_release(&self, now: u64) -> Result<(), Refusal> {
        match self.policy.minimum_client {
            Some(floor)
                if Release::own() < floor.version
                    && now >= floor.refuse_after
                    && !self.conduct.has(Flaw::OldReleaseSends) =>
            {
                Err(Refusal::ReleaseTooOld {
                    oldest: floor.version,
                })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Nothing is sent with a suite that the organisation does not want any longer (R48).
    pub(crate) fn permits_suite(&self) -> Result<(), Refusal> {
        let organisation = self.affiliation.organisation();
        let floor = organisation.map(super::Organisation::suite_floor);
        match floor {
            Some(floor) if floor > SUITE && !self.conduct.has(Flaw::SuiteFloorIgnored) => {
                Err(Refusal::SuiteTooOld { floor: floor.0 })
            }
            Some(_) | None => Ok(()),
        }
    }
}
