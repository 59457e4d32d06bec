//! The store of a device: what a thief reads in it, where it opens, and what happens to it.

use harness_driver::{Act, Bytes, VaultAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::relay::traces::spellings,
    scene::{Actor, Room, Scene},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "store-readable",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-01"],
        attacks: &["ATK-LOC-01"],
        severity: Severity::Must,
        witness: Witness::Store,
        purpose: "Whoever reads the store of a device finds no text, no name of a file, no user and no conversation in it.",
        precondition: "Alice has sent and received messages and a file; her store is copied.",
        expected: "None of these stands in the copy, in any usual spelling.",
        needs: &[Need::Verb("actor.snapshot")],
        twins: &[
            Seeded::client("store-in-clear", "content-in-store"),
            Seeded::client("store-names-in-clear", "names-in-store"),
        ],
        run: readable,
    },
    Check {
        id: "store-moved",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-02", "KEY-07"],
        attacks: &["ATK-LOC-01"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A copied profile does not open on another machine.",
        precondition: "Alice's store is copied and put on a fresh machine.",
        expected: "It does not open there; on her own machine it does.",
        needs: &[Need::Verb("actor.snapshot"), Need::Verb("actor.restore")],
        twins: &[Seeded::client(
            "store-key-in-profile",
            "copy-opened-elsewhere",
        )],
        run: moved,
    },
    Check {
        id: "store-old-copy",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-09"],
        attacks: &["ATK-OLM-20"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "An older copy of the store that is put back is noticed and shown.",
        precondition: "Alice restarts with her own store; then an older copy of it is put back.",
        expected: "The restart raises no alarm; the older copy does; messages get through afterwards.",
        needs: &[
            Need::Verb("actor.snapshot"),
            Need::Verb("actor.restore"),
            Need::Verb("vault.status"),
        ],
        twins: &[Seeded::client("store-rollback-silent", "old-copy-silent")],
        run: old_copy,
    },
    Check {
        id: "store-changed",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-09"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A store in which somebody changed a bit is not opened as if nothing had happened.",
        precondition: "One bit of Alice's store is changed, at places all over it, each time in another copy.",
        expected: "No changed copy opens; the unchanged one does.",
        needs: &[Need::Verb("actor.snapshot"), Need::Verb("actor.restore")],
        twins: &[Seeded::client(
            "store-skips-damaged",
            "changed-store-opened",
        )],
        run: changed,
    },
    Check {
        id: "device-cloned",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-02", "STO-09"],
        attacks: &["ATK-LNK-02"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Two copies of one device notice each other and stop sending.",
        precondition: "Alice's machine is copied with everything in it while she uses it; the copy starts.",
        expected: "A restart of her own raises no alarm; after the copy was started, both warn and neither sends.",
        needs: &[
            Need::Verb("actor.clone"),
            Need::Verb("actor.restart"),
            Need::Verb("vault.status"),
        ],
        twins: &[Seeded::client("clone-silent", "clone-unnoticed")],
        run: clone_of_device,
    },
    Check {
        id: "logout-erases-store",
        version: 1,
        subject: Subject::Client,
        requirements: &["STO-05"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "After a logout nothing that was stored opens again, not even from a copy.",
        precondition: "Alice's store is copied and opens from the copy; then she logs out.",
        expected: "On the same machine the copy opens no more.",
        needs: &[Need::Verb("actor.snapshot"), Need::Verb("actor.restore")],
        twins: &[Seeded::client(
            "logout-keeps-store-key",
            "copy-opened-after-logout",
        )],
        run: logout,
    },
];

fn clone_of_device(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.restart(&alice)?;
    scene.sync_all(&[&alice])?;
    let status = Act::Vault(VaultAct::Status {});
    let alarm = |raised: bool| is("/value/cloned", json!(raised));
    let seen = scene.try_act(&alice, status.clone())?;
    scene.expect(Role::Twin, "false-alarm", &[&seen], alarm(false));
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;

    let copy = scene.clone_machine(&alice, "copy")?;
    scene.sync(&copy)?;
    scene.sync_all(&[&alice, &copy])?;
    for device in [&alice, &copy] {
        let seen = scene.try_act(device, status.clone())?;
        scene.expect(Role::Attack, "clone-unnoticed", &[&seen], alarm(true));
        let attempt = scene.try_send(device, &room, "in one voice")?;
        scene.must_be_refused(Role::Attack, "clone-unnoticed", &attempt);
    }
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// Changed copies; evenly over the whole store.
const PLACES: usize = 24;

fn pair(scene: &mut Scene) -> Result<(Actor, Actor, Room), Stop> {
    let alice = scene.client("alice")?;
    let bob = scene.client("bob")?;
    let room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    Ok((alice, bob, room))
}

fn readable(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let heard = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let said = scene.send(&alice, &room, "said by Alice")?;
    let name = scene.text("plan.pdf");
    scene.send_file(&bob, &room, &name, b"content")?;
    scene.sync(&alice)?;
    let bytes = scene.scan_store(&alice, &[])?;
    let not_empty = Claim::Within {
        pointer: "/bytes".to_owned(),
        least: 1,
        most: u64::MAX,
    };
    scene.expect(Role::Control, "store-not-found", &[&bytes], not_empty);

    let content = [
        ("a message that she got", &heard.body),
        ("a message that she sent", &said.body),
        ("the name of a file", &name),
    ];
    must_lack(scene, &alice, "content-in-store", &content)?;
    let names = [
        ("the name of a member", &bob.user),
        ("the conversation", &room.id),
    ];
    must_lack(scene, &alice, "names-in-store", &names)?;
    scene.restart(&alice)?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn must_lack(
    scene: &mut Scene,
    actor: &Actor,
    code: &str,
    texts: &[(&str, &String)],
) -> Result<(), Stop> {
    let spelled = texts.iter().flat_map(|(name, text)| {
        // Ids are often kept percent-encoded.
        let encoded = text
            .replace(':', "%3A")
            .replace('@', "%40")
            .replace('!', "%21");
        let spellings = spellings(text).into_iter().chain([encoded]);
        spellings.map(|spelling| (*name, spelling))
    });
    let seen = scene.scan_store(actor, &spelled.collect::<Vec<_>>())?;
    scene.expect(Role::Attack, code, &[&seen], is("/hits", json!(0)));
    Ok(())
}

fn moved(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let copy = scene.snapshot(&alice)?;
    let thief = scene.machine(&alice, "thief")?;
    let seen = scene.try_restore(&thief, copy.clone())?;
    scene.expect(
        Role::Attack,
        "copy-opened-elsewhere",
        &[&seen],
        is("/opened", json!(false)),
    );
    let seen = scene.try_restore(&alice, copy)?;
    scene.expect(
        Role::Twin,
        "own-copy-refused",
        &[&seen],
        is("/opened", json!(true)),
    );
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn old_copy(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let copy = scene.snapshot(&alice)?;
    scene.send(&alice, &room, "after the copy")?;
    scene.restart(&alice)?;
    let status = Act::Vault(VaultAct::Status {});
    let seen = scene.try_act(&alice, status.clone())?;
    let alarm = |raised: bool| is("/value/rolled_back", json!(raised));
    scene.expect(Role::Twin, "false-alarm", &[&seen], alarm(false));
    scene.restore(&alice, copy)?;
    let seen = scene.try_act(&alice, status)?;
    scene.expect(Role::Attack, "old-copy-silent", &[&seen], alarm(true));
    scene.sync(&alice)?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn changed(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let copy = scene.snapshot(&alice)?;
    for place in 0..PLACES {
        let mut bytes = copy.bytes.clone();
        let at = bytes.len() * (2 * place + 1) / (2 * PLACES);
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1;
        }
        let seen = scene.try_restore(&alice, Bytes::from(bytes))?;
        let refused = is("/opened", json!(false));
        scene.expect(Role::Attack, "changed-store-opened", &[&seen], refused);
    }
    let seen = scene.try_restore(&alice, copy)?;
    scene.expect(
        Role::Twin,
        "own-copy-refused",
        &[&seen],
        is("/opened", json!(true)),
    );
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn logout(scene: &mut Scene) -> Result<(), Stop> {
    let alice = scene.client("alice")?;
    let (bob, carol) = (scene.client("bob")?, scene.client("carol")?);
    let room = scene.room(&[&alice, &bob, &carol])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let copy = scene.snapshot(&alice)?;
    let opened = |opened: bool| is("/opened", json!(opened));
    let seen = scene.try_restore(&alice, copy.clone())?;
    scene.expect(Role::Twin, "own-copy-refused", &[&seen], opened(true));
    scene.log_out(&alice)?;
    let seen = scene.try_restore(&alice, copy)?;
    scene.expect(
        Role::Attack,
        "copy-opened-after-logout",
        &[&seen],
        opened(false),
    );
    scene.must_get_through(Role::State, "next-message-lost", &bob, &carol, &room)?;
    Ok(())
}

fn is(pointer: &str, value: serde_json::Value) -> Claim {
    Claim::Is {
        pointer: pointer.to_owned(),
        value,
    }
}
