//! Takes a device off the list and out of the account.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Devices,
    append::{Change, Then},
    statement::Act,
};
use crate::{
    CallId, Client, DeviceId, Flaw, Refusal, Secret,
    client::{Answer, Body, Method, Outcome, Pending, device_path, password_auth},
};

/// A revocation and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Revoked {
    /// The removal stands in the list.
    pub(crate) listed: bool,
    /// The account does not have the device any more.
    pub(crate) deleted: bool,
    /// Answers of the relay until the removal stood in the list.
    pub(crate) round_trips: u64,
    /// Messages that this client sent meanwhile.
    pub(crate) messages: u64,
    /// The hash of the device's word that it has erased what it held.
    pub(crate) erased: Option<String>,
}

impl Devices {
    /// One more answer on the way to a removal.
    pub(super) fn count_round_trip(&mut self, device: &DeviceId) {
        if let Some(revoked) = self.revoked.get_mut(device) {
            revoked.round_trips = revoked.round_trips.saturating_add(1);
            self.changed = true;
        }
    }

    /// The removal stands in the list.
    pub(super) fn mark_listed(&mut self, device: &DeviceId) {
        if let Some(revoked) = self.revoked.get_mut(device) {
            revoked.listed = true;
            self.changed = true;
        }
    }

    /// One more message that left before a removal stood.
    pub(crate) fn count_message(&mut self) {
        for revoked in self
            .revoked
            .values_mut()
            .filter(|it| !it.listed && !it.deleted)
        {
            revoked.messages = revoked.messages.saturating_add(1);
            self.changed = true;
        }
    }
}

impl Client {
    /// Takes another device off the list, then out of the account.
    ///
    /// The list comes first: from then on no honest client gives the device a key, whatever the relay does.
    pub(crate) fn revoke(
        &mut self,
        call: CallId,
        device: DeviceId,
        password: Secret,
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        if own.device == device {
            return Err(Refusal::UnknownDevice);
        }
        let list = self.directory.list(&own.user);
        let keys = list.and_then(|list| list.devices.get(&device)).cloned();
        let holds_identity = own.identity.is_some();
        self.devices
            .revoked
            .insert(device.clone(), Revoked::default());
        self.devices.changed = true;
        match keys.filter(|_| holds_identity) {
            Some(keys) => self.change_list(Change {
                act: Act::Remove,
                device,
                keys,
                then: Then::Delete(call, password),
                tries: 0,
            }),
            None => self.delete_device(call, device, password),
        }
        Ok(())
    }

    /// Asks the relay to take the device out of the account.
    pub(super) fn delete_device(&mut self, call: CallId, device: DeviceId, password: Secret) {
        let path = device_path(&device);
        let pending = Pending::Revoke {
            call,
            device,
            password: Some(password),
        };
        self.wire
            .send(Method::Delete, path, Body::Json(json!({})), pending);
    }

    /// The relay answered a revocation, maybe with the question for the password.
    pub(crate) fn take_revocation(
        &mut self,
        call: CallId,
        device: DeviceId,
        password: Option<Secret>,
        answer: Answer<'_>,
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        match (answer.status, password) {
            (200, _) => {
                let user = own.user.clone();
                self.directory.mark_outdated(&user);
                if let Some(revoked) = self.devices.revoked.get_mut(&device) {
                    revoked.deleted = true;
                    self.devices.changed = true;
                    if self.conduct.has(Flaw::WipeAssumed) {
                        revoked.erased = Some(String::new());
                    }
                }
                self.wire.done(call, Outcome::Finished);
            }
            (401, Some(password)) => {
                let body = json!({ "auth": password_auth(&own.user, &password, answer.body) });
                let path = device_path(&device);
                let pending = Pending::Revoke {
                    call,
                    device,
                    password: None,
                };
                self.wire
                    .send(Method::Delete, path, Body::Json(body), pending);
            }
            _ => return Err(answer.refusal()),
        }
        Ok(())
    }
}
