//! Group B: a peer that does not play an interactive verification by its rules.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    check::{Check, Seeded, Stop, Subject},
    checks::client::{
        company::{Company, set},
        screen::{VERIFY, insist, must_not_be_verified, must_not_succeed, stage, strings},
    },
    evil::{EvilSas, ForgedDevice, Party, SMALL_ORDER, small_order_keys},
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "verify-commitment",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02"],
        attacks: &["ATK-VER-02"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "An ephemeral key that is not the one that was committed to ends the verification.",
        precondition: "Alice starts a verification with Mallory, who commits to one ephemeral key and sends another.",
        expected: "Alice is shown no strings for the other key; the next verification, played by the rules, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client(
            "sas-skip-commitment",
            "uncommitted-key-accepted",
        )],
        run: other_key,
    },
    Check {
        id: "verify-small-order",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02", "E2E-07"],
        attacks: &["ATK-DIR-11"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "An ephemeral key of small order ends the verification: anybody knows the secret that it yields.",
        precondition: "Alice starts a verification with Mallory, who commits to an ephemeral key of small order and sends it, once with each encoding.",
        expected: "Alice is shown no strings; the next verification, played by the rules, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client(
            "dh-no-contributory-check",
            "small-order-key-accepted",
        )],
        run: small_order,
    },
    Check {
        id: "verify-partial-mac",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02"],
        attacks: &["ATK-VER-06"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Only a key that the peer proves becomes trusted: an empty proof proves nothing.",
        precondition: "Alice and Mallory compare the same strings; Mallory's proof is empty, or names unknown keys only, or leaves the master key out, or has a wrong list of key ids.",
        expected: "Mallory's identity is not verified by any of them; the next verification, with a whole proof, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client("sas-empty-mac-ok", "empty-proof-verified")],
        run: partial_mac,
    },
    Check {
        id: "verify-older-method",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02"],
        attacks: &["ATK-VER-05"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A peer or relay cannot choose an older way of proof, key agreement or comparison than was offered.",
        precondition: "Alice starts a verification with Mallory; the answer chooses what Alice did not offer: the older proof, the older key agreement, another hash.",
        expected: "Alice is shown no strings for it; the next verification, played by the rules, succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client("sas-accept-legacy", "older-method-taken")],
        run: older_method,
    },
];

/// The codes of stages in which the strings were accepted for comparison.
const SHOWN: [&str; 3] = ["compare", "confirmed", "verified"];

fn other_key(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let mut dance = Dance::begin(scene, &mut company)?;
    dance.accept(scene, &mut company, None)?;
    let other = ForgedDevice::new("", "").curve25519();
    dance.send_key(scene, &mut company, &other)?;
    must_show_nothing(scene, &company, "uncommitted-key-accepted", &dance.flow)?;
    must_succeed(scene, &mut company)
}

fn small_order(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    for key in small_order_keys().iter().take(SMALL_ORDER.len()) {
        let mut dance = Dance::begin(scene, &mut company)?;
        dance.accept(scene, &mut company, Some(key))?;
        dance.send_key(scene, &mut company, key)?;
        must_show_nothing(scene, &company, "small-order-key-accepted", &dance.flow)?;
    }
    must_succeed(scene, &mut company)
}

fn older_method(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    for (field, older) in [
        ("/message_authentication_code", "hkdf-hmac-sha256"),
        ("/key_agreement_protocol", "curve25519"),
        ("/hash", "sha1"),
    ] {
        let mut dance = Dance::begin(scene, &mut company)?;
        let mut accept = dance.sas.accept_for(dance.sas.ephemeral(), &dance.start);
        set(&mut accept, field, older);
        company.deliver(scene, "m.key.verification.accept", &accept)?;
        // Whoever takes it sends his key and goes on.
        if let Ok(theirs) = dance.step(scene, &mut company, "key") {
            let key = theirs.get("key").and_then(Value::as_str);
            dance.sas.take_key(key.unwrap_or_default())?;
            let own = dance.sas.ephemeral().to_owned();
            dance.send_key(scene, &mut company, &own)?;
        }
        must_show_nothing(scene, &company, "older-method-taken", &dance.flow)?;
    }
    must_succeed(scene, &mut company)
}

fn must_show_nothing(
    scene: &mut Scene,
    company: &Company,
    code: &str,
    flow: &str,
) -> Result<(), Stop> {
    let seen = stage(scene, &company.alice, flow)?;
    let shown = SHOWN.iter().map(|stage| json!(stage)).collect();
    scene.expect(
        Role::Attack,
        code,
        &[&seen],
        Claim::IsNot {
            pointer: "/stage".to_owned(),
            values: shown,
        },
    );
    must_not_be_verified(scene, code, &company.alice, &company.mallory.device.user)
}

/// What Mallory proves.
#[derive(Clone, Copy)]
pub(super) enum Proof {
    Nothing,
    UnknownKey,
    NoMaster,
    WrongList,
    Whole,
}

fn partial_mac(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let partial = [
        ("empty-proof-verified", Proof::Nothing),
        ("unknown-key-verified", Proof::UnknownKey),
        ("unproven-master-verified", Proof::NoMaster),
        ("wrong-list-verified", Proof::WrongList),
    ];
    for (code, proof) in partial {
        let flow = prove(scene, &mut company, proof)?;
        if !matches!(proof, Proof::NoMaster) {
            must_not_succeed(scene, code, &company.alice, &flow)?;
        }
        must_not_be_verified(scene, code, &company.alice, &company.mallory.device.user)?;
    }
    must_succeed(scene, &mut company)
}

/// A verification up to Mallory's proof; both sides see the same strings.
fn prove(scene: &mut Scene, company: &mut Company, proof: Proof) -> Result<String, Stop> {
    let dance = Dance::begin(scene, company)?;
    prove_in(scene, company, dance, proof)
}

/// The same in a verification that Alice has started.
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

/// A verification played by the rules must succeed.
fn must_succeed(scene: &mut Scene, company: &mut Company) -> Result<(), Stop> {
    prove(scene, company, Proof::Whole)?;
    let identity = scene.identity(&company.alice, &company.mallory.device.user)?;
    scene.expect(
        Role::Twin,
        "honest-verification-fails",
        &[&identity],
        Claim::Is {
            pointer: "/state".to_owned(),
            value: json!("verified"),
        },
    );
    Ok(())
}

/// One verification that Alice asks for and starts.
pub(super) struct Dance {
    flow: String,
    sas: EvilSas,
    start: Value,
}

impl Dance {
    fn begin(scene: &mut Scene, company: &mut Company) -> Result<Self, Stop> {
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
    fn accept(
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

    fn send_key(&self, scene: &mut Scene, company: &mut Company, key: &str) -> Result<(), Stop> {
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
    fn step(&self, scene: &mut Scene, company: &mut Company, step: &str) -> Result<Value, Stop> {
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
