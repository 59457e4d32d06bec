//! Shares the room key with every device that may read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{
    Client, DeviceId, Flaw, Refusal, RoomId, UserId, Variant,
    client::Pending,
    directory::Device,
    megolm::Term,
    membership::ROLL,
    olm::{Envelope, Payload},
    room::Member,
};

/// Devices that one to-device request carries keys for; an Olm message is about 2 KB.
const BATCH: usize = 200;

impl Client {
    /// The devices that their owners signed and, where they keep a list, listed; no other device gets a key (ATK-DIR-01, MSC4153).
    pub(crate) fn recipients(&self, users: &[UserId]) -> BTreeMap<(UserId, DeviceId), Device> {
        let own = self.own.as_ref().map(|own| (&own.user, &own.device));
        let mut recipients = BTreeMap::new();
        for user in users {
            let Some(known) = self.directory.user(user) else {
                continue;
            };
            for (id, device) in &known.devices {
                let counts = known.counts(id, device, &self.conduct)
                    || self.conduct.has(Flaw::AcceptUnsignedDevice);
                if counts && own != Some((user, id)) {
                    recipients.insert((user.clone(), id.clone()), device.clone());
                }
            }
        }
        recipients
    }

    /// The recipients among the readers of a room; somebody who is invited counts like somebody who has joined (ATK-MEGOLM-06).
    pub(super) fn recipients_in(
        &self,
        room: &RoomId,
        users: &[UserId],
    ) -> BTreeMap<(UserId, DeviceId), Device> {
        let mut recipients = self.recipients(users);
        let members = self.rooms.get(room).map(|known| &known.members);
        let invited = members.into_iter().flatten();
        for (user, _) in invited.filter(|(_, member)| **member == Member::Invited) {
            let devices = self.directory.user(user).map(|known| &known.devices);
            for (id, device) in devices.into_iter().flatten() {
                let place = (user.clone(), id.clone());
                if !recipients.contains_key(&place) && self.conduct.has(Flaw::InviteeGhostKeyed) {
                    recipients.insert(place, device.clone());
                }
            }
        }
        recipients
    }

    /// Makes sure that nobody who may not read any longer has the key of the session.
    pub(super) fn prepare_session(
        &mut self,
        room: &RoomId,
        term: Term,
        users: &[UserId],
        recipients: &BTreeMap<(UserId, DeviceId), Device>,
    ) -> Result<(), Refusal> {
        let owner = self.as_owner().ok_or(Refusal::NotLoggedIn)?;
        let users: BTreeSet<&UserId> = users.iter().collect();
        let conduct = &self.conduct;
        let keeps = |user: &UserId, device: &DeviceId| {
            if !users.contains(user) {
                return conduct.has(Flaw::NoRotateOnLeave) || conduct.has(Flaw::NoRotateOnKick);
            }
            recipients.contains_key(&(user.clone(), device.clone()))
                || conduct.has(Flaw::NoRotateOnDeviceRemoval)
        };
        let aged = self
            .groups
            .outbound(room)
            .is_some_and(|outbound| outbound.is_aged(term));
        let settings = match aged && conduct.has(Flaw::RotateByCountOnly) {
            true => term.settings.without_period(),
            false => term.settings,
        };
        let term = Term { settings, ..term };
        self.groups.prepare(room, term, &owner, keeps);
        Ok(())
    }

    /// Takes the sharing one step on; true when every reachable device acknowledgedly has the key.
    pub(super) fn share(
        &mut self,
        room: &RoomId,
        recipients: &BTreeMap<(UserId, DeviceId), Device>,
    ) -> Result<bool, Refusal> {
        let outbound = self.groups.outbound(room).ok_or(Refusal::UnknownRoom)?;
        let lacking: Vec<(&(UserId, DeviceId), &Device)> = recipients
            .iter()
            .filter(|((user, device), _)| !outbound.has(user, device))
            .filter(|(place, _)| !self.unreachable.contains(*place))
            .collect();
        let unopened: Vec<(UserId, DeviceId)> = lacking
            .iter()
            .filter(|(_, device)| !self.olm.reaches(&device.curve25519))
            .map(|(place, _)| (*place).clone())
            .collect();
        if !unopened.is_empty() {
            self.claim(unopened);
            return Ok(false);
        }
        if lacking.is_empty() {
            return Ok(true);
        }
        let mut lacking = lacking;
        if self.conduct.varies(Variant::RoomKeysBackwards) {
            lacking.reverse();
        }
        let batch = if self.conduct.varies(Variant::RoomKeysOneByOne) {
            1
        } else {
            BATCH
        };
        lacking.truncate(batch);
        self.share_with(room, &lacking)?;
        Ok(false)
    }

    fn share_with(
        &mut self,
        room: &RoomId,
        lacking: &[(&(UserId, DeviceId), &Device)],
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        // Exporting the key signs it, which costs as much as encrypting a message.
        let outbound = self.groups.outbound(room).ok_or(Refusal::UnknownRoom)?;
        let mut room_key = outbound.room_key(room);
        if let (Some(word), Some(fields)) = (self.roll_word(room), room_key.as_object_mut()) {
            fields.insert(ROLL.to_owned(), word);
        }
        let mut messages = Vec::new();
        let mut shared = Vec::new();
        for (place, device) in lacking {
            let (user, id) = place;
            let to = (user, device.ed25519.as_str());
            let plaintext = Payload::write(own, to, "m.room_key", &room_key);
            let Some(message) = self.olm.encrypt(&device.curve25519, &plaintext) else {
                continue;
            };
            let content = Envelope::content(&own.curve25519(), &device.curve25519, &message?);
            messages.push(((user.clone(), id.clone()), content));
            shared.push((user.clone(), id.clone(), device.curve25519.clone()));
        }
        let session = self.groups.session_id(room).unwrap_or_default();
        if self.conduct.has(Flaw::ShareNotResumed) {
            self.groups.shared(room, &session, shared.clone());
        }
        let pending = Pending::Share {
            room: room.clone(),
            session,
            recipients: shared,
        };
        self.wire
            .send_to_devices("m.room.encrypted", nest(messages), pending);
        Ok(())
    }
}

/// Nests messages by user and device, as `/sendToDevice` wants them.
pub(crate) fn nest(messages: Vec<((UserId, DeviceId), Value)>) -> Value {
    let mut users: BTreeMap<UserId, Map<String, Value>> = BTreeMap::new();
    for ((user, device), content) in messages {
        users
            .entry(user)
            .or_default()
            .insert(device.to_string(), content);
    }
    users
        .into_iter()
        .map(|(user, devices)| (user.to_string(), Value::Object(devices)))
        .collect()
}
