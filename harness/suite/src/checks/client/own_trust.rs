//! Group A: whom a user trusts when the ground of that trust is pulled away: the own identity, a key's name, a queue.

use harness_driver::{Act, MessageAct, Priority};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::{
        company::Company,
        dance::{Dance, Proof, prove_in},
        directory::announce_change,
        identity::announce_another,
        megolm::pair,
        screen::{VERIFY, must_not_be_verified},
    },
    dialect::Class,
    evil::{EvilPeer, ForgedIdentity},
    scene::{Actor, Scene},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "own-identity-replaced",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-03"],
        attacks: &["ATK-DIR-05"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Nobody is shown as verified on the strength of an own identity that the relay has replaced.",
        precondition: "Alice has verified Bob, and Carol not; the relay then shows Alice another identity of her own, which signs Carol's.",
        expected: "The change of Alice's own identity is surfaced; neither Bob nor Carol is shown as verified, also after a restart; with the real identity back, Bob is.",
        needs: VERIFY,
        twins: &[Seeded::client(
            "peer-verified-ignores-own",
            "peer-verified-without-own",
        )],
        run: own_replaced,
    },
    Check {
        id: "verify-key-named-device",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-02"],
        attacks: &["ATK-DIR-13"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "The proof of a device is no proof of a cross-signing key that has the same name.",
        precondition: "Mallory's device is called like Mallory's master key; Alice asks it for a verification, and Mallory proves the device only.",
        expected: "The verification is refused or fails, Mallory is not shown as verified and nothing of hers is signed; a verification with Bob succeeds.",
        needs: VERIFY,
        twins: &[Seeded::client(
            "sas-refer-by-keyid",
            "master-verified-by-name",
        )],
        run: named_like_a_key,
    },
    Check {
        id: "queued-message-new-identity",
        version: 1,
        subject: Subject::Client,
        requirements: &["KEY-03"],
        attacks: &["ATK-DIR-04"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "What waits to be sent does not leave under keys that nobody has accepted.",
        precondition: "Alice has written a message to Bob that leaves in an hour; meanwhile the relay announces another identity and device of Bob's.",
        expected: "When its time comes, and after a restart, no key goes to the new device; once the real identity is back the message reaches Bob.",
        needs: &[Need::Verb("message.send"), Need::Verb("actor.restart")],
        twins: &[Seeded::client(
            "auto-reencrypt-on-key-change",
            "queued-key-sent-to-new-identity",
        )],
        run: queued,
    },
];

const HOUR: u64 = 3_600_000;

fn state_is(wanted: &str) -> Claim {
    Claim::Is {
        pointer: "/state".to_owned(),
        value: json!(wanted),
    }
}

fn own_replaced(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    let carol = scene.client("carol")?;
    let room = scene.room(&[&alice, &bob, &carol])?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    scene.verify(&alice, &bob)?;
    let before = scene.identity(&alice, &bob.user)?;
    scene.expect(
        Role::Control,
        "control-not-verified",
        &[&before],
        state_is("verified"),
    );

    let forged = ForgedIdentity::new(&alice.user);
    let substitute = Action::SubstituteKeys {
        user: alice.user.clone(),
        devices: None,
        identity: forged.served(),
    };
    let query = || Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("own", &alice.name, query(), substitute));
    let stranger = carol.user.clone();
    let vouch = Action::rewrite("sign_stranger", move |answer| {
        let keys = answer
            .pointer_mut("/master_keys")
            .and_then(|all| all.get_mut(&stranger));
        keys.is_some_and(|keys| {
            forged.sign_user(keys);
            true
        })
    });
    scene.attack(Rule::new("vouch", &alice.name, query(), vouch));
    announce_change(scene, &alice, &alice.user);
    scene.sync(&alice)?;
    scene.adversary().lift("announce");
    announce_change(scene, &alice, &carol.user);
    scene.sync(&alice)?;
    for rule in ["own", "vouch"] {
        scene.must_fire(rule);
    }
    nobody_verified(scene, &alice, [&bob, &carol])?;
    scene.restart(&alice)?;
    nobody_verified(scene, &alice, [&bob, &carol])?;

    for rule in ["own", "vouch", "announce"] {
        scene.adversary().lift(rule);
    }
    announce_change(scene, &alice, &alice.user);
    scene.sync(&alice)?;
    let after = scene.identity(&alice, &bob.user)?;
    scene.expect(
        Role::Twin,
        "real-trust-lost",
        &[&after],
        state_is("verified"),
    );
    scene
        .must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)
        .map(drop)
}

fn nobody_verified(scene: &mut Scene, alice: &Actor, peers: [&Actor; 2]) -> Result<(), Stop> {
    let own = scene.identity(alice, &alice.user)?;
    let surfaced = Claim::IsNot {
        pointer: "/state".to_owned(),
        values: vec![json!("verified"), json!("pinned")],
    };
    scene.expect(Role::Attack, "own-replacement-hidden", &[&own], surfaced);
    for peer in peers {
        must_not_be_verified(scene, "peer-verified-without-own", alice, &peer.user)?;
    }
    Ok(())
}

fn named_like_a_key(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mallory = EvilPeer::arrive_as_its_master_key(scene, "mallory")?;
    let mut company = Company::meet_with(scene, mallory, &[&bob])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let mark = scene.mark();
    let device = &company.mallory.device;
    let (user, named) = (device.user.clone(), device.device.clone());
    let asked = scene.try_verification(&company.alice, &user, &named)?;
    let applied = scene.note_seen(
        "a device that is called like its user's master key",
        Witness::Peer,
        json!({ "same": named == company.mallory.identity.master(), "refused": asked.is_err() }),
    );
    let same = Claim::Is {
        pointer: "/same".to_owned(),
        value: json!(true),
    };
    scene.expect(Role::Applied, "device-named-otherwise", &[&applied], same);
    if let Ok(flow) = asked {
        let dance = Dance::go_on(scene, &mut company, flow)?;
        prove_in(scene, &mut company, dance, Proof::NoMaster)?;
    }
    must_not_be_verified(scene, "master-verified-by-name", &company.alice, &user)?;
    let signed = scene.requests_to(&company.alice, &["/keys/signatures/upload"], mark);
    let none = Claim::Is {
        pointer: "/requests".to_owned(),
        value: json!(0),
    };
    scene.expect(Role::Attack, "attackers-key-signed", &[&signed], none);
    scene.verify(&company.alice, &bob)?;
    let honest = scene.identity(&company.alice, &bob.user)?;
    scene.expect(
        Role::Twin,
        "honest-verification-fails",
        &[&honest],
        state_is("verified"),
    );
    company.must_hear(scene, Role::State, "next-key-lost")
}

fn queued(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let body = scene.text("in an hour");
    let later = MessageAct::Send {
        conv: room.id.clone(),
        body: body.clone(),
        lifetime: None,
        priority: Priority::Normal,
        at: Some(scene.now() + HOUR),
    };
    scene.act(&alice, Act::Message(later))?;
    announce_another(scene, &alice, &bob);
    scene.sync(&alice)?;
    let mark = scene.mark();
    scene.advance(HOUR);
    for _ in 0..2 {
        scene.sync(&alice)?;
    }
    scene.restart(&alice)?;
    scene.sync(&alice)?;
    scene.must_fire("replace");
    let recipients = scene.recipients(&alice, mark);
    let new = Claim::Lacks {
        pointer: "/devices".to_owned(),
        value: json!(format!("{}|NEWPHONE", bob.user)),
    };
    scene.expect(
        Role::Attack,
        "queued-key-sent-to-new-identity",
        &[&recipients],
        new,
    );

    for rule in ["replace", "claim", "announce"] {
        scene.adversary().lift(rule);
    }
    announce_change(scene, &alice, &bob.user);
    scene.sync_all(&[&alice, &alice, &bob])?;
    let seen = scene.observe(&bob, &room)?;
    let shown = Claim::ShownOnce {
        body,
        sender: alice.user.clone(),
    };
    scene.expect(Role::Twin, "queued-message-lost", &[&seen], shown);
    scene
        .must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)
        .map(drop)
}
