//! Recovery: who can bring an identity back, and who hears of it.

use harness_driver::{Act, Secret, VaultAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::directory::{announce_change, answer_claims},
    dialect::Class,
    evil::{ForgedDevice, ForgedIdentity},
    scene::{Actor, Room, Scene},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "recovery-secret",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-07", "KEY-11", "KEY-01"],
        attacks: &["ATK-BAK-04"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "What the relay keeps for recovery opens with the user's secret alone, and the relay does not get that secret.",
        precondition: "Alice has made a recovery secret, then another one; she has a new device.",
        expected: "The secret is in no request; the superseded one brings nothing back, the right one makes the new device one of hers.",
        needs: &[
            Need::Verb("vault.make_recovery"),
            Need::Verb("vault.recover"),
        ],
        twins: &[
            Seeded::client("recovery-secret-at-relay", "secret-at-relay"),
            Seeded::client("recovery-wrong-secret-ok", "wrong-secret-taken"),
        ],
        run: by_secret,
    },
    Check {
        id: "recovery-escrow",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-07", "KEY-11"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Fewer trustees than the quorum bring nothing back, and the user is told of every share that is released.",
        precondition: "Alice has given Bob, Carol and Dave shares, two of which open; she has a new device.",
        expected: "She sees who holds shares; Bob's share alone opens nothing and her old device is told of it; with Carol's the new device is one of hers.",
        needs: &[
            Need::Verb("vault.make_recovery"),
            Need::Verb("vault.release_share"),
            Need::Verb("vault.recover_from_shares"),
            Need::Verb("vault.status"),
        ],
        twins: &[
            Seeded::client("escrow-whole-secret", "one-share-opens"),
            Seeded::client("escrow-silent", "opened-silently"),
        ],
        run: by_escrow,
    },
    Check {
        id: "recovery-key-swapped",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-07", "KEY-04"],
        attacks: &["ATK-BAK-02"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "Nothing that recovers an identity is encrypted to a public key that the relay has put in the place of a trustee's.",
        precondition: "Alice gives Bob and Carol shares while the relay lists a device of Bob's that nobody signed, then one that another identity in his name signed.",
        expected: "Shares leave for the devices that their owners signed, and for no other.",
        needs: &[Need::Verb("vault.make_recovery")],
        twins: &[Seeded::client(
            "share-to-unsigned-key",
            "share-sent-to-swapped-key",
        )],
        run: key_swapped,
    },
];

fn done(is: bool) -> Claim {
    Claim::Is {
        pointer: "/done".to_owned(),
        value: json!(is),
    }
}

fn make(trustees: &[&Actor], quorum: usize) -> Act {
    Act::Vault(VaultAct::MakeRecovery {
        pin: None,
        trustees: trustees.iter().map(|actor| actor.user.clone()).collect(),
        quorum,
    })
}

fn recover(secret: &Secret) -> Act {
    let secret = secret.clone();
    Act::Vault(VaultAct::Recover { secret })
}

/// A recovery secret; it goes into no record.
fn made(scene: &mut Scene, actor: &Actor, act: Act) -> Result<Secret, Stop> {
    let value = scene.act_in_private(actor, act)?;
    let secret = value.get("secret").and_then(Value::as_str);
    let secret = secret.ok_or_else(|| Stop::driver("no recovery secret was shown"))?;
    Ok(Secret::new(secret))
}

fn by_secret(scene: &mut Scene) -> Result<(), Stop> {
    let alice = scene.client("alice")?;
    let bob = scene.client("bob")?;
    let room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let superseded = made(scene, &alice, make(&[], 0))?;
    let mark = scene.mark();
    let secret = made(scene, &alice, make(&[], 0))?;
    let sent = scene.sent(&alice, Class::AccountData, mark);
    let letters: String = secret.expose().split_whitespace().collect();
    let hits = sent.iter().filter(|exchange| {
        let body: String = exchange
            .request
            .body
            .to_string()
            .split_whitespace()
            .collect();
        body.contains(&letters)
    });
    let value = json!({ "requests": sent.len(), "hits": hits.count() });
    let seen = scene.note_seen("the secret in what the relay gets", Witness::Wire, value);
    let some = Claim::Within {
        pointer: "/requests".to_owned(),
        least: 1,
        most: 100,
    };
    scene.expect(Role::Control, "nothing-kept", &[&seen], some);
    let nowhere = Claim::Is {
        pointer: "/hits".to_owned(),
        value: json!(0),
    };
    scene.expect(Role::Attack, "secret-at-relay", &[&seen], nowhere);

    let later = scene.device_of(&alice, "alice-later")?;
    let seen = scene.try_act(&later, recover(&superseded))?;
    scene.expect(Role::Attack, "wrong-secret-taken", &[&seen], done(false));
    let seen = scene.try_act(&later, recover(&secret))?;
    scene.expect(Role::Twin, "right-secret-refused", &[&seen], done(true));
    is_hers(scene, &bob, &later, &room)?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// The new device gets keys, for it is signed now.
fn is_hers(scene: &mut Scene, bob: &Actor, later: &Actor, room: &Room) -> Result<(), Stop> {
    scene.sync_all(&[later, bob])?;
    scene.must_get_through(Role::Twin, "identity-not-back", bob, later, room)?;
    Ok(())
}

fn by_escrow(scene: &mut Scene) -> Result<(), Stop> {
    let alice = scene.client("alice")?;
    let (bob, carol) = (scene.client("bob")?, scene.client("carol")?);
    let dave = scene.client("dave")?;
    let room = scene.room(&[&alice, &bob, &carol, &dave])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    made(scene, &alice, make(&[&bob, &carol, &dave], 2))?;
    let status = Act::Vault(VaultAct::Status {});
    let seen = scene.try_act(&alice, status.clone())?;
    let shown = Claim::Contains {
        pointer: "/value/escrow/trustees".to_owned(),
        value: json!(dave.user),
    };
    scene.expect(Role::Twin, "trustees-not-shown", &[&seen], shown);

    let later = scene.device_of(&alice, "alice-later")?;
    scene.sync_all(&[&bob, &carol])?;
    release(scene, &bob, &later)?;
    scene.sync_all(&[&later, &alice])?;
    let together = Act::Vault(VaultAct::RecoverFromShares {});
    let seen = scene.try_act(&later, together.clone())?;
    scene.expect(Role::Attack, "one-share-opens", &[&seen], done(false));
    let seen = scene.try_act(&alice, status)?;
    let told = Claim::Contains {
        pointer: "/value/escrow/opened".to_owned(),
        value: json!({ "by": bob.user, "to": later.device }),
    };
    scene.expect(Role::Attack, "opened-silently", &[&seen], told);

    release(scene, &carol, &later)?;
    scene.sync(&later)?;
    let seen = scene.try_act(&later, together)?;
    scene.expect(Role::Twin, "quorum-opens-nothing", &[&seen], done(true));
    is_hers(scene, &bob, &later, &room)?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn key_swapped(scene: &mut Scene) -> Result<(), Stop> {
    let alice = scene.client("alice")?;
    let (bob, carol) = (scene.client("bob")?, scene.client("carol")?);
    let room = scene.room(&[&alice, &bob, &carol])?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let stranger = ForgedIdentity::new(&bob.user);
    for (rule, device, signer) in [
        ("unsigned", "UNSIGNED", None),
        ("signed-by-another", "OTHERSIGNED", Some(&stranger)),
    ] {
        let mut ghost = ForgedDevice::new(&bob.user, device);
        let mut keys = ghost.device_keys();
        if let Some(signer) = signer {
            signer.sign_device(&mut keys);
        }
        let inject = Action::InjectDevice {
            user: bob.user.clone(),
            device: device.to_owned(),
            keys,
        };
        let query = Point::Response(Class::KeysQuery);
        scene.attack(Rule::new(rule, &alice.name, query, inject));
        let key = Value::Object(ghost.one_time_keys(1));
        answer_claims(scene, &alice, &bob.user, device, key);
        announce_change(scene, &alice, &bob.user);
        scene.sync(&alice)?;
        scene.must_fire(rule);
        let mark = scene.mark();
        made(scene, &alice, make(&[&bob, &carol], 2))?;
        let told = scene.recipients(&alice, mark);
        let place = |device: &str| json!(format!("{}|{device}", bob.user));
        let (pointer, value) = ("/devices".to_owned(), place(&bob.device));
        let real = Claim::Contains { pointer, value };
        scene.expect(Role::Twin, "trustee-got-no-share", &[&told], real);
        let (pointer, value) = ("/devices".to_owned(), place(device));
        let swapped = Claim::Lacks { pointer, value };
        scene.expect(Role::Attack, "share-sent-to-swapped-key", &[&told], swapped);
        for rule in [rule, "claim", "announce"] {
            scene.adversary().lift(rule);
        }
    }
    announce_change(scene, &alice, &bob.user);
    scene.sync(&alice)?;
    scene
        .must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)
        .map(drop)
}

/// A trustee releases his share to a device that he has seen himself.
fn release(scene: &mut Scene, trustee: &Actor, to: &Actor) -> Result<(), Stop> {
    let listed = scene.devices(trustee, &to.user)?;
    let devices = listed.value.get("devices").and_then(Value::as_array);
    let device = devices
        .into_iter()
        .flatten()
        .find(|device| device.get("device").and_then(Value::as_str) == Some(&to.device));
    let ed25519 = device.and_then(|device| device.get("ed25519")?.as_str());
    let act = VaultAct::ReleaseShare {
        user: to.user.clone(),
        device: to.device.clone(),
        ed25519: ed25519.unwrap_or_default().to_owned(),
        pin: None,
    };
    scene.act(trustee, Act::Vault(act)).map(drop)
}
