use std::collections::BTreeSet;

use ruma::{OwnedUserId, RoomId, UserId};
use serde::Deserialize;

use super::account::account;
use super::membership::{Change, MemberState, has_met};
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

/// Whether the relay tells `viewer` of `other`: on a relay of an organisation only once they are in a room together or
/// one is invited, so that nobody finds out by trying names who has an account (CON-05).
pub(crate) fn may_see(
    tables: &dyn Tables,
    viewer: &UserId,
    other: &UserId,
    conduct: &Conduct,
) -> Result<bool, Refusal> {
    if !are_together(tables, viewer, other)? {
        return Ok(false);
    }
    let is_closed = account(tables, viewer)?.is_some_and(|viewer| viewer.enrolment.is_some());
    if !is_closed || viewer == other || conduct.has(Flaw::ExistenceTold) {
        return Ok(true);
    }
    has_met(tables, viewer, other)
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
    if conduct.has(Flaw::TenantsMixed) || are_together(tables, one, other)? {
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
