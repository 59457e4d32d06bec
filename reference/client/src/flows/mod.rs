//! Interactive verifications of this device, and what a success means.

mod settle;

use std::collections::BTreeMap;

use crate::{
    CallId, Client, DeviceId, FlowId, Refusal, UserId, VerifyStep,
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
    /// Requests to such devices.
    wishes: Vec<(CallId, UserId, DeviceId)>,
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
        if self.directory.device(user, device).is_none() {
            self.directory.track(user);
            self.directory.mark_outdated(user);
            self.flows.wishes.push((call, user.clone(), device.clone()));
            return Ok(());
        }
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
        self.grant_wishes(now);
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

    /// Begins the verifications whose devices were asked for.
    fn grant_wishes(&mut self, now: u64) {
        for (call, user, device) in std::mem::take(&mut self.flows.wishes) {
            let known = self.directory.user(&user);
            let begun = if self.directory.failed(&user) {
                Err(Refusal::DevicesUnknown(user))
            } else if known.is_some_and(|known| known.outdated) {
                self.flows.wishes.push((call, user, device));
                continue;
            } else if self.directory.device(&user, &device).is_none() {
                Err(Refusal::UnknownDevice)
            } else {
                self.request_verification(now, call, &user, &device)
            };
            if let Err(refusal) = begun {
                self.wire.refuse(call, refusal);
            }
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

    fn own_party(&self) -> Result<Party, Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let master = self.master_key(&own.user);
        let key = own.account.ed25519_key();
        let device = own.device.as_str();
        Party::new(own.user.as_str(), device, key, master, &self.conduct)
            .map_err(|error| Refusal::Verification(error.to_string()))
    }

    /// The other side with its keys as they are known now; they are never looked up again.
    fn party(&self, user: &UserId, device: &DeviceId) -> Result<Party, Refusal> {
        let known = self
            .directory
            .device(user, device)
            .ok_or(Refusal::UnknownDevice)?;
        let signing =
            key::ed25519(&known.ed25519, &self.conduct).or(Err(Refusal::UnknownDevice))?;
        Party::new(
            user.as_str(),
            device.as_str(),
            signing,
            self.master_key(user),
            &self.conduct,
        )
        .map_err(|error| Refusal::Verification(error.to_string()))
    }

    fn master_key(&self, user: &UserId) -> Option<vodozemac::Ed25519PublicKey> {
        let pin = self.directory.user(user)?.pin.as_ref()?;
        key::ed25519(&pin.master, &self.conduct).ok()
    }
}
