use std::collections::BTreeSet;

use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde::Deserialize;

use super::account::account;
use super::membership::{Change, Member, MemberState, member, rooms_where};
use crate::conduct::{Conduct, Flaw};
use crate::refusal::Refusal;
use crate::store::{Key, Table, Tables, load};

/// What tenancy needs of a room.
#[derive(Deserialize)]
struct Founded {
    creator: OwnedUserId,
}

/// Whether two users are of one tenant. Without an organisation there are no tenants and everybody is of the same.
pub(crate) fn are_together(
    tables: &dyn Tables,
    one: &UserId,
    other: &UserId,
) -> Result<bool, Refusal> {
    if one == other {
        return Ok(true);
    }
    let one = account(tables, one)?.and_then(|account| account.enrolment);
    let other = account(tables, other)?;
    Ok(match (one, other) {
        (Some(one), Some(other)) => {
            let same = other
                .enrolment
                .is_some_and(|other| other.tenant == one.tenant);
            same && !other.removed
        }
        (Some(_), None) => false,
        (None, Some(other)) => other.enrolment.is_none(),
        (None, None) => true,
    })
}

/// Of whom the relay tells a user: on a relay of an organisation only of those with whom he is in a room, or one of the two
/// is invited, so that nobody finds out by trying names who has an account (CON-05).
pub(crate) struct Sight<'u> {
    viewer: &'u UserId,
    /// Where he meets others; absent where meeting is not asked for.
    rooms: Option<Vec<OwnedRoomId>>,
}

impl<'u> Sight<'u> {
    /// The sight of a user.
    pub(crate) fn of(
        tables: &dyn Tables,
        viewer: &'u UserId,
        conduct: &Conduct,
    ) -> Result<Self, Refusal> {
        let is_closed = account(tables, viewer)?.is_some_and(|viewer| viewer.enrolment.is_some());
        let asks = is_closed && !conduct.has(Flaw::ExistenceTold);
        let rooms = asks.then(|| rooms_where(tables, viewer, Member::is_here));
        let rooms = rooms.transpose()?;
        Ok(Self { viewer, rooms })
    }

    /// Whether the relay tells him of this user.
    pub(crate) fn reaches(&self, tables: &dyn Tables, other: &UserId) -> Result<bool, Refusal> {
        if !are_together(tables, self.viewer, other)? {
            return Ok(false);
        }
        let Some(rooms) = self.rooms.as_ref().filter(|_| self.viewer != other) else {
            return Ok(true);
        };
        for room in rooms {
            if member(tables, room, other)?.is_some_and(|other| other.is_here()) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Those of `others` who are of another tenant than `user`.
pub(crate) fn elsewhere<'u>(
    tables: &dyn Tables,
    user: &UserId,
    others: impl IntoIterator<Item = &'u OwnedUserId>,
) -> Result<BTreeSet<OwnedUserId>, Refusal> {
    let mut apart = BTreeSet::new();
    for other in others {
        if !are_together(tables, user, other)? {
            apart.insert(other.clone());
        }
    }
    Ok(apart)
}

/// Refuses to bring users of different tenants together, in the words for users who do not exist.
pub(crate) fn may_meet(
    tables: &dyn Tables,
    one: &UserId,
    other: &UserId,
    conduct: &Conduct,
) -> Result<(), Refusal> {
    if are_together(tables, one, other)? || conduct.has(Flaw::TenantsMixed) {
        return Ok(());
    }
    Err(Refusal::not_found("there is no such user"))
}

/// Refuses changes of a membership that would bring tenants together.
pub(crate) fn may_change(
    tables: &dyn Tables,
    room: &RoomId,
    change: &Change,
    conduct: &Conduct,
) -> Result<(), Refusal> {
    match change.to {
        MemberState::Invite => may_meet(tables, &change.sender, &change.target, conduct),
        MemberState::Join => may_enter(tables, room, &change.target, conduct),
        MemberState::Leave | MemberState::Ban => Ok(()),
    }
}

/// Refuses to let a user into a room of another tenant, in the words for rooms that do not exist.
fn may_enter(
    tables: &dyn Tables,
    room: &RoomId,
    user: &UserId,
    conduct: &Conduct,
) -> Result<(), Refusal> {
    let founded: Option<Founded> = load(tables, Table::Rooms, &Key::of(&[room.as_str()]))?;
    let Some(founded) = founded else {
        return Ok(());
    };
    let own = account(tables, user)?.and_then(|account| account.enrolment);
    let founder = account(tables, &founded.creator)?.and_then(|account| account.enrolment);
    let apart = own.is_some() && own.map(|own| own.tenant) != founder.map(|own| own.tenant);
    if apart && !conduct.has(Flaw::TenantsMixed) {
        return Err(Refusal::not_found("there is no such room"));
    }
    Ok(())
}
