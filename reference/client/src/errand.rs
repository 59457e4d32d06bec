//! Messages to single devices that are not part of sending in a room.

use serde_json::{Value, json};

use crate::{
    Client, DeviceId, UserId,
    client::Pending,
    olm::{Envelope, Payload},
    send::nest,
};

/// One message to one device.
#[derive(Clone, Debug)]
pub(crate) struct Errand {
    user: UserId,
    device: DeviceId,
    kind: &'static str,
    content: Value,
    way: Way,
}

/// How the message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As it is.
    Clear,
    /// Through the Olm channel, which is opened if there is none.
    Sealed,
    /// Through a new Olm channel in any case.
    Fresh,
}

impl Errand {
    pub(crate) fn clear(
        user: UserId,
        device: DeviceId,
        kind: &'static str,
        content: Value,
    ) -> Self {
        Self {
            user,
            device,
            kind,
            content,
            way: Way::Clear,
        }
    }

    pub(crate) fn sealed(
        user: UserId,
        device: DeviceId,
        kind: &'static str,
        content: Value,
    ) -> Self {
        Self {
            user,
            device,
            kind,
            content,
            way: Way::Sealed,
        }
    }

    /// Tells a device to use a new channel from now on.
    pub(crate) fn recovery(user: UserId, device: DeviceId) -> Self {
        Self {
            user,
            device,
            kind: "m.dummy",
            content: json!({}),
            way: Way::Fresh,
        }
    }
}

impl Client {
    /// Runs every errand that can be run now; the others wait for a claimed key.
    pub(crate) fn run_errands(&mut self) {
        if self.permits_sending().is_err() {
            return;
        }
        let mut wanted = Vec::new();
        for mut errand in std::mem::take(&mut self.errands) {
            let Some(device) = self.directory.device(&errand.user, &errand.device).cloned() else {
                continue;
            };
            let place = (errand.user.clone(), errand.device.clone());
            if errand.way == Way::Clear {
                let messages = nest(vec![(place, errand.content)]);
                self.wire
                    .send_to_devices(errand.kind, messages, Pending::Errand);
                continue;
            }
            if self.unreachable.contains(&place) {
                continue;
            }
            if errand.way == Way::Fresh || !self.olm.reaches(&device.curve25519) {
                // After the claim there is a fresh channel.
                errand.way = Way::Sealed;
                wanted.push(place);
                self.errands.push(errand);
                continue;
            }
            if self.awaits_claim(&place) {
                self.errands.push(errand);
                continue;
            }
            self.send_sealed(&errand, &device.curve25519, &device.ed25519);
        }
        self.claim(wanted);
    }

    fn send_sealed(&mut self, errand: &Errand, curve25519: &str, ed25519: &str) {
        let Some(own) = self.own.as_ref() else {
            return;
        };
        let to = (&errand.user, ed25519);
        let plaintext = Payload::write(own, to, errand.kind, &errand.content);
        if let Some(Ok(message)) = self.olm.encrypt(curve25519, &plaintext) {
            let content = Envelope::content(&own.curve25519(), curve25519, &message);
            let place = (errand.user.clone(), errand.device.clone());
            self.wire.send_to_devices(
                "m.room.encrypted",
                nest(vec![(place, content)]),
                Pending::Errand,
            );
        }
    }
}
