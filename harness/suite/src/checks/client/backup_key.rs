//! The backup of keys at the relay: to whom they are sealed.

use harness_driver::{Act, VaultAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::megolm::pair;
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Class,
    evil::{ForgedDevice, ForgedIdentity},
    scene::{Actor, Scene, Seen},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "backup-key-swapped",
    version: 1,
    subject: Subject::Client,
    requirements: &["STO-07", "KEY-03"],
    attacks: &["ATK-BAK-02"],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "Keys are uploaded to no backup but the user's own.",
    precondition: "Alice keeps a backup at the relay and has uploaded keys to it; then the relay serves another public key for it.",
    expected: "Nothing is uploaded to the other key: not unsigned, not with the signature of the true one, not signed by a device or an identity that the relay made up in Alice's name, nor after a restart. To the true key she uploads, and what she uploaded comes back.",
    needs: &[
        Need::Verb("vault.create_backup"),
        Need::Verb("vault.upload_backup"),
        Need::Verb("vault.restore_backup"),
        Need::Verb("actor.restart"),
    ],
    twins: &[Seeded::client(
        "backup-key-unsigned-ok",
        "uploaded-to-swapped-key",
    )],
    run: key_swapped,
}];

/// The account data of the public key; what was uploaded has names that begin so.
const KIND: &str = "dev.pruefstand.backup";

fn key_swapped(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    scene.act(&alice, Act::Vault(VaultAct::CreateBackup {}))?;
    let real = scene.account_data_of(&alice, KIND, 0);
    let real = real.ok_or_else(|| Stop::target("a backup without a public key"))?;
    let before = upload(scene, &alice)?;
    scene.expect(Role::Control, "nothing-uploaded", &[&before], uploads(true));

    for (rule, served) in lies(&alice.user, &real) {
        serve(scene, &alice, rule, served);
        let seen = upload(scene, &alice)?;
        scene.must_fire(rule);
        let code = "uploaded-to-swapped-key";
        scene.expect(Role::Attack, code, &[&seen], uploads(false));
        scene.adversary().lift(rule);
        scene.restart(&alice)?;
    }
    let after = upload(scene, &alice)?;
    scene.expect(Role::Twin, "true-key-refused", &[&after], uploads(true));
    let restored = scene.try_act(&alice, Act::Vault(VaultAct::RestoreBackup {}))?;
    let some = Claim::IsNot {
        pointer: "/value/keys".to_owned(),
        values: vec![json!(0), Value::Null],
    };
    scene.expect(Role::Twin, "nothing-restored", &[&restored], some);
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// Another public key in the place of the real one, with whatever the relay can put under it.
fn lies(user: &str, real: &Value) -> [(&'static str, Value); 4] {
    let (ghost, identity) = (ForgedDevice::new(user, "GHOST"), ForgedIdentity::new(user));
    let mut swapped = real.clone();
    if let Some(fields) = swapped.as_object_mut() {
        fields.insert("public_key".to_owned(), json!(ghost.curve25519()));
    }
    let mut unsigned = swapped.clone();
    if let Some(fields) = unsigned.as_object_mut() {
        fields.remove("signatures");
    }
    let (mut by_ghost, mut by_identity) = (unsigned.clone(), unsigned.clone());
    ghost.sign(&mut by_ghost);
    identity.sign_as_master(&mut by_identity);
    [
        ("unsigned", unsigned),
        ("signature-of-the-true-one", swapped),
        ("by-ghost-device", by_ghost),
        ("by-other-identity", by_identity),
    ]
}

/// The relay answers the question about the public key with this.
fn serve(scene: &mut Scene, alice: &Actor, rule: &'static str, served: Value) {
    let answer = Action::rewrite("substitute_keys", move |answer| {
        let is_key = answer.get("public_key").is_some();
        if is_key {
            *answer = served.clone();
        }
        is_key
    });
    let point = Point::Response(Class::AccountData);
    scene.attack(Rule::new(rule, &alice.name, point, answer));
}

/// Alice uploads; how many requests with keys left her: `{"requests": n}`.
fn upload(scene: &mut Scene, alice: &Actor) -> Result<Seen, Stop> {
    let mark = scene.mark();
    scene.try_act(alice, Act::Vault(VaultAct::UploadBackup {}))?;
    let part = format!("account_data/{KIND}.");
    Ok(scene.requests_to(alice, &[&part], mark))
}

fn uploads(some: bool) -> Claim {
    let (pointer, none) = ("/requests".to_owned(), json!(0));
    match some {
        true => Claim::IsNot {
            pointer,
            values: vec![none],
        },
        false => Claim::Is {
            pointer,
            value: none,
        },
    }
}
