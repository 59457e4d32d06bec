//! Gives the history of a room to a member.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{BATCH, Bundle, HISTORY, MOST_KEYS};
use crate::{
    CallId, Client, DeviceId, Flaw, Outcome, Refusal, RoomId, UserId, directory::Device,
    errand::Errand, room::Member,
};

/// The user wants a member to have the history of a room.
pub(super) struct Asked {
    pub(super) call: CallId,
    room: RoomId,
    member: UserId,
}

impl Client {
    /// Shares the history of a room with a member, once his devices are known as they are now.
    pub(crate) fn share_history(&mut self, call: CallId, room: RoomId, member: UserId) {
        self.unreachable.clear();
        self.directory.forgive();
        self.histories.asked.push(Asked { call, room, member });
    }

    /// Takes every share one step on.
    pub(crate) fn share_histories(&mut self, now: u64) {
        for asked in std::mem::take(&mut self.histories.asked) {
            match self.step_share(now, &asked) {
                Ok(Some(value)) => self.wire.done(asked.call, Outcome::Value(value)),
                Ok(None) => self.histories.asked.push(asked),
                Err(refusal) => self.wire.refuse(asked.call, refusal),
            }
        }
    }

    /// What was shared; nothing yet while answers are under way.
    fn step_share(&mut self, now: u64, asked: &Asked) -> Result<Option<Value>, Refusal> {
        let Asked { room, member, .. } = asked;
        self.permits_sending()?;
        self.permits_release(now)?;
        self.permits_suite()?;
        self.permits_history_of(room, member)?;
        let readers = std::slice::from_ref(member);
        if !self.all_current(readers)? {
            return Ok(None);
        }
        self.query_admissions();
        if self.awaits_admission(readers) {
            return Ok(None);
        }
        self.directory.permits(member)?;
        self.permits_reader(member)?;
        // An accepted change is no proof: the past goes to whom the user knows (CVE-2024-47080).
        if self.directory.was_replaced(member) && !self.conduct.has(Flaw::HistoryToReplacedIdentity)
        {
            return Err(Refusal::IdentityChanged(member.clone()));
        }
        self.give_history(room, member).map(Some)
    }

    fn permits_history_of(&self, room: &RoomId, member: &UserId) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let known = self.rooms.get(room).ok_or(Refusal::UnknownRoom)?;
        let is_member = known.members.get(&own.user) == Some(&Member::Joined);
        if !is_member || !known.members.contains_key(member) {
            return Err(Refusal::NotAMember);
        }
        if !known.is_encrypted() {
            return Err(Refusal::NotEncrypted);
        }
        if known.has_stranger() {
            return Err(Refusal::MembershipChanged);
        }
        // Nobody looks through a history for what is labelled.
        match self.is_external(member) {
            true => Err(Refusal::StaysInside(member.clone())),
            false => Ok(()),
        }
    }

    fn give_history(&mut self, room: &RoomId, member: &UserId) -> Result<Value, Refusal> {
        let devices = self.history_devices(member);
        if devices.is_empty() {
            return Err(Refusal::DevicesUnknown(member.clone()));
        }
        let keys = self.groups.history(room);
        if keys.len() > MOST_KEYS {
            return Err(Refusal::TooMany {
                what: "keys of one room",
                got: keys.len(),
                limit: MOST_KEYS,
            });
        }
        // The key of the session that this device sends with is among them, and nobody counts who got it that way.
        self.groups.end(room);
        for keys in keys.chunks(BATCH) {
            let bundle = json!(Bundle {
                room_id: room.clone(),
                keys: keys.to_vec(),
            });
            for device in devices.keys() {
                let (member, device) = (member.clone(), device.clone());
                self.errands
                    .push(Errand::sealed(member, device, HISTORY, bundle.clone()));
            }
        }
        Ok(json!({ "keys": keys.len(), "devices": devices.len() }))
    }

    /// The devices that count, and no other (ATK-MEGOLM-06).
    fn history_devices(&self, member: &UserId) -> BTreeMap<DeviceId, Device> {
        let counting = self.recipients(std::slice::from_ref(member));
        let mut devices: BTreeMap<DeviceId, Device> = counting
            .into_iter()
            .map(|((_, id), device)| (id, device))
            .collect();
        let served = self.directory.user(member).map(|known| &known.devices);
        for (id, device) in served.into_iter().flatten() {
            if !devices.contains_key(id) && self.conduct.has(Flaw::HistoryShareAllDevices) {
                devices.insert(id.clone(), device.clone());
            }
        }
        devices
    }
}
