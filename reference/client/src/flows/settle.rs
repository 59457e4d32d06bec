//! What a verified flow means: trust here, signatures for everybody else.

use serde_json::{Value, json};

use crate::{Client, DeviceId, FlowId, UserId, account::OwnIdentity, client::Pending};

impl Client {
    /// Draws the meaning of a verified flow, once.
    pub(super) fn settle(&mut self, id: &FlowId) {
        let Some(flow) = self.flows.flows.get(id) else {
            return;
        };
        let (Some(keys), false) = (flow.verified(), self.flows.settled.contains(id)) else {
            return;
        };
        let user = UserId::new(flow.peer().user());
        let device = DeviceId::new(flow.peer().device());
        self.flows.settled.push(id.clone());
        let is_own = self.own.as_ref().is_some_and(|own| own.user == user);
        if let Some(master) = keys.master {
            let master = master.to_base64();
            if self.directory.verify(&user, &master) && !is_own {
                self.sign_peer(&user, &master);
            }
        }
        if is_own {
            // A device of the same user that knows this one now may answer what it refused before.
            self.ask_again();
        }
        if let (true, Some(key)) = (is_own, keys.device) {
            self.sign_own(&user, &device, &key.to_base64());
        }
    }

    /// Publishes that this user has verified the other one.
    fn sign_peer(&mut self, user: &UserId, master: &str) {
        let object = json!({
            "user_id": user,
            "usage": ["master"],
            "keys": { format!("ed25519:{master}"): master },
        });
        self.publish_signature(user, master, object, OwnIdentity::sign_user);
    }

    /// Makes another own device one of the user's: the key that was verified, and no other.
    fn sign_own(&mut self, user: &UserId, device: &DeviceId, key: &str) {
        let known = self.directory.device(user, device);
        let fits = known.is_some_and(|known| known.ed25519 == key);
        if fits && !self.directory.counts(user, device, &self.conduct) {
            // Only the device that made the identity can sign with it.
            drop(self.enlist(device, None));
        }
    }

    fn publish_signature<E>(
        &mut self,
        user: &UserId,
        id: &str,
        mut object: Value,
        sign: impl FnOnce(&OwnIdentity, &UserId, &mut Value) -> Result<(), E>,
    ) {
        let Some(own) = self.own.as_ref() else {
            return;
        };
        // Only the device that made the identity can sign with it.
        let Some(identity) = own.identity.as_ref() else {
            return;
        };
        if sign(identity, &own.user, &mut object).is_ok() {
            let body = json!({ user.as_str(): { id: object } });
            self.wire
                .post("keys/signatures/upload", body, Pending::SignaturesUpload);
        }
    }
}
