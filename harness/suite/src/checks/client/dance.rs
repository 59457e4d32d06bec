//! One verification that Alice asks for and Mallory answers step by step, by the rules or not.

use harness_evidence::{Claim, Role, Witness};
use serde_json::{Value, json};

use crate::{
    check::Stop,
    checks::client::{
        company::{Company, set},
        screen::{insist, strings},
    },
    evil::{EvilSas, ForgedDevice, Party},
    scene::Scene,
};

/// What Mallory proves.
#[derive(Clone, Copy)]
pub(super) enum Proof {
    Nothing,
    UnknownKey,
    NoMaster,
    WrongList,
    Whole,
}

/// A verification that Alice has started, up to Mallory's proof; both sides see the same strings.
pub(super) fn prove_in(
    scene: &mut Scene,
    company: &mut Company,
    mut dance: Dance,
    proof: Proof,
) -> Result<String, Stop> {
    dance.accept(scene, company, None)?;
    let key = dance.sas.ephemeral().to_owned();
    dance.send_key(scene, company, &key)?;
    let alices = strings(scene, &company.alice, &dance.flow)?;
    let ours = scene.note_seen(
        "the strings that the evil peer derives",
        Witness::Peer,
        json!(dance.sas.emoji()?),
    );
    scene.expect(
        Role::Control,
        "strings-differ",
        &[&alices, &ours],
        Claim::Same {},
    );
    insist(scene.confirm_verification(&company.alice, &dance.flow)?)?;
    company.mallory.sync(scene)?;
    let mac = dance.proof(company, proof)?;
    company.deliver(scene, "m.key.verification.mac", &mac)?;
    company.deliver(scene, "m.key.verification.done", &dance.sas.done())?;
    Ok(dance.flow)
}

/// One verification that Alice asks for and starts.
pub(super) struct Dance {
    pub(super) flow: String,
    pub(super) sas: EvilSas,
    pub(super) start: Value,
}

impl Dance {
    pub(super) fn begin(scene: &mut Scene, company: &mut Company) -> Result<Self, Stop> {
        let device = &company.mallory.device;
        let flow = scene.request_verification(&company.alice, &device.user, &device.device)?;
        Self::go_on(scene, company, flow)
    }

    /// Answers Alice's request and takes her start.
    pub(super) fn go_on(
        scene: &mut Scene,
        company: &mut Company,
        flow: String,
    ) -> Result<Self, Stop> {
        let device = &company.mallory.device;
        let (user, device) = (device.user.clone(), device.device.clone());
        let them = Party {
            user: company.alice.user.clone(),
            device: company.alice.device.clone(),
        };
        let sas = EvilSas::new(&flow, Party { user, device }, them, false);
        company.mallory.sync(scene)?;
        company.deliver(scene, "m.key.verification.ready", &sas.ready())?;
        insist(scene.start_verification(&company.alice, &flow)?)?;
        let mut dance = Self {
            flow,
            sas,
            start: Value::Null,
        };
        dance.start = dance.step(scene, company, "start")?;
        Ok(dance)
    }

    /// Commits to our key, or to another one, and takes Alice's key.
    pub(super) fn accept(
        &mut self,
        scene: &mut Scene,
        company: &mut Company,
        key: Option<&str>,
    ) -> Result<(), Stop> {
        let key = key.unwrap_or_else(|| self.sas.ephemeral()).to_owned();
        let accept = self.sas.accept_for(&key, &self.start);
        company.deliver(scene, "m.key.verification.accept", &accept)?;
        let theirs = self.step(scene, company, "key")?;
        self.sas.take_key(
            theirs
                .get("key")
                .and_then(Value::as_str)
                .unwrap_or_default(),
        )
    }

    pub(super) fn send_key(
        &self,
        scene: &mut Scene,
        company: &mut Company,
        key: &str,
    ) -> Result<(), Stop> {
        let mut content = self.sas.key();
        set(&mut content, "/key", key);
        company.deliver(scene, "m.key.verification.key", &content)
    }

    fn proof(&self, company: &Company, proof: Proof) -> Result<Value, Stop> {
        let (device, master) = (
            company.mallory.device.vouched(),
            company.mallory.identity.vouched(),
        );
        let other = ForgedDevice::new("", "UNKNOWN").vouched();
        let mut mac = match proof {
            Proof::Nothing => self.sas.mac(&[])?,
            Proof::UnknownKey => self.sas.mac(&[other])?,
            Proof::NoMaster => self.sas.mac(&[device])?,
            Proof::WrongList | Proof::Whole => self.sas.mac(&[device, master])?,
        };
        if matches!(proof, Proof::WrongList) {
            let keys = self.sas.mac(&[])?.get("keys").cloned().unwrap_or_default();
            set(&mut mac, "/keys", keys);
        }
        Ok(mac)
    }

    /// The content of Alice's next event of this kind in this verification.
    pub(super) fn step(
        &self,
        scene: &mut Scene,
        company: &mut Company,
        step: &str,
    ) -> Result<Value, Stop> {
        let news = company.mallory.sync(scene)?;
        let kind = format!("m.key.verification.{step}");
        let events = news.pointer("/to_device/events").and_then(Value::as_array);
        let ours = events
            .into_iter()
            .flatten()
            .filter(|event| event.get("type").and_then(Value::as_str) == Some(&kind));
        let mut contents = ours
            .filter_map(|event| event.get("content"))
            .filter(|content| content.get("transaction_id") == Some(&json!(self.flow)));
        contents
            .next_back()
            .cloned()
            .ok_or_else(|| Stop::target(format!("Alice sends no {kind}")))
    }
}
