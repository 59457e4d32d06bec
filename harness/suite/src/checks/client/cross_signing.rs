//! Group A: chains of cross-signing keys that do not hold.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Map, Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Seeded, Stop, Subject},
    checks::client::{
        company::Company,
        directory::{announce_change, answer_claims},
    },
    dialect::Class,
    evil::{ForgedDevice, ForgedIdentity},
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "directory-forged-chain",
    version: 1,
    subject: Subject::Client,
    requirements: &["E2E-09", "KEY-04"],
    attacks: &["ATK-DIR-15"],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "A key counts as a user's self-signing key only if the user's master key says so.",
    precondition: "The relay serves, in the place of Mallory's self-signing key, in turn: her user-signing key, her master key, a key that another master key signed, an object with two keys; and a device signed by it.",
    expected: "No room key leaves for any of the four devices; once the real key is served again, Mallory's real device reads Alice's messages.",
    needs: &[],
    twins: &[Seeded::client(
        "xsign-usage-not-checked",
        "key-sent-through-forged-chain",
    )],
    run: forged_chain,
}];

/// What stands in the place of the self-signing key.
#[derive(Clone, Copy)]
enum Forgery {
    UserSigning,
    Master,
    OtherMaster,
    TwoKeys,
}

fn forged_chain(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let room = company.room.clone();
    let before = company.mallory_reads(scene, &room)?;
    scene.expect(
        Role::Control,
        "control-not-readable",
        &[&before],
        readable(),
    );
    let forgeries = [
        ("user-signing", Forgery::UserSigning),
        ("master", Forgery::Master),
        ("other-master", Forgery::OtherMaster),
        ("two-keys", Forgery::TwoKeys),
    ];
    for (rule, forgery) in forgeries {
        serve(scene, &company, rule, forgery);
        announce_change(scene, &company.alice, &company.mallory.device.user);
        scene.sync(&company.alice)?;
        let mark = scene.mark();
        scene.try_send(&company.alice, &room, "to whom")?;
        scene.must_fire(rule);
        let sent_to = scene.recipients(&company.alice, mark);
        let forged = json!(format!("{}|{rule}", company.mallory.device.user));
        let claim = Claim::Lacks {
            pointer: "/devices".to_owned(),
            value: forged,
        };
        scene.expect(
            Role::Attack,
            "key-sent-through-forged-chain",
            &[&sent_to],
            claim,
        );
        scene.adversary().lift_all();
    }
    announce_change(scene, &company.alice, &company.mallory.device.user);
    scene.sync(&company.alice)?;
    let after = company.mallory_reads(scene, &room)?;
    scene.expect(Role::Twin, "real-chain-refused", &[&after], readable());
    Ok(())
}

/// Has the directory serve the forged chain, and a device called like the rule that the chain vouches for.
fn serve(scene: &mut Scene, company: &Company, rule: &'static str, forgery: Forgery) {
    let user = company.mallory.device.user.clone();
    let mut device = ForgedDevice::new(&user, rule);
    let mut keys = device.device_keys();
    let self_signing = forgery.make(&company.mallory.identity, &user, &mut keys);
    let one_time_keys = Value::Object(device.one_time_keys(1));
    answer_claims(scene, &company.alice, &user, rule, one_time_keys);
    let (point, viewer) = (|| Point::Response(Class::KeysQuery), &company.alice.name);
    let inject = Action::InjectDevice {
        user: user.clone(),
        device: rule.to_owned(),
        keys,
    };
    scene.attack(Rule::new("list-device", viewer, point(), inject));
    let identity = Map::from_iter([("self_signing_keys".to_owned(), self_signing)]);
    let substitute = Action::SubstituteKeys {
        user,
        devices: None,
        identity,
    };
    scene.attack(Rule::new(rule, viewer, point(), substitute));
}

impl Forgery {
    /// The object for the self-signing key's place; signs the device with a key in it.
    fn make(self, real: &ForgedIdentity, user: &str, device: &mut Value) -> Value {
        let other = ForgedIdentity::new(user);
        let of = |identity: &ForgedIdentity, name: &str| {
            identity.served().get(name).cloned().unwrap_or_default()
        };
        match self {
            Self::UserSigning => {
                real.sign_user(device);
                of(real, "user_signing_keys")
            }
            Self::Master => {
                real.sign_as_master(device);
                of(real, "master_keys")
            }
            Self::OtherMaster => {
                other.sign_device(device);
                of(&other, "self_signing_keys")
            }
            Self::TwoKeys => {
                other.sign_device(device);
                let mut both = of(real, "self_signing_keys");
                let keys = both.get_mut("keys").and_then(Value::as_object_mut);
                let second = of(&other, "self_signing_keys").get("keys").cloned();
                if let (Some(keys), Some(Value::Object(second))) = (keys, second) {
                    keys.extend(second);
                }
                real.sign_as_master(&mut both);
                both
            }
        }
    }
}

fn readable() -> Claim {
    Claim::Is {
        pointer: "/readable".to_owned(),
        value: json!(true),
    }
}
