//! Interactive verifications of this device, and what a success means.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    CallId, Client, DeviceId, FlowId, Refusal, UserId, VerifyStep,
    account::OwnIdentity,
    border::key,
    client::{Outcome, Pending},
    json::{random_name, text},
    send::nest,
    sync::Event,
    verification::{Flow, Message, Party, event as kind},
};

/// Flows and requests remembered at once; the oldest goes first.
const MAX_FLOWS: usize = 100;

/// All verifications since the client was opened.
#[derive(Default)]
pub(crate) struct Flows {
    flows: BTreeMap<FlowId, Flow>,
    order: Vec<FlowId>,
    /// Requests of devices whose keys are still being asked for.
    waiting: Vec<Event>,
    /// Verified flows whose meaning is drawn.
    settled: Vec<FlowId>,
}

impl Flows {
    /// The flows, oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&FlowId, &Flow)> {
        self.order
            .iter()
            .filter_map(|id| self.flows.get(id).map(|flow| (id, flow)))
    }

    fn insert(&mut self, id: FlowId, flow: Flow) {
        if self.order.len() >= MAX_FLOWS {
            let oldest = self.order.remove(0);
            self.flows.remove(&oldest);
        }
        self.order.push(id.clone());
        self.flows.insert(id, flow);
    }
}

impl Client {
    pub(crate) fn request_verification(
        &mut self,
        now: u64,
        call: CallId,
        user: &UserId,
        device: &DeviceId,
    ) -> Result<(), Refusal> {
        let (own, peer) = (self.own_party()?, self.party(user, device)?);
        let id = FlowId::new(random_name());
        let (flow, request) = Flow::request(own, peer, id.as_str(), now, &self.conduct)
            .map_err(|error| Refusal::Verification(error.to_string()))?;
        self.flows.insert(id.clone(), flow);
        self.send_flow(&id, vec![request], Some((call, Outcome::Flow(id.clone()))));
        Ok(())
    }

    pub(crate) fn verify_step(
        &mut self,
        now: u64,
        call: CallId,
        id: &FlowId,
        step: VerifyStep,
    ) -> Result<(), Refusal> {
        let flow = self.flows.flows.get_mut(id).ok_or(Refusal::UnknownFlow)?;
        let messages = match step {
            VerifyStep::Accept => flow.accept(now),
            VerifyStep::Start => flow.start(now),
            VerifyStep::Confirm => flow.confirm(now),
            VerifyStep::Mismatch => flow.mismatch(),
            VerifyStep::Cancel => flow.cancel(),
        };
        let messages = messages.map_err(|error| Refusal::Verification(error.to_string()))?;
        self.send_flow(id, messages, Some((call, Outcome::Finished)));
        self.settle(id);
        Ok(())
    }

    /// Takes a verification event in; requests of devices not known yet wait for their keys.
    pub(crate) fn take_verification(&mut self, now: u64, event: Event) {
        if event.kind == kind::REQUEST {
            return self.take_request(now, event);
        }
        let Some(id) = text(&event.content, "transaction_id").map(FlowId::new) else {
            return;
        };
        let Some(flow) = self.flows.flows.get_mut(&id) else {
            return;
        };
        let messages = flow.receive(event.sender.as_str(), &event.kind, &event.content, now);
        self.send_flow(&id, messages, None);
        self.settle(&id);
    }

    fn take_request(&mut self, now: u64, event: Event) {
        let device = text(&event.content, "from_device").map(DeviceId::new);
        let id = text(&event.content, "transaction_id").map(FlowId::new);
        let (Some(device), Some(id)) = (device, id) else {
            return;
        };
        if self.flows.flows.contains_key(&id) {
            return;
        }
        let (Ok(own), Ok(peer)) = (self.own_party(), self.party(&event.sender, &device)) else {
            if self.flows.waiting.len() < MAX_FLOWS {
                self.directory.track(&event.sender);
                self.flows.waiting.push(event);
            }
            return;
        };
        if let Ok(flow) = Flow::invited(own, peer, &event.content, now, &self.conduct) {
            self.flows.insert(id, flow);
        }
    }

    /// Takes up the requests whose devices were asked for, and ends what nobody finished.
    pub(crate) fn tend_flows(&mut self, now: u64) {
        let directory = &self.directory;
        let (later, ready): (Vec<_>, Vec<_>) = std::mem::take(&mut self.flows.waiting)
            .into_iter()
            .partition(|event| {
                directory
                    .user(&event.sender)
                    .is_some_and(|known| known.outdated)
            });
        self.flows.waiting = later;
        for event in ready {
            let device = text(&event.content, "from_device").map(DeviceId::new);
            // Asked for and still unknown: there is no such device.
            if device.is_some_and(|device| self.party(&event.sender, &device).is_ok()) {
                self.take_request(now, event);
            }
        }
        let expired: Vec<(FlowId, Message)> = self
            .flows
            .flows
            .iter_mut()
            .filter_map(|(id, flow)| Some((id.clone(), flow.expire(now)?)))
            .collect();
        for (id, message) in expired {
            self.send_flow(&id, vec![message], None);
        }
    }

    /// Sends a flow's messages; the last one answers the call.
    fn send_flow(&mut self, id: &FlowId, messages: Vec<Message>, end: Option<(CallId, Outcome)>) {
        let Some(flow) = self.flows.flows.get(id) else {
            return;
        };
        let place = (
            UserId::new(flow.peer().user()),
            DeviceId::new(flow.peer().device()),
        );
        let mut left = messages.len();
        let mut end = end;
        for message in messages {
            left -= 1;
            let end = if left == 0 { end.take() } else { None };
            let body = nest(vec![(place.clone(), message.content)]);
            self.wire
                .send_to_devices(message.kind, body, Pending::Verification { end });
        }
        if let Some((call, outcome)) = end {
            self.wire.done(call, outcome);
        }
    }

    /// Draws the meaning of a verified flow, once.
    fn settle(&mut self, id: &FlowId) {
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
        let known = self
            .directory
            .device(user, device)
            .filter(|known| known.ed25519 == key);
        let Some(object) = known
            .filter(|known| !known.signed)
            .map(|known| known.object.clone())
        else {
            return;
        };
        self.publish_signature(user, device.as_str(), object, OwnIdentity::sign_device);
        self.directory.mark_outdated(user);
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

    fn own_party(&self) -> Result<Party, Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let master = self.master_key(&own.user);
        let key = own.account.ed25519_key();
        Party::new(own.user.as_str(), own.device.as_str(), key, master)
            .map_err(|error| Refusal::Verification(error.to_string()))
    }

    /// The other side with its keys as they are known now; they are never looked up again.
    fn party(&self, user: &UserId, device: &DeviceId) -> Result<Party, Refusal> {
        let known = self
            .directory
            .device(user, device)
            .ok_or(Refusal::UnknownDevice)?;
        let signing = key::ed25519(&known.ed25519).or(Err(Refusal::UnknownDevice))?;
        Party::new(
            user.as_str(),
            device.as_str(),
            signing,
            self.master_key(user),
        )
        .map_err(|error| Refusal::Verification(error.to_string()))
    }

    fn master_key(&self, user: &UserId) -> Option<vodozemac::Ed25519PublicKey> {
        let pin = self.directory.user(user)?.pin.as_ref()?;
        key::ed25519(&pin.master).ok()
    }
}
