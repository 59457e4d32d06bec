//! To-device events: what devices say to each other past the rooms.

use super::Event;
use crate::{
    Client, Flaw, UserId,
    border::megolm,
    devices::{ANSWER, ERASED, OFFER},
    directory::{MEGOLM, OLM},
    errand::Errand,
    json::text,
    olm::{Envelope, OlmRefusal, Payload, Sealed},
};

impl Client {
    pub(super) fn take_to_device(&mut self, now: u64, event: Event) {
        match event.kind.as_str() {
            "m.room.encrypted" => match text(&event.content, "algorithm") {
                Some(OLM) => self.take_olm(now, &event),
                Some(MEGOLM) => self.take_megolm(&event),
                _ => {}
            },
            OFFER => self.take_offer(now, &event),
            ANSWER => self.take_answer_to_offer(now, &event),
            ERASED => self.take_erasure(&event.sender, &event.content),
            "m.room_key_request" => self.take_key_request(&event),
            kind if kind.starts_with("m.key.verification.") => self.take_verification(now, event),
            // Control events count only through Olm (ATK-OLM-04).
            _ if self.conduct.has(Flaw::TodeviceAcceptsPlaintext) => {
                let claim =
                    |field: &str| text(&event.content, field).unwrap_or_default().to_owned();
                let curve25519 = claim("sender_key");
                let device = self.directory.by_curve(&event.sender, &curve25519);
                self.take_payload(Payload {
                    device: device.map(|(id, _)| id.clone()),
                    ed25519: device
                        .map(|(_, keys)| keys.ed25519.clone())
                        .unwrap_or_default(),
                    curve25519,
                    kind: event.kind,
                    sender: event.sender,
                    content: event.content,
                });
            }
            _ => {}
        }
    }

    /// Opens an Olm message and checks every binding before anything is done with it (ATK-OLM-01).
    fn take_olm(&mut self, now: u64, event: &Event) {
        let Some(own) = self.own.as_mut() else {
            return;
        };
        let Ok(envelope) = Envelope::parse(&event.content, &own.curve25519(), &self.conduct) else {
            return;
        };
        let sender_key = envelope.sender_key;
        let plaintext = self
            .olm
            .decrypt(own, sender_key, &envelope.message, &self.conduct);
        let curve25519 = sender_key.to_base64();
        let plaintext = match plaintext {
            Ok(plaintext) => plaintext,
            Err(OlmRefusal::NotOpened(_)) => return self.recover(now, &event.sender, &curve25519),
            Err(_) => return,
        };
        let sealed = Sealed {
            sender: &event.sender,
            curve25519: &curve25519,
            plaintext: &plaintext,
        };
        let to = (&own.user, &*own.ed25519());
        if let Ok(payload) = Payload::open(&sealed, to, &self.directory, &self.conduct) {
            self.take_payload(payload);
        }
    }

    /// A group cipher says nothing about who talks to this device; only a flawed client listens
    /// (ATK-OLM-03).
    fn take_megolm(&mut self, event: &Event) {
        if !self.conduct.has(Flaw::TodeviceAcceptsMegolm) {
            return;
        }
        let session = text(&event.content, "session_id");
        let ciphertext = text(&event.content, "ciphertext");
        let (Some(session), Some(ciphertext)) = (session, ciphertext) else {
            return;
        };
        let Ok(message) = megolm::parse(ciphertext, &self.conduct) else {
            return;
        };
        let Some(opened) = self.groups.decrypt_outside_rooms(session, &message) else {
            return;
        };
        let Ok(plaintext) = crate::border::json::parse(&opened.plaintext) else {
            return;
        };
        self.take_payload(Payload {
            kind: text(&plaintext, "type").unwrap_or_default().to_owned(),
            content: plaintext.get("content").cloned().unwrap_or_default(),
            sender: opened.owner.user,
            device: opened.owner.device,
            curve25519: opened.owner.curve25519,
            ed25519: opened.owner.ed25519,
        });
    }

    /// The channel with a device is broken: opens another one, at most once an hour (Matrix
    /// specification, 'Recovering from undecryptable messages').
    fn recover(&mut self, now: u64, user: &UserId, curve: &str) {
        let Some((device, _)) = self.directory.by_curve(user, curve) else {
            return;
        };
        let device = device.clone();
        if self.olm.may_recover(curve, now) {
            self.errands.push(Errand::recovery(user.clone(), device));
        }
    }
}
