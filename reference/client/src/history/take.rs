//! Takes the history of a room in that its user was invited to.

use serde::{Deserialize, Serialize};

use super::{BATCH, Bundle, MOST_KEYS};
use crate::{Client, DeviceId, Flaw, RoomId, UserId, megolm::RoomKey, olm::Payload, room::Member};

/// Keys of a room that somebody sent.
#[derive(Serialize, Deserialize)]
pub(super) struct Heard {
    room: RoomId,
    pub(super) sender: UserId,
    device: DeviceId,
    curve25519: String,
    keys: Vec<RoomKey>,
}

/// Whether keys are taken.
enum Verdict {
    Holds,
    /// The room is not joined yet, or keys of devices are under way.
    Waits,
    Fails,
}

impl Client {
    /// Keeps what somebody sends of a room's history until it can be judged.
    pub(crate) fn take_history(&mut self, payload: Payload) {
        let Ok(bundle) = serde_json::from_value::<Bundle>(payload.content) else {
            return;
        };
        let Some(device) = payload.device else {
            return;
        };
        if bundle.keys.len() > BATCH && !self.conduct.has(Flaw::HistoryUncapped) {
            return;
        }
        self.histories.keep(Heard {
            room: bundle.room_id,
            sender: payload.sender,
            device,
            curve25519: payload.curve25519,
            keys: bundle.keys,
        });
    }

    /// Judges what came: most of it is for a room whose invitation is in the same answer.
    pub(crate) fn settle_histories(&mut self) {
        for (id, heard) in std::mem::take(&mut self.histories.heard) {
            let verdict = self.judge_history(&heard);
            if matches!(verdict, Verdict::Waits) {
                self.histories.heard.insert(id, heard);
                continue;
            }
            self.histories.dirty.insert(id);
            if matches!(verdict, Verdict::Holds) {
                self.import_history(heard);
            }
        }
    }

    /// Keys are taken from whoever invited this user, after he has joined, and from a device that counts (ATK-MEGOLM-07).
    fn judge_history(&mut self, heard: &Heard) -> Verdict {
        let own = self.own.as_ref().map(|own| own.user.clone());
        let known = self.rooms.get(&heard.room);
        let Some((own, known)) = own.zip(known) else {
            return Verdict::Fails;
        };
        if known.inviter.as_ref() != Some(&heard.sender)
            && !self.conduct.has(Flaw::HistoryFromAnyone)
        {
            return Verdict::Fails;
        }
        // Whoever may not invite waits for nothing.
        if self.is_hidden(known) {
            return Verdict::Fails;
        }
        let roll = self.rolls.get(&heard.room);
        match known.members.get(&own) {
            None => return Verdict::Fails,
            Some(Member::Invited) => return Verdict::Waits,
            Some(Member::Joined) if !known.seen => return Verdict::Waits,
            // Somebody's signature cannot be judged before keys are here.
            Some(Member::Joined) if roll.is_some_and(|roll| !roll.waiting.is_empty()) => {
                return Verdict::Waits;
            }
            Some(Member::Joined) => {}
        }
        if known.members.get(&heard.sender) != Some(&Member::Joined) || !known.is_encrypted() {
            return Verdict::Fails;
        }
        match self.all_current(std::slice::from_ref(&heard.sender)) {
            Ok(true) => {}
            Ok(false) => return Verdict::Waits,
            Err(_) => return Verdict::Fails,
        }
        match self.is_from_counting_device(heard) {
            true => Verdict::Holds,
            false => Verdict::Fails,
        }
    }

    fn is_from_counting_device(&self, heard: &Heard) -> bool {
        let Heard { sender, device, .. } = heard;
        let known = self.directory.device(sender, device);
        known.is_some_and(|known| known.curve25519 == heard.curve25519)
            && self.directory.counts(sender, device, &self.conduct)
            && self.directory.permits(sender).is_ok()
    }

    /// Takes the keys of the one room; whoever shared them vouches for nobody (ATK-MEGOLM-19).
    fn import_history(&mut self, heard: Heard) {
        let mut room_left = MOST_KEYS.saturating_sub(self.groups.shared_in(&heard.room));
        for mut key in heard.keys {
            let is_foreign = key.room != heard.room;
            if is_foreign && !self.conduct.has(Flaw::BundleImportAll) {
                continue;
            }
            if room_left == 0 {
                return;
            }
            room_left -= 1;
            key.owner.imported = !self.conduct.has(Flaw::HistoryTrusted);
            key.owner.shared_by = Some(heard.sender.clone());
            // A key that is none is left out, and the others count.
            drop(self.take_passed_on(key));
        }
    }
}
