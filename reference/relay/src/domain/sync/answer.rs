use std::collections::BTreeMap;

use ruma::OwnedRoomId;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::device_lists::DeviceLists;

/// The answer to a sync, in the shape of the spec.
#[derive(Serialize)]
pub(crate) struct SyncAnswer {
    pub(crate) next_batch: String,
    pub(crate) rooms: Rooms,
    pub(crate) account_data: Events,
    pub(crate) to_device: Events,
    pub(crate) device_lists: DeviceLists,
    pub(crate) device_one_time_keys_count: BTreeMap<String, u64>,
    pub(crate) device_unused_fallback_key_types: Vec<String>,
    #[serde(rename = "org.example.more", skip_serializing_if = "Option::is_none")]
    pub(crate) more: Option<bool>,
}

/// Rooms with news, by what the user is to them.
#[derive(Default, Serialize)]
pub(crate) struct Rooms {
    pub(crate) join: BTreeMap<OwnedRoomId, JoinedRoom>,
    pub(crate) invite: BTreeMap<OwnedRoomId, InvitedRoom>,
    pub(crate) leave: BTreeMap<OwnedRoomId, LeftRoom>,
}

/// News of a room that the user is in.
#[derive(Serialize)]
pub(crate) struct JoinedRoom {
    pub(crate) summary: Summary,
    pub(crate) timeline: Timeline,
    pub(crate) state: Events,
    pub(crate) account_data: Events,
    pub(crate) ephemeral: Events,
}

/// How many people there are; said when it may have changed.
#[derive(Default, Serialize)]
pub(crate) struct Summary {
    #[serde(
        rename = "m.joined_member_count",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) joined: Option<usize>,
    #[serde(
        rename = "m.invited_member_count",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) invited: Option<usize>,
}

/// A room that the user is invited to.
#[derive(Serialize)]
pub(crate) struct InvitedRoom {
    pub(crate) invite_state: Events,
}

/// The last of a room that the user left.
#[derive(Serialize)]
pub(crate) struct LeftRoom {
    pub(crate) timeline: Timeline,
    pub(crate) state: Events,
    pub(crate) account_data: Events,
}

/// The newest events, and where older ones begin.
#[derive(Serialize)]
pub(crate) struct Timeline {
    pub(crate) events: Vec<Box<RawValue>>,
    pub(crate) limited: bool,
    pub(crate) prev_batch: String,
}

/// Events of some kind.
#[derive(Default, Serialize)]
pub(crate) struct Events {
    pub(crate) events: Vec<Box<RawValue>>,
}

impl SyncAnswer {
    /// Whether there is anything to tell; if not, the sync waits.
    pub(crate) fn has_news(&self) -> bool {
        let rooms = &self.rooms;
        !(rooms.join.is_empty()
            && rooms.invite.is_empty()
            && rooms.leave.is_empty()
            && self.account_data.events.is_empty()
            && self.to_device.events.is_empty()
            && self.device_lists == DeviceLists::default())
    }
}
