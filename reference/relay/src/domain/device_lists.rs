use std::collections::BTreeSet;

use ruma::{OwnedUserId, RoomId, UserId};
use serde::Serialize;

use super::membership::{Member, MemberState, joined_members, joined_rooms, member};
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, save};

/// Whose devices a client must look at again (spec, "Tracking the device list for a user").
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct DeviceLists {
    /// Users whose devices changed, or who came into sight.
    pub(crate) changed: BTreeSet<OwnedUserId>,
    /// Users with whom no room is shared any more.
    pub(crate) left: BTreeSet<OwnedUserId>,
}

/// Notes that devices or keys of `user` changed, and wakes everyone who sees them.
pub(crate) fn note_device_change(tables: &mut dyn TablesMut, user: &UserId) -> Result<(), Refusal> {
    let number = tables.next()?;
    save(
        tables,
        Table::DeviceChanges,
        &Key::numbered(&[], number),
        &user,
    )?;
    tables.wake(user);
    for room in joined_rooms(tables, user)? {
        for other in joined_members(tables, &room)? {
            tables.wake(&other);
        }
    }
    Ok(())
}

/// What changed for `user` with `after < number <= through`.
pub(crate) fn device_lists(
    tables: &dyn Tables,
    user: &UserId,
    after: u64,
    through: u64,
) -> Result<DeviceLists, Refusal> {
    let mut changed = BTreeSet::new();
    let mut gone = BTreeSet::new();
    let span = Span::numbers(&[], after, through);
    for (_, other) in tables.list::<OwnedUserId>(Table::DeviceChanges, &span)? {
        changed.insert(other);
    }
    let span = Span::under(&[user.as_str()]);
    for (key, own) in tables.list::<Member>(Table::Memberships, &span)? {
        let Ok(room) = RoomId::parse(key.part(1)) else {
            continue;
        };
        compare_room(
            tables,
            &room,
            &own,
            (after, through),
            (&mut changed, &mut gone),
        )?;
    }
    let mut lists = DeviceLists::default();
    for other in changed {
        if shares_room(tables, user, &other)? {
            lists.changed.insert(other);
        }
    }
    for other in gone {
        if !shares_room(tables, user, &other)? {
            lists.left.insert(other);
        }
    }
    Ok(lists)
}

/// Adds who came into sight through `room`, and who left it.
fn compare_room(
    tables: &dyn Tables,
    room: &RoomId,
    own: &Member,
    (after, through): (u64, u64),
    (changed, gone): (&mut BTreeSet<OwnedUserId>, &mut BTreeSet<OwnedUserId>),
) -> Result<(), Refusal> {
    let joined = own.state == MemberState::Join;
    if joined && own.joined_at.is_some_and(|joined_at| joined_at > after) {
        changed.extend(joined_members(tables, room)?);
    }
    if !joined && own.joined_at.is_some() && own.at > after {
        gone.extend(joined_members(tables, room)?);
    }
    if !joined {
        return Ok(());
    }
    let span = Span::numbers(&[room.as_str()], after, through);
    for (_, other) in tables.list::<OwnedUserId>(Table::MemberChanges, &span)? {
        match member(tables, room, &other)?.map(|member| member.state) {
            Some(MemberState::Join) => changed.insert(other),
            _ => gone.insert(other),
        };
    }
    Ok(())
}

/// Whether two users are joined to a common room; everyone shares with himself.
fn shares_room(tables: &dyn Tables, user: &UserId, other: &UserId) -> Result<bool, Refusal> {
    if user == other {
        return Ok(true);
    }
    for room in joined_rooms(tables, user)? {
        if member(tables, &room, other)?.is_some_and(|member| member.state == MemberState::Join) {
            return Ok(true);
        }
    }
    Ok(false)
}
