//! What is new for a device (spec, `GET /sync`).

mod answer;
mod rooms;

pub(crate) use answer::SyncAnswer;

use ruma::RoomId;

use super::account::Session;
use super::account_data::{self, Scope};
use super::device_keys::{one_time_key_counts, unused_fallback_keys};
use super::device_lists::{DeviceLists, device_lists};
use super::filter::Filter;
use super::membership::{Member, MemberState};
use super::to_device;
use crate::position::SyncPosition;
use crate::refusal::Refusal;
use crate::store::{Span, Table, Tables};

use answer::{Events, Rooms};
use rooms::RoomView;

/// What a sync asks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct SyncWish {
    pub(crate) since: Option<SyncPosition>,
    pub(crate) full_state: bool,
    pub(crate) filter: Filter,
    /// Whether the answer has to-device messages two by two, and fields that no client knows.
    pub(crate) varied: Varied,
}

/// What an answer to sync does otherwise on a bench.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Varied {
    pub(crate) in_pairs: bool,
    pub(crate) says_more: bool,
}

/// Everything new since the position given, read on one snapshot.
pub(crate) fn sync(
    tables: &dyn Tables,
    viewer: &Session,
    wish: &SyncWish,
) -> Result<SyncAnswer, Refusal> {
    let head = tables.head()?;
    if wish
        .since
        .is_some_and(|since| since.stream > head || since.to_device > head)
    {
        return Err(Refusal::invalid("position is none of this relay"));
    }
    let after = wish.since.map_or(0, |since| since.stream);
    let received = wish.since.map_or(0, |since| since.to_device);
    let (messages, to_device) =
        to_device::waiting(tables, viewer, (received, head), wish.varied.in_pairs)?;
    let scope = Scope {
        user: &viewer.user,
        room: None,
    };
    let account_data = account_data::changed(tables, scope, after)?;
    let wanted = account_data
        .into_iter()
        .filter(|(kind, _)| wish.filter.account_data.wants(kind, None));
    let device_lists = match wish.since {
        Some(_) => device_lists(tables, &viewer.user, after, head)?,
        // A first sync tells no changes: the client knows nobody yet.
        None => DeviceLists::default(),
    };
    Ok(SyncAnswer {
        next_batch: SyncPosition {
            stream: head,
            to_device,
        }
        .to_string(),
        rooms: rooms(tables, viewer, wish, (after, head))?,
        account_data: Events {
            events: wanted.map(|(_, event)| event).collect(),
        },
        to_device: Events { events: messages },
        device_lists,
        device_one_time_keys_count: one_time_key_counts(tables, viewer)?,
        device_unused_fallback_key_types: unused_fallback_keys(tables, viewer)?,
        more: wish.varied.says_more.then_some(true),
    })
}

fn rooms(
    tables: &dyn Tables,
    viewer: &Session,
    wish: &SyncWish,
    (after, head): (u64, u64),
) -> Result<Rooms, Refusal> {
    let mut found = Rooms::default();
    let span = Span::under(&[viewer.user.as_str()]);
    for (row, member) in tables.list::<Member>(Table::Memberships, &span)? {
        let Ok(room) = RoomId::parse(row.part(1)) else {
            continue;
        };
        if member.forgotten || !wish.filter.room.wants(&room) {
            continue;
        }
        let view = RoomView {
            tables,
            viewer,
            wish,
            room: &room,
            member: &member,
            after,
            head,
        };
        match member.state {
            MemberState::Join => {
                if let Some(joined) = view.joined()? {
                    found.join.insert(room.clone(), joined);
                }
            }
            MemberState::Invite if member.at > after => {
                found.invite.insert(room.clone(), view.invited()?);
            }
            MemberState::Leave | MemberState::Ban if view.shows_left() => {
                found.leave.insert(room.clone(), view.left()?);
            }
            MemberState::Invite | MemberState::Leave | MemberState::Ban => {}
        }
    }
    Ok(found)
}
