//! Files of keys: what their size tells, what makes a product write them, and what it believes of them.

use harness_driver::{Act, Secret, VaultAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{company::Company, company::taken};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    evil::{EvilRoomKey, Target, weak_export},
    scene::{Actor, Room, Scene, Seen, Sent},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "export-without-pin",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-07", "STO-03"],
        attacks: &["ATK-BAK-10"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Who finds an open device takes no copy of its keys along.",
        precondition: "Alice has set a lock and it is open.",
        expected: "An export without the lock's secret or with a wrong one is refused; with the right one it is written.",
        needs: NEEDS,
        twins: &[Seeded::client("export-no-reauth", "exported-without-pin")],
        run: without_pin,
    },
    Check {
        id: "import-trust",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-07"],
        attacks: &["ATK-BAK-01", "ATK-MEGOLM-19"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A file of keys makes messages readable and vouches for nobody.",
        precondition: "Alice's new device has no keys for earlier messages and reads those that her old one exported.",
        expected: "The messages are readable, each with a warning about where its key came from; a wrong passphrase brings nothing.",
        needs: NEEDS,
        twins: &[Seeded::client("import-trusted", "import-trusted")],
        run: trust,
    },
    Check {
        id: "export-size",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-07"],
        attacks: &["ATK-BAK-07"],
        severity: Severity::Should,
        witness: Witness::Driver,
        purpose: "The size of an export does not tell whether a guess of somebody else stands in it.",
        precondition: "Alice and Carol hold the same keys; Mallory makes Alice keep the name of no conversation and Carol the name of a secret one.",
        expected: "Both exports have the same size.",
        needs: NEEDS,
        twins: &[Seeded::client("export-compressed", "size-tells-guess")],
        run: size,
    },
    Check {
        id: "import-cheap-passphrase",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-07"],
        attacks: &["ATK-BAK-11", "ATK-BAK-04"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A file whose passphrase is cheap to guess is refused although the passphrase is right.",
        precondition: "Alice is given a well-formed file whose key derivation costs next to nothing, and a file of her own.",
        expected: "The cheap file is refused, her own is read.",
        needs: NEEDS,
        twins: &[Seeded::client("kdf-floor-missing", "cheap-file-taken")],
        run: cheap,
    },
];

const NEEDS: &[Need] = &[
    Need::Verb("vault.export"),
    Need::Verb("vault.import"),
    Need::Verb("vault.set_lock"),
];

const PASSPHRASE: &str = "correct horse battery staple";

fn export(pin: Option<&str>) -> Act {
    Act::Vault(VaultAct::Export {
        passphrase: Secret::new(PASSPHRASE),
        pin: pin.map(Secret::new),
        identity: false,
    })
}

fn import(file: &str, passphrase: &str) -> Act {
    Act::Vault(VaultAct::Import {
        file: file.to_owned(),
        passphrase: Secret::new(passphrase),
    })
}

fn done(is: bool) -> Claim {
    Claim::Is {
        pointer: "/done".to_owned(),
        value: json!(is),
    }
}

fn file(act: &Value) -> Result<&str, Stop> {
    let file = act.pointer("/value/file").and_then(Value::as_str);
    file.ok_or_else(|| Stop::driver("an export without a file"))
}

fn without_pin(scene: &mut Scene) -> Result<(), Stop> {
    let alice = scene.client("alice")?;
    let bob = scene.client("bob")?;
    let room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let pin = Secret::new("481516");
    scene.act(&alice, Act::Vault(VaultAct::SetLock { pin, minutes: None }))?;
    for pin in [None, Some("000000")] {
        let seen = scene.try_act(&alice, export(pin))?;
        scene.expect(Role::Attack, "exported-without-pin", &[&seen], done(false));
    }
    let seen = scene.try_act(&alice, export(Some("481516")))?;
    scene.expect(Role::Twin, "export-refused", &[&seen], done(true));
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn trust(scene: &mut Scene) -> Result<(), Stop> {
    let alice = scene.client("alice")?;
    let bob = scene.client("bob")?;
    let room = scene.room(&[&alice, &bob])?;
    let sent = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let exported = scene.act(&alice, export(None))?;
    let later = scene.device_of(&alice, "alice-later")?;
    scene.sync(&later)?;
    let seen = scene.try_act(&later, import(file(&exported)?, "another passphrase"))?;
    scene.expect(
        Role::Attack,
        "wrong-passphrase-opens",
        &[&seen],
        done(false),
    );
    let seen = scene.try_act(&later, import(file(&exported)?, PASSPHRASE))?;
    scene.expect(Role::Twin, "import-refused", &[&seen], done(true));
    let item = scene.item(&later, &room, &sent.message)?;
    let readable = Claim::Is {
        pointer: "/body".to_owned(),
        value: json!(sent.body),
    };
    scene.expect(Role::Twin, "not-readable", &[&item], readable);
    let warned = Claim::Is {
        pointer: "/trust".to_owned(),
        value: json!("warn"),
    };
    scene.expect(Role::Attack, "import-trusted", &[&item], warned);
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn size(scene: &mut Scene) -> Result<(), Stop> {
    let carol = scene.client("carol")?;
    let mut company = Company::meet(scene, &[&carol])?;
    let alice = company.alice.clone();
    let bob = scene.client("bob")?;
    let secret = scene.room(&[&bob, &alice, &carol])?;
    let sent: Sent =
        scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &secret)?;
    scene.sync(&carol)?;
    scene.must_show_once(Role::Control, "control-lost", &carol, &secret, &sent)?;

    let target = company.target.clone();
    let wrong: String = secret.id.chars().map(other).collect();
    plant(scene, &mut company, &alice, &target, &wrong)?;
    let target = company.mallory.target(scene, &carol.user, &carol.device)?;
    company.mallory.open_channel(scene, &target)?;
    plant(scene, &mut company, &carol, &target, &secret.id)?;

    let sizes = [measured(scene, &alice)?, measured(scene, &carol)?];
    let [first, second] = &sizes;
    scene.expect(
        Role::Attack,
        "size-tells-guess",
        &[first, second],
        Claim::Same {},
    );
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &secret)?;
    Ok(())
}

/// Another letter or digit, so that the name differs and its length does not.
fn other(letter: char) -> char {
    match letter {
        'a'..='y' | 'A'..='Y' | '0'..='8' => {
            char::from_u32(u32::from(letter) + 1).unwrap_or(letter)
        }
        'z' => 'a',
        'Z' => 'A',
        '9' => '0',
        letter => letter,
    }
}

/// Mallory gives a device a key for a conversation of this name, whether there is one or not.
fn plant(
    scene: &mut Scene,
    company: &mut Company,
    victim: &Actor,
    target: &Target,
    room: &str,
) -> Result<(), Stop> {
    let key = EvilRoomKey::new(room);
    let device = &mut company.mallory.device;
    let payload = device.olm_payload(target, "m.room_key", &key.room_key());
    let content = device.olm_encrypt(target, &payload)?;
    let mallory = &mut company.mallory;
    let put = mallory.send_to_device(scene, target, "m.room.encrypted", &content)?;
    scene.expect(Role::Applied, "attack-not-applied", &[&put], taken());
    scene.sync(victim)
}

/// How many keys the actor exports and how large the file is.
fn measured(scene: &mut Scene, actor: &Actor) -> Result<Seen, Stop> {
    let exported = scene.act(actor, export(None))?;
    let value = json!({
        "keys": exported.pointer("/value/keys"),
        "size": file(&exported)?.len(),
    });
    Ok(scene.note_seen("keys and size of an export", Witness::Driver, value))
}

fn cheap(scene: &mut Scene) -> Result<(), Stop> {
    let alice = scene.client("alice")?;
    let bob = scene.client("bob")?;
    let room: Room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let exported = scene.act(&alice, export(None))?;
    let cheap = weak_export(PASSPHRASE)?;
    let seen = scene.try_act(&alice, import(&cheap, PASSPHRASE))?;
    scene.expect(Role::Attack, "cheap-file-taken", &[&seen], done(false));
    let seen = scene.try_act(&alice, import(file(&exported)?, PASSPHRASE))?;
    scene.expect(Role::Twin, "own-file-refused", &[&seen], done(true));
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}
