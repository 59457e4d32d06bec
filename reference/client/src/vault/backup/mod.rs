//! A backup of room keys at the relay, sealed to a key that the user's identity vouches for (`reference/protocol/backup.md`).

mod chunk;
mod key;
mod restore;

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::VaultRefusal;
use crate::{
    CallId, Client, DeviceId, Outcome, Refusal,
    client::{Answer, Body, Method, Pending},
    directory::IdentityState,
    json::segment,
};
pub(crate) use chunk::{Chunk, Place};
pub(crate) use key::BackupKey;

/// The account data that holds the public key; with a device and a number behind it, a part of what that device has uploaded.
const KIND: &str = "dev.pruefstand.backup";

/// Parts that one device uploads.
const MOST_CHUNKS: usize = 100;

/// A backup under way: one request at a time.
#[derive(Debug)]
pub(crate) enum Backup {
    /// Puts the public key.
    Creating { call: CallId },
    /// Asks for the public key, to seal keys to it.
    Asking { call: CallId },
    /// Puts the parts.
    Storing {
        call: CallId,
        rest: VecDeque<Value>,
        at: usize,
        keys: usize,
    },
    /// Asks for the parts of each device, one after the other.
    Fetching {
        call: CallId,
        devices: Vec<DeviceId>,
        at: usize,
        keys: usize,
    },
}

impl Backup {
    pub(crate) fn call(&self) -> CallId {
        match self {
            Self::Creating { call }
            | Self::Asking { call }
            | Self::Storing { call, .. }
            | Self::Fetching { call, .. } => *call,
        }
    }
}

impl Client {
    /// Puts the public key of the backup at the relay, signed by the identity that it is made of.
    pub(crate) fn create_backup(&mut self, call: CallId) -> Result<(), Refusal> {
        self.permits_backup()?;
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let identity = own.identity.as_ref().ok_or(Refusal::NoIdentityKeys)?;
        let object = BackupKey::object(identity, &own.user)?;
        let pending = Backup::Creating { call };
        self.ask_backup(Method::Put, KIND, Body::Json(object), pending)
    }

    /// Uploads every room key, after a look at the key that the relay serves.
    pub(crate) fn upload_backup(&mut self, call: CallId) -> Result<(), Refusal> {
        self.permits_backup()?;
        self.ask_backup(Method::Get, KIND, Body::Empty, Backup::Asking { call })
    }

    fn permits_backup(&self) -> Result<(), Refusal> {
        match self.policy().managed.disable_backup {
            true => Err(VaultRefusal::Forbidden("backups").into()),
            false => Ok(()),
        }
    }

    fn ask_backup(
        &mut self,
        method: Method,
        kind: &str,
        body: Body,
        pending: Backup,
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let user = segment(own.user.as_str());
        let path = format!(
            "/_matrix/client/v3/user/{user}/account_data/{}",
            segment(kind)
        );
        self.wire
            .send(method, path, body, Pending::Backup(Box::new(pending)));
        Ok(())
    }

    /// Takes a backup one step on.
    pub(crate) fn take_backup(&mut self, step: Backup, answer: Answer<'_>) -> Result<(), Refusal> {
        let is_missing = answer.status == 404;
        match step {
            Backup::Fetching { .. } if is_missing => self.next_device(step),
            Backup::Asking { .. } if is_missing => {
                Err(VaultRefusal::NothingStored("public key of a backup").into())
            }
            Backup::Creating { call } => {
                answer.good()?;
                self.wire.done(call, Outcome::Value(json!({})));
                Ok(())
            }
            Backup::Asking { call } => {
                answer.good()?;
                self.seal_backup(call, answer.body)
            }
            Backup::Storing { .. } => {
                answer.good()?;
                self.store_chunk(step)
            }
            Backup::Fetching { .. } => {
                answer.good()?;
                self.take_chunk(step, answer.body)
            }
        }
    }

    /// Seals every key to the public key, if it is one of this user's.
    fn seal_backup(&mut self, call: CallId, served: &Value) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        // While the own identity is in doubt nothing that it signs counts.
        let steady = matches!(
            self.directory.state(&own.user),
            IdentityState::Pinned | IdentityState::Verified
        );
        let master = self.directory.pinned(&own.user).filter(|_| steady);
        let key = BackupKey::served(served, &own.user, master, &self.conduct)?;
        let keys = self.groups.passed_on();
        let parts = keys.chunks(chunk::KEYS);
        if parts.len() > MOST_CHUNKS {
            return Err(Refusal::TooMany {
                what: "keys for a backup",
                got: keys.len(),
                limit: MOST_CHUNKS * chunk::KEYS,
            });
        }
        let mut rest = VecDeque::new();
        for (at, part) in parts.enumerate() {
            let place = Place {
                user: &own.user,
                device: &own.device,
                at,
            };
            rest.push_back(Chunk::seal(&key, place, part, own, &self.conduct)?);
        }
        let keys = keys.len();
        self.store_chunk(Backup::Storing {
            call,
            rest,
            at: 0,
            keys,
        })
    }

    fn store_chunk(&mut self, step: Backup) -> Result<(), Refusal> {
        let Backup::Storing {
            call,
            mut rest,
            at,
            keys,
        } = step
        else {
            return Ok(());
        };
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let Some(chunk) = rest.pop_front() else {
            let value = json!({ "keys": keys });
            self.wire.done(call, Outcome::Value(value));
            return Ok(());
        };
        let kind = kind(&own.device, at);
        let pending = Backup::Storing {
            call,
            rest,
            at: at + 1,
            keys,
        };
        self.ask_backup(Method::Put, &kind, Body::Json(chunk), pending)
    }
}

fn kind(device: &DeviceId, at: usize) -> String {
    format!("{KIND}.{device}.{at}")
}
