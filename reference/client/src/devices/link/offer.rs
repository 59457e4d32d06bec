//! The two messages of a link, and what follows when both proofs hold.

use serde_json::json;

use super::{
    super::DevicePair,
    LIFE, LinkCode, MOST_TRIES, Shown,
    proof::{Matter, Role, Side, fingerprint},
};
use crate::{
    CallId, Client, DeviceId, Flaw, FlowId, Refusal, UserId,
    client::{Outcome, Pending},
    json::{random_name, text},
    send::nest,
    sync::Event,
};

/// From the device that holds the identity: I know your code.
pub(crate) const OFFER: &str = "dev.pruefstand.link.offer";
/// From the new device: and I know it too.
pub(crate) const ANSWER: &str = "dev.pruefstand.link.answer";

/// A code that the user has taken in.
#[derive(Debug)]
pub(crate) struct Wish {
    pub(crate) call: CallId,
    code: LinkCode,
}

/// An offer that waits for its answer.
#[derive(Debug)]
pub(super) struct Offered {
    code: LinkCode,
    matter: Matter,
    /// Milliseconds since the epoch.
    until: u64,
}

impl Client {
    /// Shows a fresh code; the one before is void.
    pub(crate) fn show_code(&mut self, now: u64, call: CallId) -> Result<(), Refusal> {
        let user = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?.user.clone();
        let code = LinkCode::create(fingerprint(&user, &self.own_side()?));
        let until = now.saturating_add(LIFE);
        let shown = json!({ "text": code.text(), "qr": code.qr(), "until": until });
        self.devices.links.shown = Some(Shown {
            code,
            until,
            tries: 0,
        });
        self.wire.done(call, Outcome::Value(shown));
        Ok(())
    }

    /// Takes a code in; the device that shows it is looked for among the user's current devices.
    pub(crate) fn link(&mut self, call: CallId, code: &str) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        if own.identity.is_none() {
            return Err(Refusal::NoIdentityKeys);
        }
        let code = LinkCode::parse(code).map_err(|fault| Refusal::LinkCode(fault.to_string()))?;
        let user = own.user.clone();
        self.directory.mark_outdated(&user);
        self.devices.links.wishes.push(Wish { call, code });
        Ok(())
    }

    /// Makes the offers whose devices were asked for; `failed` if the relay did not answer.
    pub(crate) fn tend_links(&mut self, now: u64, failed: Option<&UserId>) {
        for Wish { call, code } in std::mem::take(&mut self.devices.links.wishes) {
            let offered = match failed {
                Some(user) => Err(Refusal::DevicesUnknown(user.clone())),
                None => self.offer(now, call, code),
            };
            if let Err(refusal) = offered {
                self.wire.refuse(call, refusal);
            }
        }
    }

    fn offer(&mut self, now: u64, call: CallId, code: LinkCode) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        self.directory.permits(&own.user)?;
        let user = own.user.clone();
        let new = self
            .side_of(&user, &code)
            .ok_or(Refusal::FingerprintMismatch)?;
        let matter = Matter {
            link: FlowId::new(random_name()),
            master: self.own_master()?,
            old: self.own_side()?,
            user,
            new,
        };
        let proof = matter
            .prove(Role::Offer, code.secret(), &self.conduct)
            .ok_or_else(|| Refusal::Crypto("proof".to_owned()))?;
        let content = json!({
            "link": matter.link,
            "from_device": matter.old.device,
            "proof": proof,
        });
        let (id, device) = (matter.link.clone(), matter.new.device.clone());
        self.devices.links.note(&id, &device, "offered");
        let value = json!({ "link": id, "device": device });
        self.send_proof(
            &matter.user,
            &device,
            OFFER,
            content,
            Some((call, Outcome::Value(value))),
        );
        let until = now.saturating_add(LIFE);
        let offered = Offered {
            code,
            matter,
            until,
        };
        self.devices.links.offered.insert(id, offered);
        Ok(())
    }

    /// The other own device whose keys have the fingerprint of the code.
    fn side_of(&self, user: &UserId, code: &LinkCode) -> Option<Side> {
        let known = self.directory.user(user)?;
        let own = &self.own.as_ref()?.device;
        let others = known.devices.iter().filter(|(id, _)| *id != own);
        let mut sides = others.map(|(id, device)| Side {
            device: id.clone(),
            keys: DevicePair {
                curve25519: device.curve25519.clone(),
                ed25519: device.ed25519.clone(),
            },
        });
        if self.conduct.has(Flaw::LinkKeysNotBound) {
            return sides.find(|side| !self.directory.counts(user, &side.device, &self.conduct));
        }
        sides.find(|side| fingerprint(user, side) == *code.fingerprint())
    }

    /// Somebody says that he knows the code on this device's screen.
    pub(crate) fn take_offer(&mut self, now: u64, event: &Event) {
        let Some(user) = self.own.as_ref().map(|own| own.user.clone()) else {
            return;
        };
        let from = text(&event.content, "from_device").map(DeviceId::new);
        let link = text(&event.content, "link").map(FlowId::new);
        let (Some(from), Some(link)) = (from, link) else {
            return;
        };
        let proof = text(&event.content, "proof").unwrap_or_default();
        if event.sender != user || link.as_str().len() > 64 {
            return;
        }
        let answer = self.judge_offer(now, &user, &from, &link, proof);
        match answer {
            Ok(answer) => {
                self.devices.links.note(&link, &from, "linked");
                self.devices.links.awaited = true;
                if let Ok(master) = self.own_master() {
                    self.directory.verify(&user, &master);
                }
                let content = json!({ "link": link, "proof": answer });
                self.send_proof(&user, &from, ANSWER, content, None);
            }
            Err(word) => self.devices.links.note(&link, &from, word),
        }
    }

    /// The answer to an offer whose proof holds; the code is used up with it.
    fn judge_offer(
        &mut self,
        now: u64,
        user: &UserId,
        from: &DeviceId,
        link: &FlowId,
        proof: &str,
    ) -> Result<String, &'static str> {
        let new = self.own_side().or(Err("refused"))?;
        let master = self.own_master().or(Err("refused"))?;
        let old = self.directory.device(user, from).ok_or("unknown_device")?;
        let old = Side {
            device: from.clone(),
            keys: DevicePair {
                curve25519: old.curve25519.clone(),
                ed25519: old.ed25519.clone(),
            },
        };
        let conduct = &self.conduct;
        let shown = self.devices.links.shown.as_mut().ok_or("no_code")?;
        if now > shown.until && !conduct.has(Flaw::LinkCodeNeverExpires) {
            return Err("expired");
        }
        if shown.tries >= MOST_TRIES && !conduct.has(Flaw::LinkTriesUnlimited) {
            return Err("too_many_tries");
        }
        let matter = Matter {
            link: link.clone(),
            user: user.clone(),
            master,
            old,
            new,
        };
        if !matter.holds(Role::Offer, shown.code.secret(), proof, conduct) {
            shown.tries = shown.tries.saturating_add(1);
            return Err("wrong_proof");
        }
        let answer = matter.prove(Role::Answer, shown.code.secret(), conduct);
        if !conduct.has(Flaw::LinkCodeReusable) {
            self.devices.links.shown = None;
        }
        answer.ok_or("refused")
    }

    /// The new device proves that it knows its code. An offer is answered once, rightly or not.
    pub(crate) fn take_answer_to_offer(&mut self, now: u64, event: &Event) {
        let is_own = self
            .own
            .as_ref()
            .is_some_and(|own| own.user == event.sender);
        let Some(link) = text(&event.content, "link").map(FlowId::new) else {
            return;
        };
        if !is_own {
            return;
        }
        let Some(offered) = self.devices.links.offered.remove(&link) else {
            return;
        };
        let Offered {
            code,
            matter,
            until,
        } = &offered;
        let proof = text(&event.content, "proof").unwrap_or_default();
        let holds = matter.holds(Role::Answer, code.secret(), proof, &self.conduct);
        let device = matter.new.device.clone();
        let known = self.directory.device(&matter.user, &device);
        let same = known.is_some_and(|known| known.ed25519 == matter.new.keys.ed25519);
        if now > *until || !holds || !same {
            return self.devices.links.note(&link, &device, "refused");
        }
        let word = match self.enlist(&device, None) {
            Ok(()) => "linked",
            Err(_) => "refused",
        };
        self.devices.links.note(&link, &device, word);
    }

    fn own_side(&self) -> Result<Side, Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        Ok(Side {
            device: own.device.clone(),
            keys: DevicePair {
                curve25519: own.curve25519(),
                ed25519: own.ed25519(),
            },
        })
    }

    fn own_master(&self) -> Result<String, Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        self.directory.permits(&own.user)?;
        let pinned = self.directory.pinned(&own.user);
        Ok(pinned.ok_or(Refusal::UnknownDevice)?.to_owned())
    }

    fn send_proof(
        &mut self,
        user: &UserId,
        device: &DeviceId,
        kind: &str,
        content: serde_json::Value,
        end: Option<(CallId, Outcome)>,
    ) {
        let messages = nest(vec![((user.clone(), device.clone()), content)]);
        self.wire
            .send_to_devices(kind, messages, Pending::Verification { end });
    }
}
