//! Makes another device of the account one of the user's.

use serde_json::{Value, json};

use super::{Act, Change, DevicePair, Then};

use crate::{
    CallId, Client, DeviceId, Flaw, Refusal,
    client::{Answer, Pending},
};

/// The user's word that a device is his.
#[derive(Debug)]
pub(crate) struct Approval {
    pub(super) call: CallId,
    device: DeviceId,
    /// Unpadded base64, as the device itself shows it.
    ed25519: String,
}

impl Client {
    /// Asks for the device's keys as they are now and compares before anything is signed.
    pub(crate) fn approve(
        &mut self,
        call: CallId,
        device: DeviceId,
        ed25519: String,
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        if own.identity.is_none() {
            return Err(Refusal::NoIdentityKeys);
        }
        let user = own.user.clone();
        self.directory.mark_outdated(&user);
        self.devices.approvals.push(Approval {
            call,
            device,
            ed25519,
        });
        Ok(())
    }

    /// Takes up what waited for the current list of the user's own devices.
    pub(crate) fn tend_devices(&mut self, now: u64) {
        self.tend_approvals(now);
        self.send_change(now);
    }

    fn tend_approvals(&mut self, now: u64) {
        let Some(own) = self.own.as_ref() else {
            return;
        };
        let (user, failed) = (own.user.clone(), self.directory.failed(&own.user));
        let outdated = self.directory.user(&user).is_none_or(|own| own.outdated);
        if outdated && !failed {
            return;
        }
        self.tend_links(now, failed.then_some(&user));
        for approval in std::mem::take(&mut self.devices.approvals) {
            let done = if failed {
                Err(Refusal::DevicesUnknown(user.clone()))
            } else {
                self.compare(&approval)
                    .and_then(|()| self.enlist(&approval.device, Some(approval.call)))
            };
            if let Err(refusal) = done {
                self.wire.refuse(approval.call, refusal);
            }
        }
    }

    fn compare(&self, approval: &Approval) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        self.directory.permits(&own.user)?;
        let known = self.directory.device(&own.user, &approval.device);
        let known = known.ok_or(Refusal::UnknownDevice)?;
        if known.ed25519 != approval.ed25519 && !self.conduct.has(Flaw::ApproveWithoutFingerprint) {
            return Err(Refusal::FingerprintMismatch);
        }
        Ok(())
    }

    /// Signs the keys of an own device as they are known, and puts it on the list.
    pub(crate) fn enlist(&mut self, device: &DeviceId, end: Option<CallId>) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let identity = own.identity.as_ref().ok_or(Refusal::NoIdentityKeys)?;
        let known = self.directory.device(&own.user, device);
        let known = known.ok_or(Refusal::UnknownDevice)?;
        let mut object = known.object.clone();
        let change = Change {
            act: Act::Add,
            device: device.clone(),
            keys: DevicePair {
                curve25519: known.curve25519.clone(),
                ed25519: known.ed25519.clone(),
            },
            then: end.map_or(Then::Nothing, Then::Done),
            tries: 0,
        };
        identity
            .sign_device(&own.user, &mut object)
            .map_err(|error| Refusal::Crypto(error.to_string()))?;
        let body = json!({ own.user.as_str(): { device.as_str(): object } });
        self.wire
            .post("keys/signatures/upload", body, Pending::Enlist { change });
        Ok(())
    }

    /// The relay answered the upload of a signature.
    pub(crate) fn take_enlisted(
        &mut self,
        change: Change,
        answer: Answer<'_>,
    ) -> Result<(), Refusal> {
        answer.good()?;
        let failures = answer.body.get("failures").and_then(Value::as_object);
        if failures.is_some_and(|failures| !failures.is_empty()) {
            return Err(Refusal::AnswerMalformed("signature taken"));
        }
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let user = own.user.clone();
        self.directory.mark_outdated(&user);
        match self.directory.list(&user) {
            Some(_) => self.change_list(change),
            None => self.follow(change),
        }
        Ok(())
    }
}
