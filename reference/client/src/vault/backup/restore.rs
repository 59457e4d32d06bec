//! Brings the keys of a backup back.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Backup, MOST_CHUNKS,
    chunk::{Chunk, Place},
    kind,
};
use crate::{
    CallId, Client, DeviceId, Outcome, Refusal,
    client::{Body, Method},
    megolm::RoomKey,
};

impl Client {
    /// Brings the keys back that devices of this user have uploaded.
    pub(crate) fn restore_backup(&mut self, call: CallId) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        own.identity.as_ref().ok_or(Refusal::NoIdentityKeys)?;
        let listed = self.directory.list(&own.user);
        let removed = listed.into_iter().flat_map(|list| list.removed.keys());
        let known = self.directory.user(&own.user).map(|user| &user.devices);
        let known = known.into_iter().flatten().map(|(id, _)| id);
        let all: BTreeSet<DeviceId> = known.chain(removed).cloned().collect();
        self.fetch_backup(Backup::Fetching {
            call,
            devices: all.into_iter().collect(),
            at: 0,
            keys: 0,
        })
    }

    fn fetch_backup(&mut self, step: Backup) -> Result<(), Refusal> {
        let Backup::Fetching {
            call,
            devices,
            at,
            keys,
        } = &step
        else {
            return Ok(());
        };
        let Some(device) = devices.first() else {
            let value = json!({ "keys": keys });
            self.wire.done(*call, Outcome::Value(value));
            return Ok(());
        };
        let kind = kind(device, *at);
        self.ask_backup(Method::Get, &kind, Body::Empty, step)
    }

    pub(super) fn next_device(&mut self, step: Backup) -> Result<(), Refusal> {
        let Backup::Fetching {
            call,
            mut devices,
            keys,
            ..
        } = step
        else {
            return Ok(());
        };
        devices.remove(0);
        self.fetch_backup(Backup::Fetching {
            call,
            devices,
            at: 0,
            keys,
        })
    }

    /// Takes the keys of one part; a part that does not open, or that no device of the user has signed, brings nothing.
    pub(super) fn take_chunk(&mut self, step: Backup, body: &Value) -> Result<(), Refusal> {
        let Backup::Fetching {
            call,
            devices,
            at,
            keys,
        } = step
        else {
            return Ok(());
        };
        let device = devices.first().cloned();
        let found = device.and_then(|device| self.open_chunk(&device, at, body));
        let found: Vec<RoomKey> = found.unwrap_or_default();
        let count = found.len();
        for mut key in found {
            key.owner.imported = true;
            drop(self.take_passed_on(key));
        }
        let step = Backup::Fetching {
            call,
            devices,
            at: at + 1,
            keys: keys + count,
        };
        match at + 1 < MOST_CHUNKS {
            true => self.fetch_backup(step),
            false => self.next_device(step),
        }
    }

    fn open_chunk(&self, device: &DeviceId, at: usize, body: &Value) -> Option<Vec<RoomKey>> {
        let own = self.own.as_ref()?;
        let user = &own.user;
        // A device that was lost is removed, and what it uploaded before is what the user wants back.
        let removed = || {
            let removed = self.directory.list(user)?.removed.get(device)?;
            Some(removed.keys.ed25519.clone())
        };
        let counts = self.directory.counts(user, device, &self.conduct);
        let known = self.directory.device(user, device).filter(|_| counts);
        let signer = known.map(|known| known.ed25519.clone()).or_else(removed)?;
        let place = Place { user, device, at };
        let identity = own.identity.as_ref()?;
        Chunk::open(identity, place, &signer, body, &self.conduct)
    }
}
