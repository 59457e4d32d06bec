//! Adds statements to the user's own list, one after the other.

use serde_json::{Value, json};

use super::{
    list::{List, Reader},
    query::{ENDPOINT, is_unsupported},
    statement::{Act, DevicePair, Slot, Statement},
};
use crate::{
    CallId, Client, DeviceId, Refusal, Secret,
    client::{Answer, Body, Method, Outcome, Pending},
};

/// How often a statement is made again because another came first.
const MOST_TRIES: u8 = 3;

/// A change of the own list.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) act: Act,
    pub(crate) device: DeviceId,
    pub(crate) keys: DevicePair,
    pub(crate) then: Then,
    /// How often it was refused because another statement came first.
    pub(crate) tries: u8,
}

/// What follows once the list is changed.
#[derive(Clone, Debug)]
pub(crate) enum Then {
    Nothing,
    /// The login is finished.
    Login,
    /// The call is done.
    Done(CallId),
    /// The device is removed from the account too.
    Delete(CallId, Secret),
}

impl Change {
    pub(crate) fn call(&self) -> Option<CallId> {
        match &self.then {
            Then::Done(call) | Then::Delete(call, _) => Some(*call),
            Then::Nothing | Then::Login => None,
        }
    }
}

impl Client {
    /// Puts a change of the own list on its way.
    pub(crate) fn change_list(&mut self, change: Change) {
        self.devices.changes.push(change);
    }

    /// Sends the first change, unless one is under way or the own list is not known as it is now.
    pub(crate) fn send_change(&mut self, now: u64) {
        let Some(own) = self.own.as_ref() else {
            return;
        };
        let under_way = self
            .wire
            .awaits(|pending| matches!(pending, Pending::Append { .. }));
        let outdated = self
            .directory
            .user(&own.user)
            .is_none_or(|own| own.outdated);
        // The first statement of a fresh identity needs no answer of the relay.
        let fresh = matches!(
            self.devices.changes.first().map(|change| &change.then),
            Some(Then::Login)
        );
        if under_way || self.devices.changes.is_empty() || (outdated && !fresh) {
            return;
        }
        let change = self.devices.changes.remove(0);
        match self.state(now, &change) {
            Ok(statement) => {
                let body = Body::Json(json!({ "statement": statement }));
                let path = format!("{ENDPOINT}/append");
                let pending = Pending::Append { change, statement };
                self.wire.send(Method::Post, path, body, pending);
            }
            Err(refusal) => self.fail_change(&change, refusal),
        }
    }

    /// The signed statement of a change, after the last one that is known.
    fn state(&self, now: u64, change: &Change) -> Result<Value, Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let identity = own.identity.as_ref().ok_or(Refusal::NoIdentityKeys)?;
        let master = identity
            .chain()
            .map_err(|error| Refusal::Crypto(error.to_string()))?
            .master;
        let list = self.directory.list(&own.user);
        let slot = Slot {
            user: &own.user,
            identity: &master,
            seq: list.map_or(0, List::seq).saturating_add(1),
            previous: list.and_then(List::head),
            now,
        };
        Statement::sign(&slot, change.act, &change.device, &change.keys, identity)
            .map_err(|error| Refusal::Crypto(error.to_string()))
    }

    /// The relay answered a statement.
    pub(crate) fn take_appended(
        &mut self,
        mut change: Change,
        statement: &Value,
        answer: Answer<'_>,
    ) {
        let Some(user) = self.own.as_ref().map(|own| own.user.clone()) else {
            return;
        };
        self.devices.count_round_trip(&change.device);
        if answer.status == 409 && change.tries < MOST_TRIES {
            change.tries += 1;
            self.directory.mark_outdated(&user);
            self.devices.changes.insert(0, change);
            return;
        }
        let unsupported = is_unsupported(answer);
        self.devices.unsupported |= unsupported;
        match answer.good() {
            Err(refusal) if !unsupported => return self.fail_change(&change, refusal),
            Ok(()) => self.directory.said(&user, statement, &self.conduct),
            Err(_) => {}
        }
        self.follow(change);
    }

    pub(super) fn follow(&mut self, change: Change) {
        match change.then {
            Then::Nothing => {}
            Then::Login => self.finish_login(),
            Then::Done(call) => self.wire.done(call, Outcome::Finished),
            Then::Delete(call, password) => {
                self.devices.mark_listed(&change.device);
                self.delete_device(call, change.device, password);
            }
        }
    }

    fn fail_change(&mut self, change: &Change, refusal: Refusal) {
        match (&change.then, change.call()) {
            (Then::Login, _) => self.fail_login(refusal),
            (_, Some(call)) => self.wire.refuse(call, refusal),
            (_, None) => {}
        }
    }

    /// What it takes to read the own list.
    pub(crate) fn own_reader(&self) -> Option<Reader<'_>> {
        let own = self.own.as_ref()?;
        let known = self.directory.user(&own.user)?;
        Some(Reader {
            user: &own.user,
            identity: &known.pin.as_ref()?.master,
            signer: known.self_signing.as_deref()?,
            conduct: &self.conduct,
        })
    }
}
